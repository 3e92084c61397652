"""Was it quieter than chance explains? Ratios, ranks and corrections worked by hand; error rates on seeded nights."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from conftest import CASES
from holdfire.assess import Lull, corrected, lull
from holdfire.assess.lull import Past, low_among, measured, past_of, ranked_low
from holdfire.assess.placebo import bounds, joined, p_value, ranked, window_means
from holdfire.assess.waves import last_mass_strike, score, usual
from holdfire.publish.lull import interval, sentence

FIRST = date(2025, 1, 1)


def nights(counts: list[int | None]) -> pl.DataFrame:
    days = [FIRST + timedelta(days=n) for n in range(len(counts))]
    schema = {"day": pl.Date, "drones": pl.Int64}
    return pl.DataFrame({"day": days, "drones": counts}, schema=schema)


def measure(counts: list[int | None], length: int = 5, **more: Any) -> Lull:
    """Test the last nights of a series whose pledge was made on the first of them."""
    first = FIRST + timedelta(days=len(counts) - length)
    last = first + timedelta(days=length - 1)
    return lull(nights(counts), "r", "drones", first, last, more.pop("pledged_on", first), **more)


def waves(series: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    mean = np.where(rng.random((series, 160)) < 1 / 6, 160.0, 20.0)
    return rng.poisson(rng.gamma(1.0, mean))


def test_a_ratio_is_a_ratio_of_sums() -> None:
    # Before, six nights of 10 and one of 40 on levels half as high, so that a level of 1 makes 2 expected: in the
    # window 6 x 10 + 40 = 100. 2 + 2 + 2 + 2 + 3 + 3 + 9 = 23 came: a fall of 77 %. The nights' own changes, four of
    # -80 %, two of -70 % and one of -77.5 %, sum to -537.5 %.
    usually, came = np.array([10.0] * 6 + [40]), np.array([2.0, 2, 2, 2, 3, 3, 9])
    assert (came / usually - 1).sum() == pytest.approx(-5.375)
    past = Past(np.concatenate([usually, came]), np.tile(usually / 2, 2), end=7, length=7)
    assert measured([past]) == {"expected": 100.0, "ratio": 0.23, "low": None, "high": None}


def test_a_ratio_of_kinds_together_is_of_their_sums() -> None:
    # 10 drones and 5 missiles a night expected, so 30 in two nights; 6 + 3 drones and no missile came.
    drones = Past(np.array([10.0, 10, 6, 3]), np.ones(4), end=2, length=2)
    missiles = Past(np.array([5.0, 5, 0, 0]), np.ones(4), end=2, length=2)
    assert measured([drones, missiles]) == {"expected": 30.0, "ratio": 0.3, "low": None, "high": None}


def test_a_missing_night_is_neither_zero_nor_expected() -> None:
    found = measure([10] * 80 + [0, 0, 25, None, 3])
    assert (found.observed, found.nights, found.reported) == (28, 5, 4)
    assert (found.expected, found.ratio) == (40.0, 0.7)  # four nights of ten
    zero = measure([10] * 80 + [0, 0, 25, 0, 3])
    assert (zero.reported, zero.expected, zero.ratio) == (5, 50.0, 0.56)
    too_few = measure([10] * 80 + [0, 0, None, None, 3])
    assert (too_few.observed, too_few.p_value, too_few.power) == (None, None, {})
    assert "too few" in too_few.note


def test_missing_nights_before_are_left_out() -> None:
    counts: list[int | None] = [10] * 90
    counts[20] = counts[40] = None
    found = measure(counts)
    assert (found.expected, found.ratio) == (50.0, 1.0)
    assert found.windows == 90 - 5 - 14 - 5 + 1  # a window of five may lack one night
    three = measure(counts, length=3)
    assert three.windows == 90 - 3 - 14 - 3 + 1 - 6  # a window of three may not


@pytest.mark.parametrize("length", [1, 5, 30])
@pytest.mark.parametrize("past", [0, 1, 20, 40])
def test_a_short_past_is_not_tested(past: int, length: int) -> None:
    found = measure([10] * (past + length), length=length)
    assert found.p_value is None
    assert found.windows == max(past - 14 - length + 1, 0)


def test_a_series_of_zeros_says_nothing() -> None:
    found = measure([0] * 90)
    assert (found.observed, found.expected, found.ratio, found.high) == (0, 0.0, None, None)
    assert found.p_value == pytest.approx(0.5, abs=0.02)


def test_p_values_by_hand() -> None:
    # One lower, one equal, of four: (1/2 + 1 + 1/2) / (1 + 4). Windows of 20 nights weigh 5/20 = 1/4 each.
    placebo = np.array([0.0, 1.0, 2.0, 3.0])
    assert p_value(1.0, placebo, 3) == pytest.approx(2 / 5)
    assert p_value(1.0, placebo, 20) == pytest.approx((0.5 + 1.5 / 4) / 2)
    assert p_value(-1.0, placebo, 3) == pytest.approx(0.5 / 5)
    assert p_value(1.0, placebo, 3, ties=1.0) == pytest.approx(3 / 5)


def test_ranks_are_joined_by_hand() -> None:
    # Shares of four that are lower, of equal ones half: 1/8, 1/2 (twice) and 7/8; and 7/8, 5/8, 3/8, 1/8. The least of
    # twice the lower one and the higher one: 2/8, 5/8, 4/8 and 2/8.
    figures = [np.array([0.0, 1.0, 1.0, 2.0]), np.array([9.0, 8.0, 7.0, 6.0])]
    assert np.exp(joined(figures, figures)) == pytest.approx([2 / 8, 5 / 8, 4 / 8, 2 / 8])
    assert np.exp(ranked(np.array([-1.0, 1.5, 3.0]), figures[0])) == pytest.approx([1 / 16, 3 / 4, 1])


def test_bounds_by_hand() -> None:
    # Of 40 windows, itself among them, one half and one make 3.75 %, one half and two 6.25 %.
    placebo = np.arange(39.0)
    assert bounds(placebo, 3, 0.05) == (1.0, 37.0)
    assert bounds(np.arange(8.0), 3, 0.05) == (None, None)


def test_means_are_over_reported_nights() -> None:
    found = window_means(np.array([2.0, np.nan, 4, 6, 8, np.nan, np.nan]), 5)
    assert found[0] == 5.0
    assert np.isnan(found[1:]).all()


def test_the_level_looks_back_only() -> None:
    counts = np.full(100, 10.0)
    later = counts.copy()
    later[60:] = 1000
    assert usual(counts, 20) == pytest.approx(10)
    assert usual(later, 20)[47:80] == pytest.approx(10)  # the first 47 look 20 nights ahead
    assert usual(later, 20)[80] > 10
    assert np.isnan(usual(counts[:20], 20)).all()


def test_the_score_rises_with_the_night_and_counts_a_mass_strike_little() -> None:
    ratios = np.array([0.5, 0.8, 1.0, 1.2, 1.5] * 20 + [10.0] * 10)
    scores = score(ratios)(np.array([0.0, 0.3, 1.0, 10.0, 40.0]))
    assert (np.diff(scores) >= 0).all()
    assert scores[3] - scores[2] < 5 * (scores[2] - scores[0])


def test_the_last_mass_strike() -> None:
    assert last_mass_strike(np.array([1.0, 50, 2, np.nan, 3, 2, 1, 2, 3, 1])) == 1
    assert last_mass_strike(np.array([0.0, np.nan, 0])) is None
    assert last_mass_strike(np.array([])) is None
    found = measure([*[10] * 70, 90, *[10] * 19])
    assert (found.strike_nights, found.strike_size) == (15, 90)
    found = measure([10] * 90)
    assert (found.strike_nights, found.strike_size) == (None, None)


def test_the_run_up_and_nights_left_out_teach_nothing() -> None:
    counts = waves(1, 3)[0].tolist()
    loud = [*counts[:-19], *[900] * 14, *counts[-5:]]
    before = {"strike_nights": None, "strike_size": None}
    assert replace(measure(loud), **before) == replace(measure(counts), **before)
    truce = {FIRST + timedelta(days=n) for n in range(100, 107)}
    quiet = [*counts[:100], *[0] * 7, *counts[107:]]
    assert measure(quiet, left_out=truce) == measure(counts, left_out=truce)
    assert measure(quiet) != measure(counts)


def test_a_pledge_before_the_window_moves_the_run_up() -> None:
    counts = waves(1, 3)[0].tolist()
    pledged = FIRST + timedelta(days=145)  # ten days before the window
    loud = [*counts[:131], *[900] * 24, *counts[-5:]]
    before = {"strike_nights": None, "strike_size": None}
    found = (replace(measure(c, pledged_on=pledged), **before) for c in (counts, loud))
    assert next(found) == next(found)


@pytest.mark.parametrize(("days", "after"), [(-1, False), (0, True), (7, True)])
def test_a_window_named_after_it_began_is_marked(days: int, after: bool) -> None:
    # The first night ends on the first day, so that who speaks on that day knows it already.
    first = FIRST + timedelta(days=85)
    assert measure([10] * 90, stated_on=first + timedelta(days=days)).named_after is after
    assert measure([10] * 90).named_after is False


def test_corrected_p_values_by_hand() -> None:
    one = measure([10] * 90)
    days = [FIRST + timedelta(days=n) for n in range(3)]
    ps = (0.04, 0.01, 0.03)
    made = [replace(one, first=d, last=d, p_value=p) for d, p in zip(days, ps, strict=True)]
    again = replace(made[1], reading_id="same nights")
    untested = replace(one, p_value=None, kind="missiles")
    # Holm: 3 x 0.01, 2 x 0.03, and 0.04 may not fall below the 0.06 before it. The same nights are one test.
    together = replace(one, kind="launches", p_value=0.02)
    found = [x.p_corrected for x in corrected([*made, again, untested, together])]
    assert found == [0.06, 0.03, 0.06, 0.03, None, 0.02]


def test_error_rates_and_power_on_waves() -> None:
    found, said = {0.0: 0, 0.7: 0}, []
    counts = waves(300, 11)
    for n, one in enumerate(counts):
        past = past_of(one.astype(float), 7, 160 - 7 - 14)
        for fall in found:
            window = np.random.default_rng(n).binomial(one[-7:], 1 - fall).astype(float)
            found[fall] += ranked_low([past], [window]) <= 0.05
        if n < 20:
            said.append(measure(one.tolist(), length=7).power["70%"])
    assert 0.02 <= found[0.0] / 300 <= 0.09
    assert found[0.7] / 300 > 0.5
    assert np.mean(said) == pytest.approx(found[0.7] / 300, abs=0.15)


def test_a_rising_past_hides_no_fall_and_a_falling_one_makes_few() -> None:
    rng = np.random.default_rng(2)
    alarms = {1: 0, -1: 0}
    for _ in range(60):
        noise = rng.gamma(1.0, 1.0, 300)
        for way in alarms:
            counts = rng.poisson(30 * np.exp(way * np.arange(300) / 300) * noise).astype(float)
            past = past_of(counts, 7, 300 - 7 - 14)
            window = counts[-7:] if way < 0 else np.round(counts[-7:] * 0.2)
            alarms[way] += ranked_low([past], [window]) <= 0.05
    assert alarms[1] >= 40
    assert alarms[-1] <= 15


def test_both_kinds_quiet_are_found_more_surely_than_one() -> None:
    # Of each kind four windows of 40 were lower, and none of these are the same ones.
    drones = np.arange(40.0)
    missiles = np.roll(drones, 20)
    alone = low_among([np.append(drones, 3.5)], 3)
    assert alone == pytest.approx(4.5 / 41)
    both = low_among([np.append(drones, 3.5), np.append(missiles, 3.5)], 3)
    one = low_among([np.append(drones, 3.5), np.append(missiles, 20.5)], 3)
    assert both == pytest.approx(alone)
    assert both < one <= 2 * alone
    # Kinds that always go together are one kind.
    assert low_among([np.append(drones, 3.5), np.append(drones, 3.5)], 3) == pytest.approx(alone)


def test_all_launches_are_the_sum_of_the_kinds() -> None:
    counts = waves(2, 6).tolist()
    table = nights(counts[0]).with_columns(missiles=pl.Series(counts[1], dtype=pl.Int64))
    first = FIRST + timedelta(days=150)
    days = (first, first + timedelta(days=6), first)
    together, drones, missiles = (lull(table, "r", kind, *days) for kind in ("launches", "drones", "missiles"))
    assert together.observed == sum(counts[0][150:157]) + sum(counts[1][150:157])
    assert together.expected == pytest.approx(drones.expected + missiles.expected, abs=0.2)
    assert together.windows == drones.windows == 150 - 14 - 7 + 1
    assert together.power["70%"] >= max(drones.power["70%"], missiles.power["70%"])
    assert "launch in" in sentence(replace(together, observed=1))


def test_a_kind_never_counted_takes_no_part() -> None:
    counts = waves(1, 6)[0].tolist()
    table = nights(counts).with_columns(missiles=pl.lit(0, dtype=pl.Int64))
    first = FIRST + timedelta(days=150)
    days = (first, first + timedelta(days=6), first)
    together, drones = (lull(table, "r", kind, *days) for kind in ("launches", "drones"))
    assert replace(together, kind="drones") == drones


def test_the_sentence_can_be_quoted() -> None:
    one = replace(measure([10] * 80 + [0, 0, 25, None, 3]), p_value=0.01, p_corrected=0.02)
    began = "28 drones in 4 nights (1 without a bulletin), where about 40 were to be expected: 30 % fewer. "
    assert sentence(one) == began + "That is quieter than chance explains."
    assert "named when its quiet was known" in sentence(replace(one, named_after=True))
    assert sentence(replace(one, p_corrected=0.3)) == began + "That this is more than chance is not shown."
    assert sentence(replace(one, ratio=1.2)).endswith("20 % more. It was not quieter than usual.")
    assert sentence(measure([10] * 10)).startswith("Not tested: 5 of 5 nights have a bulletin")


@pytest.mark.parametrize(
    ("ratio", "low", "high", "told"),
    [
        (1.07, 0.63, 2.59, "0.63 to 2.59"),
        (2.65, 1.27, 85.83, "at least 1.27; the past gives no useful upper bound"),
        (2.65, 1.27, 26.5, "1.27 to 26.50"),  # ten times the ratio, and no more
        (0.06, 0.03, 2.3, "0.03 to 2.30"),  # more than ten times the ratio, but it excludes a threefold rise
        (0.0, 0.0, 12.0, "the past gives no useful upper bound"),
        (0.0, 0.0, 4.0, "0.00 to 4.00"),
        (0.0, 0.0, None, "not bounded"),
        (0.5, 0.2, None, "at least 0.20"),
        (0.5, None, 2.0, "at most 2.00"),
    ],
)
def test_a_bound_that_excludes_nothing_is_not_printed(
    ratio: float, low: float | None, high: float | None, told: str
) -> None:
    assert interval(replace(measure([10] * 85), ratio=ratio, low=low, high=high)) == told


def test_earlier_truces_of_a_case_are_left_out_and_told(holdfire: Callable[..., Any], tmp_path: Path) -> None:
    case = tmp_path / "case"
    shutil.copytree(CASES / "cold-spell-2026", case, ignore=shutil.ignore_patterns("memory", "out"))
    earlier = "earlier_truces: [{title: A pause, first: 2025-10-01, last: 2025-10-04}]\n"
    (case / "case.yaml").write_text(earlier + (case / "case.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    assert holdfire("run", case, "--out", tmp_path / "out").exit_code == 0
    told = json.loads((tmp_path / "out" / "assessment.json").read_text(encoding="utf-8"))["lull"]
    assert all("so are 4 nights of earlier truces" in x["note"] for x in told)
    page = " ".join((tmp_path / "out" / "report.html").read_text(encoding="utf-8").split())
    assert "A pause (1 Oct 2025 to 4 Oct 2025)" in page
    wrong = (case / "case.yaml").read_text(encoding="utf-8").replace("2025-10-04", "2025-09-04")
    (case / "case.yaml").write_text(wrong, encoding="utf-8")
    found = holdfire("run", case, "--out", tmp_path / "out")
    assert (found.exit_code, "swap the dates" in found.stderr) == (2, True)


def test_the_cold_spell(cold_spell: Path) -> None:
    told = json.loads((cold_spell / "assessment.json").read_text(encoding="utf-8"))["lull"]
    by_reading = {(x["reading_id"], x["kind"]): x for x in told}
    assert {r for (r, _), x in by_reading.items() if x["named_after"]} == {"sunday-to-sunday"}
    assert all(x["p_corrected"] >= x["p_value"] for x in told)
    assert all(0 <= share <= 1 for x in told for share in x["power"].values())
    # No pair of nights was shown to be quiet once every window that was tried is counted.
    assert min(x["p_corrected"] for x in told) > 0.05
    page = (cold_spell / "report.html").read_text(encoding="utf-8")
    assert page.count("named after it had begun") == len({x["reading_id"] for x in told if x["named_after"]}) == 1
    assert "Some windows were named after they had begun" in page
