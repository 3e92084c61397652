"""What came after: payback, mass strikes and interception worked by hand, and the night to 3 February on the page."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

from holdfire import tables
from holdfire.assess import Lull, Rebound, first_after, interception, lull, nightly, rebound, stopped
from holdfire.assess.rebound import Course, corrected_rebounds, payback, power
from holdfire.assess.strikes import Pair, Predicted, predicted, strikes
from holdfire.publish.rebound import (
    against_the_gap,
    headline,
    ordinary_night,
    outcome,
    paid_back,
    small_deficit,
    unproven,
)
from holdfire.publish.rebound import payback as told_payback
from holdfire.publish.rebound import rate as told_rate

FIRST = date(2025, 1, 1)
KYIV = ZoneInfo("Europe/Kyiv")


def day(n: int) -> date:
    return FIRST + timedelta(days=n)


def series(counts: list[int | None]) -> pl.DataFrame:
    schema = {"day": pl.Date, "drones": pl.Int64}
    return pl.DataFrame({"day": [day(n) for n in range(len(counts))], "drones": counts}, schema=schema)


def measure(counts: list[int | None], opens: int, length: int, between: int = 0) -> Rebound:
    nights = series(counts)
    first, last = day(opens), day(opens + length - 1)
    window: Lull = lull(nights, "r", "drones", first, last, first)
    return rebound(nights, window, last + timedelta(days=1 + between), first)


def test_a_deficit_and_its_payback_by_hand() -> None:
    # Ten a night for 80 nights, so that ten are expected. The window: 5 nights of 4, 30 fewer than the 50 expected.
    # Then 7 nights of 13: 21 more than the 70 expected, which is 0.7 of what was lacking. Of the second week nothing
    # is known.
    found = measure([10] * 80 + [4] * 5 + [13] * 7, 80, 5)
    assert (found.deficit, found.between) == (30.0, 0)
    week, fortnight, month = found.payback
    assert (week.nights, week.observed, week.expected, week.share) == (7, 91, 70.0, 0.7)
    assert (week.windows, week.p_value) == (0, None)  # no earlier window lacked anything
    assert (fortnight.observed, fortnight.share, fortnight.last) == (None, None, day(98))
    assert fortnight.known_until == month.known_until == day(91)
    assert told_payback(fortnight) == "not known before 9 Apr"
    assert told_payback(week) == "21 more than expected, 70 % of the deficit"


def test_a_deficit_of_no_more_than_one_night_is_a_number_and_no_multiple() -> None:
    # Ten a night; one night of 4 lacks 6, which is no more than a night brings, and 7 nights of 13 bring 21 more.
    found = measure([10] * 80 + [4] + [13] * 7, 80, 1)
    nights = series([10] * 80 + [4])
    assert ordinary_night(lull(nights, "r", "drones", day(80), day(80), day(80))) == 10.0
    small = small_deficit(found, 10.0)
    assert (found.payback[0].share, small) == (3.5, 6.0)
    assert told_payback(found.payback[0], small) == "21 more than expected, where 6 were lacking"
    ranked = replace(found.payback[0], windows=40, as_much=2)
    assert told_payback(ranked, small).endswith("; 2 of 40 windows as quiet saw as much for what they lacked")
    assert "where 1 was lacking" in told_payback(found.payback[0], 1.2)
    assert "where less than one was lacking" in told_payback(found.payback[0], 0.4)
    # One night without a launch lacks a night of them. What is more, or none, or not known is told as before.
    assert small_deficit(replace(found, deficit=10.0), 10.0) == 10.0
    assert small_deficit(replace(found, deficit=10.1), 10.0) is None
    assert small_deficit(replace(found, deficit=-3.0), 10.0) is None
    assert small_deficit(replace(found, deficit=None), 10.0) is None
    assert small_deficit(found, None) is None
    assert told_payback(found.payback[0]) == "21 more than expected, 3.5 times the deficit"


def test_nights_between_count_in_neither() -> None:
    found = measure([10] * 80 + [4] * 5 + [900, 900] + [13] * 7, 80, 5, between=2)
    assert (found.deficit, found.between, found.payback[0].observed, found.payback[0].share) == (30.0, 2, 91, 0.7)


def test_a_missing_night_after_is_neither_zero_nor_expected() -> None:
    found = measure([10] * 80 + [4] * 5 + [13, 13, 13, None, 13, 13, 13], 80, 5)
    week = found.payback[0]
    assert (week.reported, week.observed, week.expected, week.share) == (6, 78, 60.0, 0.6)
    found = measure([10] * 80 + [4] * 5 + [13, None, 13, None, 13, 13, 13], 80, 5)
    assert (found.payback[0].reported, found.payback[0].observed, found.payback[0].share) == (5, None, None)
    assert told_payback(found.payback[0]) == "not known: 5 of 7 nights have a bulletin"


def test_nothing_lacking_cannot_be_paid_back() -> None:
    found = measure([10] * 80 + [12] * 5 + [13] * 7, 80, 5)
    assert (found.deficit, found.payback[0].share, found.payback[0].p_value) == (-10.0, None, None)
    assert "nothing to pay back" in outcome(found)


def test_what_is_true_of_every_payback_is_said_once() -> None:
    # 30 lacking, 42 more than the 70 expected in the week after: made good, and no earlier window to rank it among.
    made = measure([10] * 80 + [4] * 5 + [16] * 7, 80, 5)
    later = measure([10] * 90 + [4] * 5 + [16] * 7, 90, 5)
    lacking = measure([10] * 80 + [4] * 5 + [11] * 7, 80, 5)
    titles = {"r": "R", "s": "S"}
    other = replace(later, reading_id="s")
    waves = "that this is more than the usual waves of strikes is not shown"
    assert unproven([made, other]) == "That any of this is more than the usual waves of strikes is not shown."
    assert [row["sentence"] for row in paid_back([made, other, lacking], titles)] == [
        "Drones: as many as were lacking came on top within 7 nights; drones: what was lacking did not come on top in "
        "the nights that are known.",
        "Drones: as many as were lacking came on top within 7 nights.",
    ]
    # One alone, and one window under two readings, say it themselves; so do all where one is more than waves explain.
    for rebounds in ([made], [made, replace(made, reading_id="s")]):
        assert unproven(rebounds) is None
        assert waves in paid_back(rebounds, titles)[0]["sentence"]
    shown = replace(later, reading_id="s", payback=[replace(later.payback[0], p_corrected=0.01), *later.payback[1:]])
    assert unproven([made, shown]) is None
    first, second = (row["sentence"] for row in paid_back([made, shown], titles))
    assert waves in first
    assert second == "Drones: the 7 nights after saw more than expected, and more than waves of strikes explain."


def test_a_payback_is_ranked_among_windows_that_lacked_as_much() -> None:
    # Every ten nights: three of nothing, then three of 20, then four of 10. A window on the first three lacks 30 of
    # the 30 expected at a level of 10, and the three nights after it pay 30 back; windows that begin a night earlier
    # or later lack 20, and are followed by 10 + 20 + 20 or by 20 + 20 + 10 less 30: a share of one; and so on.
    counts = np.array(([0.0] * 3 + [20.0] * 3 + [10.0] * 4) * 30 + [0.0] * 3 + [20.0] * 3)
    opens, end = 300, 286
    course = Course(counts, end, opens, opens + 3, opens + 3)
    later = course.expected_after(3)
    shares, at = course.others(3, later, 0.9)
    assert (at % 10 == 0).all()
    assert shares == pytest.approx(np.ones(len(shares)), abs=0.35)
    found = payback(course, 3, day(303), day(305), 30.0, 30.0)
    assert found.windows > 40
    assert found.p_value is not None
    assert found.p_value > 0.2
    # Windows and what follows span six nights, so that each weighs 5/6 of one; above them all, p is half of one more.
    assert found.p_least == round(0.5 / (1 + 5 / 6 * found.windows), 4)


def test_power_by_hand() -> None:
    # Forty windows apart that all paid back nothing: had one paid back everything, none of the 39 others would have
    # done as much, and p is half of 1/40. Of nine it is 1/18 at best, and nothing can be noticed; of ten 1/20.
    assert power(np.zeros(40), np.arange(40) * 3, 3) == {"100%": 1.0, "200%": 1.0}
    assert power(np.zeros(10), np.arange(10) * 3, 3) == {"100%": 1.0, "200%": 1.0}
    assert power(np.zeros(9), np.arange(9) * 3, 3) == {"100%": 0.0, "200%": 0.0}
    # Half of them paid back 1.5 times the deficit by chance: they would be noticed, the others only at twice of it.
    assert power(np.array([0.0, 1.5] * 40), np.arange(80) * 3, 3) == {"100%": 0.5, "200%": 1.0}


def test_all_windows_are_one_family() -> None:
    rng = np.random.default_rng(3)
    counts: list[int | None] = rng.poisson(rng.gamma(0.7, 15, 400)).tolist()
    found = measure([*counts, *[3] * 5, *[10] * 14], 400, 5)
    assert [p.p_value is not None for p in found.payback] == [True, True, False]
    again = corrected_rebounds([found, found])
    for before, after in zip(found.payback[:2], again[0].payback[:2], strict=True):
        assert before.p_value is not None
        assert after.p_corrected is not None
        assert after.p_corrected >= before.p_value
    smallest = min(p.p_value for p in found.payback if p.p_value is not None)
    corrected = min(p.p_corrected for p in again[0].payback if p.p_corrected is not None)
    assert corrected == pytest.approx(2 * smallest, abs=0.001)  # two tests, though the readings are two as well


def test_the_first_mass_strike_after_by_hand() -> None:
    # Ten a night; mass strikes of 50 and 70 after gaps of 10 and 30 nights, then 60 in the third night after the
    # window.
    counts = np.full(100, 10.0)
    counts[[20, 30, 60]] = [40, 50, 70]
    counts[84] = 60
    found = strikes(counts, FIRST, day(80), day(81), day(82))
    assert found is not None
    first = found.first
    assert first is not None
    assert (first.day, first.size, first.gap, found.nights) == (day(84), 60, 24, 3)
    # One of the two gaps was at least 24 nights long, and what followed it was larger: p = (1 + 1) / (1 + 1).
    assert (first.compared, first.exceeded, first.p_value, first.predicted) == (1, 0, 1.0, None)
    # 21 nights had passed when the window ended. One gap was longer, and ended 9 nights later, not 3.
    assert (found.waits, found.as_soon, found.perhaps_during) == (1, 0, False)
    assert against_the_gap(first, "drones").startswith(
        "60 drones: as large as or larger than 0 of 1 earlier mass strike that"
    )
    perhaps = strikes(counts, FIRST, day(80), day(81), day(86))
    assert perhaps is not None
    assert perhaps.perhaps_during


@pytest.mark.parametrize(
    ("earlier", "told"),
    [
        ([], "60 drones: no earlier mass strike is known."),
        # Of a single one before, no gap is known.
        ([60], "60 drones: no earlier mass strike is known that followed as long a gap."),
    ],
)
def test_a_strike_with_none_to_compare_says_what_is_lacking(earlier: list[int], told: str) -> None:
    counts = np.full(100, 10.0)
    counts[[*earlier, 84]] = 60
    found = strikes(counts, FIRST, day(80), day(81), day(82))
    assert found is not None
    assert found.first is not None
    assert against_the_gap(found.first, "drones") == told


def test_that_none_is_known_says_up_to_when() -> None:
    titles = {"r": "R"}
    # Ten a night, so that twenty would be one; the last night known is the 92nd of the year, 2 April.
    calm = [10] * 80 + [4] * 5
    told = headline([measure([*calm, *[13] * 7], 80, 5)], titles)
    assert told == ["No mass strike is known after any window, up to the night to 2 April."]
    told = headline([measure(calm, 80, 5)], titles)
    assert told == ["Of the nights after any window nothing is known: the last bulletin is of the night to 26 March."]
    told = headline([measure([0] * 92, 80, 5)], titles)
    assert told == ["Whether a mass strike came after any window is not known: nothing before tells what would be one."]


def test_a_night_without_a_bulletin_may_hide_a_strike() -> None:
    counts = np.full(100, 10.0)
    counts[[20, 30, 60]] = [40, 50, 70]
    counts[[70, 71]] = np.nan
    counts[84] = 60
    found = strikes(counts, FIRST, day(80), day(81), day(82))
    assert found is not None
    assert found.first is not None
    assert found.first.missing == 2
    assert "2 of them without a bulletin" in against_the_gap(found.first, "drones")
    quiet = strikes(counts[:83], FIRST, day(80), day(81), day(82))
    assert quiet is not None
    assert (quiet.first, quiet.nights, quiet.known_until) == (None, None, day(82))
    assert strikes(np.zeros(50), FIRST, day(40), day(41), day(42)) is None


def test_what_a_gap_predicts_by_hand() -> None:
    # Every size is five times the gap at a level of one. At a level of two, a gap of four nights gives 2 x 5 x 4 = 40,
    # and as the past lies on the line, surely so.
    pairs = [Pair(gap, 5 * gap, 1.0) for gap in (1, 2, 3, 5, 8, 1, 2, 3, 5, 8)]
    assert predicted(pairs, 4, 2.0) == Predicted(40.0, 40.0, 40.0, 10)
    assert predicted(pairs[:9], 4, 2.0) is None
    # All gaps are the same: nothing but the mean of the logarithms, sqrt(10 x 40) = 20. The residuals are log 2 either
    # way, s^2 = 10 log(2)^2 / 8, and t for 8 degrees is 1.860: 20 exp(+-1.860 log 2 sqrt(1.25 x 1.1)).
    even = [Pair(3, size, 1.0) for size in [10, 40] * 5]
    away = np.exp(1.860 * np.log(2) * np.sqrt(1.25 * 1.1))
    found = predicted(even, 3, 1.0)
    assert found is not None
    assert (found.middle, found.low, found.high) == pytest.approx((20.0, 20 / away, 20 * away), abs=0.3)


@pytest.mark.parametrize(
    ("closes", "morning"),
    [("2026-02-02T00:00", 3), ("2026-02-02T18:00", 3), ("2026-02-02T18:01", 4), ("2026-02-01T08:00", 2)],
)
def test_the_first_night_after_begins_when_the_window_has_closed(closes: str, morning: int) -> None:
    assert first_after(datetime.fromisoformat(closes).replace(tzinfo=KYIV), KYIV) == date(2026, 2, morning)


def tallies(*rows: tuple[int, list[str], int | None, int | None]) -> pl.DataFrame:
    """Return tallies of (night, weapons, launched, stopped)."""
    return tables.frame(
        [
            {
                "report_id": f"t{n}",
                "source_id": "s",
                "start": datetime(2025, 1, 1, 16, tzinfo=UTC) + timedelta(days=night - 1),
                "end": datetime(2025, 1, 1, 6, tzinfo=UTC) + timedelta(days=night),
                "weapons": weapons,
                "munitions": launched,
                "intercepted": caught,
                "tally": True,
            }
            for n, (night, weapons, launched, caught) in enumerate(rows)
        ],
        tables.REPORTS,
    )


def test_what_was_stopped_is_null_where_a_report_does_not_tell() -> None:
    reports = tallies(
        (0, ["shahed_136"], 10, 9),
        (0, ["gerbera"], 20, None),
        (0, ["kalibr"], 5, 2),
        (2, ["shahed_136"], 8, 8),
        (2, ["kalibr"], None, 1),
    )
    found = stopped(reports, "Europe/Kyiv")
    assert found.select("day", "kind", "launched", "stopped", "stopped_min", "stopped_max").rows() == [
        (day(0), "drones", 30, None, 9, 29),
        (day(0), "missiles", 5, 2, 2, 2),
        (day(2), "drones", 8, 8, 8, 8),
        (day(2), "missiles", 0, 0, 0, 0),
    ]
    launched = nightly(reports, "Europe/Kyiv").drop_nulls()
    assert launched["drones"].to_list() == [30, 8]


def test_a_rate_is_a_ratio_of_sums() -> None:
    # Six nights: 10 launched and 9 stopped on five of them, 100 and 0 on one. 45 of 150 is 0.3; the mean of the nights'
    # rates would be 5 x 0.9 / 6 = 0.75. On a seventh night nobody tells: of 170 at least 45 were stopped, at most 65.
    reports = tallies(*[(n, ["shahed_136"], 10, 9) for n in range(5)], (5, ["shahed_136"], 100, 0))
    more = tallies((6, ["shahed_136"], 20, None))
    told = stopped(pl.concat([reports, more]), "Europe/Kyiv")
    found = interception(told, "r", "drones", day(0), day(6), day(7), day(0))
    window = found.window
    assert (window.nights, window.launched, window.stopped, window.rate) == (6, 150, 45, 0.3)
    assert (window.least, window.most) == (round(45 / 170, 4), round(65 / 170, 4))
    assert window.low is not None
    assert window.high is not None
    assert 0.0 < window.low < 0.3 < window.high <= 0.9
    assert (found.before.rate, found.after.rate, found.through) == (None, None, None)


def test_nights_without_a_bulletin_are_not_nights_without_launches() -> None:
    told = stopped(tallies((0, ["kalibr"], 4, 2), (2, ["kalibr"], 6, 6), (9, ["kalibr"], 5, 1)), "Europe/Kyiv")
    quiet = interception(told, "r", "drones", day(0), day(2), day(3), day(0))
    assert (quiet.window.reported, quiet.window.nights, quiet.window.rate) == (2, 0, None)
    assert told_rate(quiet.window) == "none launched; 1 night without a bulletin"
    silent = interception(told, "r", "drones", day(3), day(8), day(9), day(3))
    assert told_rate(silent.window) == "no bulletin"
    flown = interception(told, "r", "missiles", day(0), day(2), day(3), day(0))
    assert told_rate(flown.window) == "80 % of 10; 1 night without a bulletin"


def test_a_change_is_ranked_among_those_of_ordinary_windows() -> None:
    # Eight of ten are stopped each night, and seven of ten on every fourth. In the window three of ten are.
    caught = [7 if n % 4 == 0 else 8 for n in range(160)] + [3] * 8 + [8] * 20
    told = stopped(tallies(*[(n, ["shahed_136"], 10, c) for n, c in enumerate(caught)]), "Europe/Kyiv")
    found = interception(told, "r", "drones", day(160), day(167), day(168), day(160))
    through = found.through
    assert through is not None
    assert through.change == pytest.approx(0.3 - 0.775, abs=0.01)
    # v = 5/8; the 160 - 14 - 30 - 8 + 1 = 109 windows before the run-up never changed as much.
    assert (through.windows, through.p_value) == (109, round(0.5 / (1 + 5 / 8 * 109), 4))
    assert found.later is None  # only 20 of the 30 nights after are known


def test_the_night_to_3_february(cold_spell: Path) -> None:
    document = json.loads((cold_spell / "assessment.json").read_text(encoding="utf-8"))
    by = {(r["reading_id"], r["kind"]): r for r in document["rebound"]}
    for reading in ("kremlin", "sunday-to-sunday"):
        for kind, size in (("drones", 450), ("missiles", 71)):
            first = by[reading, kind]["strikes"]["first"]
            assert (first["day"], first["size"], first["gap"]) == ("2026-02-03", size, 10)  # the last was on 24 January
            assert by[reading, kind]["after"] == "2026-02-03"
    for reading in ("announcement", "energy"):
        assert [s["day"] for s in by[reading, "missiles"]["strikes"]["during"]] == ["2026-02-03"]
        assert by[reading, "missiles"]["after"] == "2026-02-07"
    page = (cold_spell / "report.html").read_text(encoding="utf-8")
    section = page[page.index('<section id="rebound"') :]
    told = section[: section.index("</p>")]
    assert "In the night to 3 February 450 drones and 71 missiles came: the first mass strike after" in told
    assert "after the windows of “The Kremlin&#39;s” and “Sunday to Sunday”" in told
    assert "within those of “As announced” and “Ukraine&#39;s, on energy”" in told


def test_the_rates_of_the_cold_spell_are_ratios_of_sums(cold_spell: Path) -> None:
    document = json.loads((cold_spell / "assessment.json").read_text(encoding="utf-8"))
    reports = pl.read_parquet(cold_spell / "reports.parquet").filter(pl.col("source_id") == "bulletins")
    found = next(x for x in document["interception"] if (x["reading_id"], x["kind"]) == ("sunday-to-sunday", "drones"))
    # The nights that end from 26 to 31 January; all bulletins of these nights end in the morning.
    mine = reports.filter(
        pl.col("published").is_between(date(2026, 1, 26), date(2026, 1, 31))
        & pl.col("acts").list.contains("drone_strike")
        & ~pl.col("acts").list.contains("missile_strike")
    )
    assert (found["window"]["launched"], found["window"]["stopped"]) == (
        mine["munitions"].sum(),
        mine["intercepted"].sum(),
    )
    assert found["window"]["rate"] == round(mine["intercepted"].sum() / mine["munitions"].sum(), 4)
