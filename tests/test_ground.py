"""How much ground changed hands: by day, over the period, by area, and as the page and assessment.json tell it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from math import cos, radians
from pathlib import Path
from typing import Any

import pytest

from holdfire import case as work
from holdfire.assess import Amount, Ground, GroundChange, net_change
from holdfire.publish.figures import close_frame
from holdfire.publish.ground import summary
from test_source_control_maps import BASE, GAIN, LOSS, NOISE, STRIP, build, hand_km2, put


@pytest.fixture
def line(tmp_path: Path) -> Path:
    return build(tmp_path / "line")


def changed(opened: work.Case) -> list[Ground]:
    period, observed = opened.file.period, work.monitor(opened)
    return net_change(observed.lines, observed.reports, period.first, period.last, opened.areas)


def measured(folder: Path) -> Ground:
    opened = work.read_case(folder)
    (ground,) = changed(opened)
    return ground


def test_each_day_tells_what_changed_since_the_map_before(line: Path) -> None:
    days = {d.day.day: d for d in measured(line).days}
    assert list(days) == [1, 2, 3, 4, 5, 6, 7]
    assert [n for n, d in days.items() if not d.drawn] == [3]
    assert [d.since and d.since.day for d in days.values()] == [None, 1, None, 2, 4, 5, 6]
    assert days[1].change is None
    assert days[2].change is not None
    assert days[2].change.gained.km2 == pytest.approx(hand_km2(GAIN), abs=0.001)
    assert days[4].change is not None
    assert days[4].change.net.km2 == pytest.approx(-hand_km2(LOSS), abs=0.001)
    assert [n for n, d in days.items() if d.same] == [7]  # on the 6th there is a speck, which is no report
    assert days[6].change == GroundChange(Amount(0.0, 0.0, 0.0), Amount(0.0, 0.0, 0.0))


def test_the_running_total_is_the_area_held_since_the_first_map(line: Path) -> None:
    totals = {d.day.day: d.total for d in measured(line).days}
    assert totals[1] == 0.0
    assert totals[3] is None
    assert totals[5] == pytest.approx(hand_km2(GAIN) - hand_km2(LOSS) + hand_km2(STRIP), abs=0.002)
    assert totals[7] == pytest.approx((totals[5] or 0) + hand_km2(NOISE), abs=0.002)


def test_the_period_is_measured_from_its_first_map_to_its_last(line: Path) -> None:
    """Gained with the strip beside it is one piece; taken back again, the square is no change at all."""
    ground = measured(line)
    assert (ground.first, ground.last) == (date(2026, 3, 1), date(2026, 3, 7))
    assert ground.change.gained.km2 == pytest.approx(hand_km2(GAIN) + hand_km2(STRIP), abs=0.002)
    assert ground.change.lost.km2 == pytest.approx(hand_km2(LOSS), abs=0.001)
    daily = [d.change for d in ground.days if d.change]
    assert ground.change.gained.most < sum(c.gained.most for c in daily)
    assert ground.change.gained.least > sum(c.gained.least for c in daily)
    put(line, "2026-03-07", [BASE])
    back = measured(line).change
    assert back == GroundChange(Amount(0.0, 0.0, 0.0), Amount(0.0, 0.0, 0.0))


def test_the_net_takes_the_bounds_of_both_sides() -> None:
    change = GroundChange(Amount(10.0, 4.0, 20.0), Amount(3.0, 1.0, 6.0))
    assert change.net == Amount(7.0, -2.0, 19.0)


def test_areas_add_up_to_the_whole(line: Path) -> None:
    put(line, "2026-03-07", [BASE, GAIN, (31.1, 0.3, 31.14, 0.34)])
    ground = measured(line)
    assert list(ground.by_area) == ["XA-1", "XA-2"]
    assert sum(c.gained.km2 for c in ground.by_area.values()) == pytest.approx(ground.change.gained.km2)
    assert ground.by_area["XA-2"].gained.km2 == pytest.approx(hand_km2(GAIN), abs=0.001)


def test_maps_outside_the_period_are_no_part_of_it_but_of_its_first_day(line: Path) -> None:
    put(line, "2026-02-28", [BASE, LOSS, STRIP])
    ground = measured(line)
    assert ground.first == date(2026, 3, 1)
    assert ground.days[0].since == date(2026, 2, 28)
    assert ground.days[0].change is not None
    assert ground.days[0].change.lost.km2 == pytest.approx(hand_km2(STRIP), abs=0.001)


def test_assessment_json_holds_the_numbers_and_no_drawing(line: Path, holdfire: Callable[..., Any]) -> None:
    assert holdfire("run", line).exit_code == 0
    (told,) = json.loads((line / "out" / "assessment.json").read_text(encoding="utf-8"))["ground"]
    assert set(told) == {"source_id", "holder", "against", "uncertainty_km", "first", "last", "change", "areas", "days"}
    assert told["days"][2] == {
        "day": "2026-03-03",
        "drawn": False,
        "since": None,
        "change": None,
        "same": False,
        "total": None,
    }
    assert "ground: +" in holdfire("assess", line).stdout


def ground_of(page: str) -> str:
    return page[page.index('<section id="ground"') : page.index('<section id="incidents"')]


def test_the_page_tells_days_without_a_map_and_equal_maps(line: Path, holdfire: Callable[..., Any]) -> None:
    assert holdfire("run", line).exit_code == 0
    section = ground_of((line / "out" / "report.html").read_text(encoding="utf-8"))
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", section))
    # 19.69 + 2.46 - 19.69
    assert "From 1 March to 7 March the ground held by Rebel group grew by 2.5 km² (anything from" in text
    assert "It gained 22 km² and lost 20 km²." in text
    assert "3 Mar no map" in text
    assert "7 Mar the same as on 6 Mar" in text
    assert "There is no map of 3 Mar: the next one shows" in text


def test_nothing_is_drawn_finer_than_a_kilometre(line: Path, holdfire: Callable[..., Any]) -> None:
    assert holdfire("run", line).exit_code == 0
    section = ground_of((line / "out" / "report.html").read_text(encoding="utf-8"))
    paths = re.findall(r' d="([^"]*)"', section)
    assert len(paths) > 5
    assert not [p for p in paths if "." in p]
    # Half a degree at 60 degrees north is 27.8 km, and there are 25 km more on each side.
    frame = close_frame((30.0, 59.5, 30.5, 60.0))
    assert 111.32 * cos(radians(60)) / frame.scale >= 1
    assert frame.width - 24 == pytest.approx(78, abs=2)


def test_a_period_without_change_or_with_one_map_is_told_so(line: Path) -> None:
    for day in ("02", "04", "05", "06", "07"):
        put(line, f"2026-03-{day}", [BASE])
    assert summary(measured(line)).endswith("did not change on the maps.")
    for day in ("02", "04", "05", "06", "07"):
        (line / "maps" / f"2026-03-{day}.geojson").unlink()
    assert "There is one map of the period, of 1 March" in summary(measured(line))
    (line / "maps" / "2026-03-01.geojson").rename(line / "maps" / "2025-03-01.geojson")
    opened = work.read_case(line)
    assert changed(opened) == []
