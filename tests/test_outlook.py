"""What the next days may bring: forecasts that know nothing later, stated with their age and skill, and never finer
than a day and a nation."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import Small
from holdfire import tables
from holdfire.assess import Outlook, nation_of, outlook
from holdfire.assess.calibration import CLAIMS, quantile, whole, widened, widths
from holdfire.assess.experts import EXPERTS, LEVELS, climatology, foretold, weighted_quantiles, weights
from holdfire.assess.outlook import DAYS, SCORED, DayAhead, Skill, ahead, backtest, chances, figures, within
from holdfire.assess.waves import least_mass_strike
from holdfire.places import load_areas
from holdfire.publish.outlook import fan, lead, outlook_sentence, plain, skill_sentence
from holdfire.terms import code_list

FIRST = date(2025, 1, 1)
UNTIL = date(2025, 1, 1) + timedelta(days=1000)


def nights(drones: list[int | None], missiles: list[int | None] | None = None) -> pl.DataFrame:
    days = [FIRST + timedelta(days=n) for n in range(len(drones))]
    none = [None if d is None else 0 for d in drones]
    schema = {"day": pl.Date, "drones": pl.Int64, "missiles": pl.Int64}
    return pl.DataFrame({"day": days, "drones": drones, "missiles": missiles or none}, schema=schema)


def drawn(number: int, seed: int, level: float = 40.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    mean = np.where(rng.random(number) < 1 / 7, 6 * level, level)
    return rng.poisson(rng.gamma(3.0, mean / 3.0)).astype(float)


def of(kind: str, found: list[Outlook]) -> Outlook:
    return next(o for o in found if o.kind == kind)


def test_weighted_quantiles_by_hand() -> None:
    # Weights 1, 1 and 2: a quarter of the levels for 3, a quarter for 5, half for 9.
    found = weighted_quantiles(np.array([3.0, 5, 9]), np.array([[1.0, 1, 2], [0, 4, 0], [0, 0, 0]]))
    assert [int((found[0] == v).sum()) for v in (3, 5, 9)] == [25, 25, 50]
    assert (found[1] == 5).all()
    assert np.isnan(found[2]).all()


def test_the_distribution_of_earlier_nights_by_hand() -> None:
    counts = np.array([7.0] * 30 + [np.nan] * 10 + [1.0] * 10)
    whole, last = climatology(counts, np.array([26, 49])), climatology(counts, np.array([26, 49]), 15)
    assert np.isnan(whole[0]).all()  # 27 nights are too few
    assert (whole[1] == 1).sum() == 25  # ten of forty
    assert (last[1] == 1).all()  # of the last 15, the five before had no report


def test_what_an_expert_foretells_by_hand() -> None:
    # Thirty nights of 8, then two of 2. With a half-life of one night the last weighs 1, the one before 1/2, and all
    # the others together 1/2: three quarters of the weight are on 2.
    counts = np.array([8.0] * 30 + [2.0] * 2)
    told = foretold(counts, None, 1, 5, np.array([31]))[0]
    assert (told == 2).sum() == 75
    # Ratios to the level of the day before, times the level of today: twice all counts, twice the forecast.
    level = np.arange(1.0, 33)
    once = foretold(counts, level, 20, 3, np.array([31]))
    assert foretold(2 * counts, level, 20, 3, np.array([31])) == pytest.approx(2 * once)
    one = foretold(np.where(np.arange(32) == 30, 62.0, np.nan) + 0 * counts, level, 20, 3, np.array([31]))
    assert np.isnan(one).all()  # one night is too few


def test_a_ratio_is_to_the_level_when_the_forecast_would_have_been_made() -> None:
    # The level doubles at night 40, and so do the counts. Three days ahead, nights 40 to 42 came at twice the level of
    # three nights before, all others at that level; with equal weights, those are 3 of the 57 with a level so early.
    counts = np.array([10.0] * 40 + [20.0] * 20)
    told = foretold(counts, counts, None, 3, np.array([59]))[0]
    assert sorted(set(told)) == [20.0, 40.0]
    assert (told == 40).sum() == 5  # levels above 54/57: 95.5 to 99.5 %


def test_weights_by_hand() -> None:
    losses = np.array([[1.0, 3.0], [np.nan, np.nan], [1.0, 3.0], [9.0, 0.0]])
    found = weights(losses, 1)
    assert found[0] == pytest.approx([0.5, 0.5])
    # One night known: sums 1 and 3 around a mean of 2, so that the worse one is 1 above: exp(-25 x 1/61 x 1).
    odds = np.exp(-25 / 61)
    assert found[1] == pytest.approx([1 / (1 + odds), odds / (1 + odds)])
    assert found[2] == pytest.approx(found[1])  # a night without a report teaches nothing
    assert weights(losses, 2)[1] == pytest.approx([0.5, 0.5])


def test_widths_by_hand() -> None:
    # The members are 1 to 100, so that an outcome of 40 reaches over two of 101 ranks, from 39/101 to 41/101: it lies
    # in the interval of 80 % and not in that of 5 %.
    told = np.tile(LEVELS * 100 + 0.5, (4, 1))
    came = np.array([40.0, np.nan, 40.0, np.nan])
    found = widths(told, came, 1)
    at = [int(np.flatnonzero(np.isclose(CLAIMS, c))[0]) for c in (0.05, 0.8)]
    assert found[0] == pytest.approx(CLAIMS)
    # One night was inside that of 80 %: so far it held (30 x 0.8 + 1) / 31, and 0.8 + (0.8 - 1) / 50 is aimed at. Those
    # of 77.5 and 80 % held 24.25 / 31 and 25 / 31, and what claims 0.796 of them lies between.
    between = 0.775 + 0.025 * (0.796 * 31 - 24.25) / 0.75
    assert found[1, at[1]] == pytest.approx(between)
    assert found[2] == pytest.approx(found[1])  # a night without a report teaches nothing
    assert found[1, at[0]] > 0.05  # it was outside, so that more must be claimed
    assert found[3, at[1]] < between  # inside again
    assert (np.diff(found) >= 0).all()


def test_what_is_stated_holds_what_it_claims_where_the_plain_forecast_does_not() -> None:
    # A forecast much too narrow and one much too wide, of counts with a standard deviation of 20. Over 900 nights the
    # share differs from the claim by no more than the way that the aim went, at most one, times 50 / 900.
    came = np.random.default_rng(3).poisson(400, 900).astype(float)
    for deviation in (12, 60):
        told = np.tile([NormalDist(400, deviation).inv_cdf(p) for p in LEVELS], (900, 1))
        stated = widened(told, widths(told, came, 1))
        assert abs(within(told, came)[:, 0].mean() - 0.8) > 0.15
        assert abs(within(stated, came)[:, 0].mean() - 0.8) < 50 / 900


def test_a_forecast_is_made_wider_or_narrower_around_its_middle() -> None:
    told = LEVELS[None, :] * 100 + 0.5
    assert widened(told, CLAIMS[None, :]) == pytest.approx(told)
    less, more = widened(told, (CLAIMS**2)[None, :]), widened(told, np.sqrt(CLAIMS)[None, :])
    # The interval of 80 % becomes that of 64 % and of 89 %.
    assert [quantile(t, 0.9)[0] - quantile(t, 0.1)[0] for t in (less, told, more)] == pytest.approx([64, 80, 89], abs=2)
    assert (np.diff(less) >= 0).all()
    assert (np.diff(more) >= 0).all()


def test_forecasts_and_their_ends_are_whole_numbers() -> None:
    assert whole(np.array([0.2, 0.5, 1.49])).tolist() == [0, 1, 1]
    # Forty zeros, then 1 to 60: the level of 10 % is 0, that of 40 % between 0 and 1, of 90 % between 50 and 51.
    told = np.concatenate([np.zeros(40), np.arange(1.0, 61)])[None, :]
    assert [quantile(told, p)[0] for p in (0.1, 0.4, 0.5, 0.9)] == [0, 0, 11, 51]
    # From 0 to 51 both included lie 91 of the 100, of which 80 were asked for: the zeros cannot be parted.
    assert within(np.repeat(told, 3, axis=0), np.array([0.0, 51, 52]))[:, 0].tolist() == [1, 1, 0]


def test_the_chance_of_a_mass_strike_by_hand() -> None:
    # The level of 30.5 munitions is 30.5 %: at least 31 comes on the other 69.5 %.
    told = np.tile(LEVELS * 100, (4, 1))
    found = chances(told, np.array([31.0, 1000, 0, np.nan]))
    assert found[:3] == pytest.approx([0.695, 0.005, 0.995])
    assert np.isnan(found[3])


def test_a_mass_strike_by_hand() -> None:
    # The 85 % quantile of 1 to 21 is 18; twice the middle one is 22.
    assert least_mass_strike(np.arange(1.0, 22)) == 22
    # Of 0 six times, 3, 5, 10 and nothing reported: place 6.8 of 8 lies between 3 and 5; rounded up from 4.6.
    assert least_mass_strike(np.array([0.0, 0, 0, 0, 0, 0, 3, 5, 10, np.nan])) == 5
    assert least_mass_strike(np.array([500.0] * 50 + [1.0] * 180)) == 2  # only the last 180 nights count
    assert least_mass_strike(np.array([0.0, 0])) is None
    assert least_mass_strike(np.array([np.nan])) is None


series = st.lists(st.one_of(st.none(), st.integers(0, 300)), min_size=45, max_size=75)


@settings(max_examples=25, deadline=None)
@given(series, series, st.integers(30, 44))
def test_later_nights_never_change_a_forecast(past: list[int | None], other: list[int | None], cut: int) -> None:
    told = [np.array([np.nan if v is None else v for v in x], dtype=float) for x in (past, past[:cut] + other)]
    mine, changed = (backtest(counts) for counts in told)
    for h in SCORED:
        # What is foretold at each night up to the cut is the same to the last bit.
        assert mine.told[h][:cut].tobytes() == changed.told[h][:cut].tobytes()
        assert mine.chance(h)[:cut].tobytes() == changed.chance(h)[:cut].tobytes()


@settings(max_examples=10, deadline=None)
@given(series, series)
def test_an_outlook_does_not_know_what_comes_after_it(past: list[int | None], later: list[int | None]) -> None:
    made = outlook(nights(past), "UA", UNTIL)
    whole = nights([*past, *later])
    again = outlook(whole.filter(pl.col("day") < FIRST + timedelta(days=len(past))), "UA", UNTIL)
    assert json.dumps(figures(made), default=str) == json.dumps(figures(again), default=str)


def test_the_outlook_is_the_backtest_of_its_last_night() -> None:
    counts = drawn(120, 5)
    made = backtest(counts)
    days = ahead(counts, made)
    assert days.shape == (DAYS, len(LEVELS))
    for h in SCORED:
        assert days[h - 1] == pytest.approx(made.told[h][-1])
        # A year later, the forecast of that night is still the same.
        assert backtest(np.concatenate([counts, drawn(60, 6)])).told[h][119] == pytest.approx(made.told[h][-1])


def test_a_missing_night_is_not_a_quiet_one() -> None:
    counts: list[int | None] = [int(v) for v in drawn(100, 1)]
    missing = [*counts[:90], *[None] * 5, *counts[95:]]
    quiet = [*counts[:90], *[0] * 5, *counts[95:]]
    mine, zero = (of("drones", outlook(nights(c), "UA", UNTIL)) for c in (missing, quiet))
    assert (mine.reported, mine.missing) == (95, 5)
    assert (zero.reported, zero.missing) == (100, 0)
    assert mine.days[0].q10 > zero.days[0].q10


def test_it_is_made_after_the_last_night_reported_and_says_how_long_ago_that_was() -> None:
    counts: list[int | None] = [int(v) for v in drawn(100, 1)]
    found = outlook(nights([*counts, None, None]), "UA", FIRST + timedelta(days=110))
    assert found[0].made_on == FIRST + timedelta(days=99)
    assert found[0].age_days == 11
    assert [d.day for d in found[0].days] == [FIRST + timedelta(days=100 + n) for n in range(14)]
    assert figures(found) == [{**f, "age_days": 11} for f in figures(outlook(nights(counts), "UA", FIRST))]


def test_all_kinds_together_are_their_sum() -> None:
    drones, missiles = [int(v) for v in drawn(90, 2)], [int(v) for v in drawn(90, 3, 5.0)]
    found = outlook(nights(drones, missiles), "UA", UNTIL)
    both = outlook(nights([a + b for a, b in zip(drones, missiles, strict=True)]), "UA", UNTIL)
    assert [o.kind for o in found] == ["drones", "missiles", "all"]
    assert of("all", found) == replace(of("drones", both), kind="all")


@pytest.mark.parametrize("number", [0, 1, 27])
def test_a_short_past_is_not_forecast(number: int) -> None:
    found = outlook(nights([5] * number), "UA", UNTIL)
    assert [o.days for o in found] == [()] * (3 if number else 0)
    for o in found:
        assert outlook_sentence(o).endswith(f"too few nights: {number} of the 28 that a forecast needs.")


@pytest.mark.parametrize(("number", "days"), [(41, 0), (42, 14)])
def test_a_past_too_short_for_the_last_of_the_days_is_not_forecast(number: int, days: int) -> None:
    # The first level is that of the 28th night, and the first ratio to it 14 nights later.
    found = of("drones", outlook(nights([int(v) for v in drawn(number, 1)]), "UA", UNTIL))
    assert len(found.days) == days
    assert ("and 28 must be known 14 nights before the last one" in outlook_sentence(found)) == (not days)


def test_a_past_too_short_to_be_scored_says_so() -> None:
    found = of("drones", outlook(nights([int(v) for v in drawn(60, 1)]), "UA", UNTIL))
    assert (len(found.days), found.skill) == (14, ())
    assert skill_sentence(found) == "Drones: not known, fewer than 60 nights could be scored."
    assert plain([found]) is None


def test_where_none_ever_came_nothing_tells_what_would_be_many() -> None:
    found = outlook(nights([int(v) for v in drawn(120, 1)]), "UA", UNTIL)
    missiles = of("missiles", found)
    assert (missiles.least, missiles.days[0].chance, missiles.days[0].q97_5) == (None, None, 0.0)
    assert lead(found[:2]).endswith(
        "No missiles in the last 180 nights, so that nothing tells what would be a mass strike."
    )
    assert missiles.skill[0].brier is None
    assert fan(missiles)["least"] is None


def test_forecasts_follow_a_level_that_moves_and_hold_what_they_claim() -> None:
    rng = np.random.default_rng(4)
    level = np.where(np.arange(420) < 200, 20.0, 120.0)
    counts = [int(v) for v in rng.poisson(rng.gamma(4.0, level / 4.0))]
    found = of("drones", outlook(nights(counts), "UA", UNTIL))
    assert all(s.skill is not None and s.skill > 0.04 for s in found.skill if s.ahead <= 7)
    assert 100 < found.days[0].q50 < 130
    flat = of("drones", outlook(nights([int(v) for v in drawn(420, 7)]), "UA", UNTIL))
    for s in flat.skill:
        assert abs(s.covered_80 - 0.80) < 0.05
        assert abs(s.covered_95 - 0.95) < 0.03
        # Nothing can be better here than the distribution of all nights; looking out for a change costs little.
        assert s.skill is not None
        assert -0.03 < s.skill < 0.02


def test_the_sentences() -> None:
    made = outlook(nights([int(v) for v in drawn(200, 1)], [int(v) for v in drawn(200, 2, 5.0)]), "UA", UNTIL)
    days = [replace(d, chance=0.1 + d.ahead / 100) for d in made[0].days]
    one = replace(made[0], days=tuple(days), least=1234)
    two = replace(made[1], days=tuple(replace(d, chance=0.5) for d in made[1].days), least=7)
    assert lead([one, two]) == (
        "As of 19 Jul 2025, the chance of a mass strike on each of the next 14 days is 11 to 24 % by drones (1,234 or "
        "more in a night) and 50 % by missiles (7 or more in a night)."
    )
    assert outlook_sentence(two).endswith("next 14 days is 50 % by missiles (7 or more in a night).")
    known = made[0].skill[0]
    skills = [replace(known, ahead=h, skill=s, error=0.01) for h, s in ((1, 0.05), (3, 0.01), (7, -0.02), (14, -0.05))]
    skills = [replace(s, covered_80=0.79 + n / 100) for n, s in enumerate(skills)]
    assert skill_sentence(replace(one, skill=tuple(skills))) == (
        "Drones: better 1 day ahead, not shown to be better 3 and 7 days ahead, worse 14 days ahead; "
        "ranges meant to hold 80 % held 79 to 82 %."
    )
    assert plain([replace(one, skill=tuple(skills))]) is None
    assert plain([replace(one, skill=tuple(skills[1:]))]) is not None


def test_the_figure_draws_every_night_once() -> None:
    counts: list[int | None] = [int(v) for v in drawn(90, 1)]
    counts[80] = None
    found = of("drones", outlook(nights(counts), "UA", UNTIL))
    drawing = fan(found)
    assert (len(drawing["bars"]), len(drawing["absent"])) == (27, 1)
    tallest = min(drawing["bars"], key=lambda b: b["y"])
    assert tallest["y"] >= drawing["top"]
    assert drawing["lines"][0] == {"y": drawing["bottom"], "label": "0"}


def tallies(*codes: str | None) -> pl.DataFrame:
    return pl.DataFrame({"place_code": codes}, schema={"place_code": tables.schema(tables.REPORTS)["place_code"]})


def test_only_counts_of_a_whole_nation_are_forecast() -> None:
    areas = load_areas()
    assert nation_of(tallies("UA", "UA", "UA-30"), areas) == "UA"
    assert nation_of(tallies("UA-30", "UA-30"), areas) is None
    assert nation_of(tallies("UA", "UA-30", "UA-32"), areas) is None
    assert nation_of(tallies("UA", "UA", "RU"), areas) is None
    assert nation_of(tallies("UA", None, None), areas) is None
    assert nation_of(tallies(), areas) is None


def test_bulletins_of_a_region_give_no_outlook(small: Small, holdfire: Callable[..., Any]) -> None:
    assert holdfire("run", small.folder).exit_code == 0
    told = json.loads(small.outputs()["assessment.json"])["outlook"]
    # The bulletins count no missile: nothing is said of any.
    assert [(o["kind"], o["nation"], o["days"]) for o in told] == [("drones", "UA", []), ("all", "UA", [])]
    small.change("case.yaml", "    place: UA\n", "    place: UA-30\n")
    small.change("data/launches.csv", ",Ukraine,", ",Kyiv City,")
    assert holdfire("run", small.folder).exit_code == 0
    assert json.loads(small.outputs()["assessment.json"])["outlook"] == []
    assert b'id="outlook"' not in small.outputs()["report.html"]


def test_an_outlook_knows_no_place_finer_than_a_nation_and_no_time_finer_than_a_day() -> None:
    assert {f.name: f.type for f in fields(DayAhead)} == {
        **{"day": "date", "ahead": "int", "chance": "float | None"},
        **{f"q{q}": "int" for q in ("2_5", "10", "25", "50", "75", "90", "97_5")},
    }
    assert {f.name for f in fields(Outlook)} == {
        *("nation", "kind", "made_on", "age_days", "reported", "missing", "least", "days", "skill", "note", "recent")
    }
    assert {f.type for f in fields(Skill)} == {"int", "float", "float | None"}
    assert not [e for e in EXPERTS if set(vars(e)) != {"memory", "level"}]


class Section(HTMLParser):
    """The text and the attributes within the section of an id."""

    def __init__(self, name: str):
        super().__init__()
        self.name, self.within, self.text = name, False, ""
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.within |= tag == "section" and ("id", self.name) in attrs
        if self.within:
            self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        self.within &= tag != "section"

    def handle_data(self, data: str) -> None:
        self.text += data if self.within else ""


def test_what_the_cold_spell_foretells_is_national_and_daily(cold_spell: Path) -> None:
    told = json.loads((cold_spell / "assessment.json").read_text(encoding="utf-8"))["outlook"]
    assert {o["nation"] for o in told} == {"UA"}
    named = {a for c in load_areas().codes() if c != "UA" for a in (c, load_areas()[c].name)}
    labels = {c.label.casefold() for c in code_list("target").codes}
    section = Section("outlook")
    section.feed((cold_spell / "report.html").read_text(encoding="utf-8"))
    for text in (json.dumps(told), section.text, " ".join(v or "" for _, v in section.attributes)):
        assert not [n for n in named if re.search(rf"\b{re.escape(n)}\b", text)]
        assert not [n for n in labels if re.search(rf"\b{re.escape(n)}\b", text.casefold())]
        assert not re.search(r"\d\d:\d\d|\bhour|\bT\d\d", text)
    for o in told:
        days = [date.fromisoformat(d["day"]) for d in o["days"]]
        assert days == [date(2026, 4, 1) + timedelta(days=n) for n in range(14)]
        assert all(
            d["q2_5"] <= d["q10"] <= d["q25"] <= d["q50"] <= d["q75"] <= d["q90"] <= d["q97_5"] for d in o["days"]
        )
    # No table of the run reaches beyond what was reported, but for the outlook itself.
    assert all(pl.read_parquet(f).columns for f in cold_spell.glob("*.parquet"))
    assert not [f for f in cold_spell.iterdir() if "outlook" in f.name]


def test_the_page_says_as_of_when_how_good_and_that_it_is_no_warning(cold_spell: Path) -> None:
    section = Section("outlook")
    section.feed((cold_spell / "report.html").read_text(encoding="utf-8"))
    text = " ".join(section.text.split())
    assert "As of 31 Mar 2026, the chance of a mass strike on each of the next 14 days is" in text
    assert ("data-made-on", "2026-03-31") in section.attributes
    assert "no warning and does not replace air-raid alerts" in text
    told = json.loads((cold_spell / "assessment.json").read_text(encoding="utf-8"))["outlook"]
    scored = [s for o in told if o["kind"] != "all" for s in o["skill"]]
    surely = any(s["skill"] > 2 * s["error"] for s in scored)
    assert ("have not been better than to expect what was usual" in text) is not surely
    assert [s["ahead"] for s in told[0]["skill"]] == [1, 3, 7, 14]


def test_an_old_series_says_how_old_it_is(small: Small, holdfire: Callable[..., Any]) -> None:
    rows = "".join(
        f"c{n},{day}T19:00,{day + timedelta(days=1)}T08:00,Shahed-136/131,Ukraine,{v:.0f},0\n"
        for n, v in enumerate(drawn(300, 9))
        for day in [FIRST + timedelta(days=n)]
    )
    head = small.file("data/launches.csv").read_text(encoding="utf-8").splitlines(keepends=True)[0]
    small.file("data/launches.csv").write_text(head + rows, encoding="utf-8")
    assert holdfire("run", small.folder).exit_code == 0
    # The last night ends on 28 October 2025, the period on 3 February 2026: 3 + 30 + 31 + 31 + 3 days later.
    assert "The bulletins end 98 days before the case does." in small.outputs()["report.html"].decode()
    assert "As of 28 Oct 2025" in small.outputs()["report.html"].decode()
