"""Did fire move out of scope? Shares and bounds worked by hand; periods and scope on invented incidents."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

from conftest import Small
from holdfire import case as work
from holdfire import tables
from holdfire.adjudicate import compile_plan, judge_batch
from holdfire.assess import Displacement, Tallies, displacements
from holdfire.assess.displacement import out_of_scope, strike_day
from holdfire.assess.family import holm
from holdfire.assess.intervals import design_effect, student
from holdfire.assess.shares import Nights, change, power_of, rise, share
from holdfire.engine import run_here
from holdfire.publish.displacement import lead, power, sentence

KYIV = ZoneInfo("Europe/Kyiv")


def nights(*rows: tuple[float, float, float], window: int = 0) -> Nights:
    """Build nights of (yes, no, unknown), of which the last `window` lie in the window."""
    yes, no, unknown = np.array(rows, dtype=np.float64).T
    return Nights(yes, no, unknown, np.arange(len(rows)) >= len(rows) - window)


def effect_of(own: Nights) -> float:
    return design_effect(own.yes, own.yes + own.no)


def test_a_share_is_a_ratio_of_sums() -> None:
    # 1 of 1 and 1 of 9 is 2 of 10; the mean of the nights' shares would be (1 + 1/9) / 2 = 0.56.
    assert share(nights((1, 0, 0), (1, 8, 0))).share == 0.2


def test_what_is_unknown_bounds_a_share() -> None:
    # 2 yes, 3 no, 5 unknown: 2 of 5 are known to be; of all 10 at least 2 are, and at most 7.
    found = share(nights((1, 2, 3), (0, 1, 2), (1, 0, 0)))
    assert (found.yes, found.no, found.unknown) == (2, 3, 5)
    assert (found.share, found.least, found.most) == (0.4, 0.2, 0.7)
    assert found.low is not None
    nothing = share(nights((0, 0, 3)))
    assert (nothing.share, nothing.low, nothing.least, nothing.most) == (None, None, 0.0, 1.0)


def test_a_design_effect_by_hand() -> None:
    # Two nights, 2 of 2 and 0 of 2: p = 1/2, sum (y - p m)^2 = 1 + 1 = 2, M p (1 - p) = 1, n / (n - 1) = 2. So 4.
    assert effect_of(nights((2, 0, 0), (0, 2, 0))) == pytest.approx(4)
    # Both nights half and half: what lies between them is nothing, and no incident tells more than one.
    assert effect_of(nights((1, 1, 0), (1, 1, 0))) == 1.0
    assert effect_of(nights((2, 0, 0), (3, 0, 0))) == 1.0


def test_incidents_of_one_night_are_one_strike() -> None:
    spread = share(nights(*[(1, 1, 0)] * 8))
    together = share(nights(*[(2, 0, 0), (0, 2, 0)] * 4))
    assert spread.share == together.share == 0.5
    assert spread.low is not None
    assert together.low is not None
    assert together.low < spread.low - 0.05


def test_the_interval_is_that_of_wilson() -> None:
    # 8 nights of one yes and one no: 16 incidents, design effect 1, t for 7 degrees is 1.895 (a table), z 1.645. So n
    # = 16 (1.645 / 1.895)^2 = 12.06; z^2 / n = 0.2244; half = 1.645 / 1.2244 sqrt(0.25 / 12.06 + 2.706 / (4 * 145.4)).
    half = 1.645 / 1.2244 * (0.25 / 12.06 + 2.706 / (4 * 145.4)) ** 0.5
    found = share(nights(*[(1, 1, 0)] * 8))
    assert (found.low, found.high) == (pytest.approx(0.5 - half, abs=0.002), pytest.approx(0.5 + half, abs=0.002))


def test_a_change_and_its_bounds_by_hand() -> None:
    # Reference: 1 yes, 3 no, 1 unknown; window: 3 yes, 1 no, 1 unknown. Known: 3/4 - 1/4. All unknown a no: 3/5 - 1/5;
    # all a yes: 4/5 - 2/5. At least 3/5 - 2/5, at most 4/5 - 1/5.
    found = change(nights((1, 3, 1), (3, 1, 1), window=1))
    assert found.change == 0.5
    assert (found.if_no, found.if_yes) == (0.4, 0.4)
    assert (found.least, found.most) == (0.2, 0.6)
    assert (found.low, found.p_value, found.power) == (None, None, {})  # a night each is too few


def test_nights_that_are_alike_show_no_rise() -> None:
    assert rise(nights(*[(1, 1, 0)] * 10, window=4)) == 1.0


def test_a_rise_by_hand() -> None:
    # Four nights of no, four of yes, and these are the window: one choice of four of eight in 70 is as good, (1 + 999 /
    # 70) / 1000 = 0.015. The other way round every choice is as good.
    assert rise(nights(*[(0, 2, 0)] * 4, *[(2, 0, 0)] * 4, window=4)) == pytest.approx(0.015, abs=0.01)
    assert rise(nights(*[(2, 0, 0)] * 4, *[(0, 2, 0)] * 4, window=4)) == 1.0


def test_power_rises_with_what_was_moved() -> None:
    found = power_of(nights(*[(1, 3, 0), (2, 2, 0), (0, 4, 0)] * 6, window=6))
    assert list(found) == ["30%", "60%", "90%"]
    assert found["30%"] < found["60%"] <= found["90%"]
    assert found["90%"] > 0.9
    assert set(power_of(nights(*[(1, 0, 0)] * 12, window=4)).values()) == {0.0}  # nothing is left to be moved


@pytest.mark.parametrize(("degrees", "table"), [(2, 2.920), (5, 2.015), (10, 1.812), (30, 1.697), (120, 1.658)])
def test_students_t_is_that_of_the_tables(degrees: int, table: float) -> None:
    assert student(degrees) == pytest.approx(table, abs=0.01)


def test_holm_by_hand() -> None:
    # 3 x 0.01, then 2 x 0.03, then no less than that.
    assert holm({"a": 0.04, "b": 0.01, "c": 0.03}) == {"a": 0.06, "b": 0.03, "c": 0.06}


@pytest.mark.parametrize(
    ("start", "end", "day"),
    [
        ("2026-01-29T18:00", "2026-01-30T08:00", 30),  # a night is of its morning
        ("2026-01-30T00:00", "2026-01-31T00:00", 30),  # a day is of itself
        ("2026-01-30T19:00", "2026-01-30T20:00", 31),  # an evening belongs to the night
        ("2026-01-30T02:00", "2026-01-30T03:00", 30),
    ],
)
def test_the_night_of_an_incident(start: str, end: str, day: int) -> None:
    bounds = [datetime.fromisoformat(t).replace(tzinfo=KYIV).astimezone(UTC) for t in (start, end)]
    assert strike_day(*bounds, KYIV) == date(2026, 1, day)


@pytest.mark.parametrize(
    ("actor", "target", "place", "act", "told"),
    [
        (True, True, True, True, False),
        (True, False, True, True, True),
        (True, False, None, None, True),
        (True, True, None, True, None),
        (None, False, True, True, None),
    ],
)
def test_scope_is_three_valued(actor: Any, target: Any, place: Any, act: Any, told: bool | None) -> None:
    row = {"actor": actor, "target": target, "place": place, "act": act}
    assert out_of_scope(row) is told


def incident(
    name: str,
    start: str,
    targets: list[str] | None,
    actor: str = "russia_forces",
    tally: bool = False,
    part_of: tuple[str, ...] = (),
) -> dict[str, object]:
    opens = datetime.fromisoformat(start).replace(tzinfo=KYIV)
    return {
        "incident_id": name,
        "report_ids": [name],
        "groups": 1,
        "start": opens,
        "end": opens.replace(hour=opens.hour + 1),
        "place_code": "UA-63",
        "actor": actor,
        "acts": ["drone_strike"],
        "weapons": ["shahed_136"],
        "targets": targets,
        "tally": tally,
        "unproven_facets": [],
        "disputes": [],
        "part_of": list(part_of),
    }


INCIDENTS = [
    incident("before-in", "2026-01-28T02:00", ["substation"]),
    incident("before-unknown", "2026-01-28T03:00", None),
    incident("perhaps", "2026-01-29T20:00", ["substation"]),  # the week may begin on 29 January or in the night after
    incident("within-out", "2026-01-31T02:00", ["apartment_building"]),
    incident("within-in", "2026-01-31T03:00", ["substation", "private_house"]),
    incident("after-in", "2026-02-07T02:00", ["energy"]),
    incident("another's", "2026-01-31T04:00", ["energy"], actor="ukraine_forces"),
    incident("tally", "2026-01-31T02:00", None, tally=True),
    incident("counted", "2026-01-31T02:00", ["energy"], tally=True, part_of=("tally",)),
]


@pytest.fixture
def announced(small: Small) -> Displacement:
    opened = work.read_case(small.folder)
    plan = compile_plan(opened.agreement, opened.areas, opened.gazetteer, tables.empty(tables.CONDITIONS))
    table = tables.frame(INCIDENTS, tables.INCIDENTS)
    verdicts = run_here(partial(judge_batch, plan=plan), table)
    return next(d for d in displacements(table, verdicts, plan) if d.reading_id == "announced")


def test_incidents_lie_before_within_and_after(announced: Displacement) -> None:
    told = {p: getattr(announced, p) for p in ("before", "window", "after", "reference")}
    assert {p: (s.yes, s.no, s.unknown) for p, s in told.items()} == {
        "before": (0, 1, 1),
        "window": (1, 1, 0),
        "after": (0, 1, 0),
        "reference": (0, 2, 1),
    }
    assert announced.unclear == 1
    assert (announced.first, announced.last) == (date(2026, 1, 31), date(2026, 1, 31))
    assert sentence(announced) == (
        "1 of 2 located incidents within the window lay out of scope, against 0 of 2 outside of it. "
        "These are too few to compare."
    )
    assert lead([announced], {}) == "Whether fire moved out of scope cannot be told: too few incidents are located."
    assert power(announced) is None


@pytest.mark.parametrize(
    ("p", "least", "first", "own"),
    [
        (0.051, 0.1, "That fire moved out of scope is shown under no reading.", "is not shown."),
        (
            0.05,
            0.0,
            "That fire moved out of scope is shown under no reading. Under “A” what is known points to it, and what is "
            "unknown could undo that.",
            "among what is known, but what is unknown could undo it. The window was named when its first nights were "
            "known already.",
        ),
        (
            0.05,
            0.1,
            "Fire moved out of scope, by more than chance explains, under “A”.",
            "That is more than chance explains. The window was named when its first nights were known already.",
        ),
    ],
)
def test_what_is_shown_is_told_first(announced: Displacement, p: float, least: float, first: str, own: str) -> None:
    tested = replace(announced.change, change=0.3, low=0.1, high=0.5, p_value=p, p_corrected=p, least=least)
    found = replace(announced, change=tested)
    assert lead([found], {"announced": "A"}) == first
    assert sentence(found, named_after=True).endswith(own)


def test_a_tally_and_what_it_counts_are_never_added(announced: Displacement) -> None:
    assert announced.tallies["window"] == Tallies(inside=0, outside=0, unknown=1)
    assert announced.window.yes + announced.window.no + announced.window.unknown == 2


def test_an_incident_may_belong_to_several_classes(announced: Displacement) -> None:
    parts = {(p.of, p.code): (p.window.yes, p.window.no, p.reference.unknown) for p in announced.composition}
    assert parts == {
        ("target", "energy"): (1, 1, 1),
        ("target", "infrastructure"): (1, 1, 1),
        ("target", "populated_area"): (2, 0, 1),
        ("weapon", "drone"): (2, 0, 0),
        ("region", "UA-63"): (2, 0, 0),
    }


def test_the_cold_spell_counts_every_located_incident_once(cold_spell: Path) -> None:
    document = json.loads((cold_spell / "assessment.json").read_text(encoding="utf-8"))
    verdicts = pl.read_parquet(cold_spell / "verdicts.parquet")
    located = pl.read_parquet(cold_spell / "incidents.parquet").filter(~pl.col("tally"))["incident_id"]
    for found in document["displacement"]:
        mine = verdicts.filter(
            (pl.col("reading_id") == found["reading_id"])
            & (pl.col("clause_id") == found["clause_id"])
            & pl.col("incident_id").is_in(located.implode())
            & pl.col("actor").ne_missing(False)
        )
        told = [found[p][x] for p in ("before", "window", "after") for x in ("yes", "no", "unknown")]
        assert sum(told) + found["unclear"] == len(mine)
        assert found["unclear"] == mine["time"].null_count()
        assert sum(found["window"][x] for x in ("yes", "no", "unknown")) == mine["time"].sum()


def test_the_page_says_what_displacement_rests_on(cold_spell: Path) -> None:
    page = (cold_spell / "report.html").read_text(encoding="utf-8")
    section = page[page.index('<section id="displacement"') : page.index('<section id="rebound"')]
    assert "what was reported of, not all that was fired" in section
    assert "what is unknown could undo it" in section
    assert "These are too few to compare" in section
    # Both sides are bound by the reading on energy, and a row says whose fire it is of.
    assert "on energy, Russian forces <" in section
    assert "on energy, Ukrainian forces <" in section
