"""Who was in the cold, without heat or power: bounds worked by hand, and held against hours that were thinned."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import CASES, Small
from holdfire import tables
from holdfire.adjudicate import compile_plan, judge_batch
from holdfire.assess import ExposureTerms, exposure_days, reading_exposures, sensitivity
from holdfire.assess.exposure_causes import cause_figures
from holdfire.assess.exposure_days import hazard_of, hours_below
from holdfire.assess.exposure_known import known
from holdfire.assess.exposure_readings import ReadingExposure, totals
from holdfire.assess.sensitivity import own_limits
from holdfire.case import adjudicate, assess, monitor, read_case, verify
from holdfire.engine import run_here
from holdfire.monitor.outages import unit_of
from holdfire.places import load_areas, load_gazetteer
from holdfire.places.population import Population
from holdfire.publish.exposure import sensitivity_sentence
from holdfire.publish.exposure_amounts import about, reach
from holdfire.publish.exposure_lead import cause_sentences, elsewhere, lead
from holdfire.publish.exposure_sentences import causes_by_place, causes_of, energy_sentence, sentence
from holdfire.terms import Agreement, Condition, Zone
from test_adjudicate import agreement, incident

KYIV = ZoneInfo("Europe/Kyiv")
DAY = date(2026, 1, 29)
BEGINS = datetime(2026, 1, 28, 22, tzinfo=UTC)  # of DAY in Kyiv
AREAS, GAZETTEER = load_areas(), load_gazetteer()
PEOPLE = Population(GAZETTEER, AREAS, {"Kyiv": (1000.0, 3000.0), "Sumy": (None, None)})
NOTHING = (None, None)


def condition(fact: str, low: float | None, high: float | None, **more: Any) -> dict[str, Any]:
    base = {"place_name": "Kyiv", "place_code": "UA-30", "day": DAY, "kind": "observed"}
    return {**base, "fact": fact, "value_min": low, "value_max": high, **more}


def hour(n: int, value: float, **more: Any) -> dict[str, Any]:
    base = {"source_id": "w", "place_name": "Kyiv", "place_code": "UA-30", "kind": "observed"}
    return {**base, "time": BEGINS + timedelta(hours=n), "value_c": value, **more}


def measured(
    conditions: list[dict[str, Any]],
    hours: list[dict[str, Any]] | None = None,
    days: list[date] | None = None,
    below: float = -10.0,
    per_building: tuple[float, float] | None = None,
) -> list[dict[str, Any]]:
    facts, temperatures = (
        tables.frame(conditions, tables.CONDITIONS),
        tables.frame(hours or [], tables.TEMPERATURES),
    )
    terms = ExposureTerms([below], per_building)
    return exposure_days(facts, temperatures, days or [DAY], KYIV, PEOPLE, terms).to_dicts()


def test_hours_are_counted_and_a_missing_one_may_be_either() -> None:
    # Ten hours at -12, one missing, thirteen at -10, which is not below -10: 10 to 11 hours, 1,000 to 3,000 people.
    (row,) = measured([], [hour(n, -12.0 if n < 10 else -10.0) for n in range(24) if n != 15])
    assert (row["hours_min"], row["hours_max"]) == (10, 11)
    assert (row["person_hours_min"], row["person_hours_max"]) == (10_000, 33_000)
    assert (row["kind"], row["method"], row["threshold_c"]) == ("observed", "hours counted", -10)


def test_a_day_is_as_long_as_it_is() -> None:
    # The clocks go forward in Kyiv on 29 March 2026: 23 hours.
    start = datetime(2026, 3, 28, 22, tzinfo=UTC)
    hours = [hour(0, -12.0, time=start + timedelta(hours=n)) for n in range(24)]
    (row,) = measured([], hours, [date(2026, 3, 29)])
    assert (row["hours_min"], row["hours_max"]) == (23, 23)


@pytest.mark.parametrize(
    ("low", "high", "bounds"),
    [
        ((-20.0, -20.0), (-12.0, -12.0), (24, 24)),  # all day below
        ((-9.0, -9.0), (-2.0, -2.0), (0, 0)),  # never
        ((-10.0, -10.0), (-2.0, -2.0), (0, 0)),  # at -10 it is not below -10
        ((-20.0, -20.0), (-2.0, -2.0), (0, 24)),  # for some time: nothing is made up for its course
        ((-20.0, -20.0), NOTHING, (0, 24)),
        (NOTHING, (-12.0, -12.0), (24, 24)),
        ((-20.0, -8.0), (-12.0, -4.0), (0, 24)),  # two figures for each
        ((-9.0, -9.0), (-12.0, -12.0), (0, 24)),  # they contradict each other
    ],
)
def test_the_extremes_of_a_day_bound_its_hours(low: Any, high: Any, bounds: tuple[float, float]) -> None:
    assert hours_below(-10.0, [[]] * 24, low, high) == bounds


def test_extremes_narrow_the_hours_that_are_missing() -> None:
    hours: list[list[float]] = [[-12.0]] * 4 + [[]] * 20
    assert hours_below(-10.0, hours, (-14.0, -14.0), (-11.0, -11.0)) == (24, 24)
    assert hours_below(-10.0, hours, (-14.0, -14.0), (-2.0, -2.0)) == (4, 24)
    # Another station says that it was never so cold: both stand.
    assert hours_below(-10.0, hours, (-8.0, -8.0), (-2.0, -2.0)) == (0, 24)


def test_two_values_of_an_hour_are_a_range() -> None:
    rows = [hour(n, v) for n in range(24) for v in (-12.0, -9.0 if n < 6 else -11.0)]
    (row,) = measured([], rows)
    assert (row["hours_min"], row["hours_max"]) == (18, 24)


temperatures_of_a_day = st.lists(st.integers(-30, 10).map(float), min_size=24, max_size=24)


@given(temperatures_of_a_day, st.integers(-32, 12), st.sets(st.integers(0, 23)))
def test_bounds_contain_the_truth_when_hours_are_thinned(truth: list[float], below: int, kept: set[int]) -> None:
    counted = sum(v < below for v in truth)
    assert hours_below(below, [[v] for v in truth], NOTHING, NOTHING) == (counted, counted)
    low, high = (min(truth),) * 2, (max(truth),) * 2
    thinned = [[v] if n in kept else [] for n, v in enumerate(truth)]
    for hours, least, most in (([[]] * 24, low, high), (thinned, NOTHING, NOTHING), (thinned, low, high)):
        bounds = hours_below(below, hours, least, most)
        assert bounds[0] <= counted <= bounds[1]


@given(temperatures_of_a_day, st.sets(st.integers(0, 23)), st.lists(st.integers(-32, 12), min_size=2, max_size=9))
def test_a_warmer_threshold_never_means_fewer_hours(truth: list[float], kept: set[int], limits: list[int]) -> None:
    hours = [[v] if n in kept else [] for n, v in enumerate(truth)]
    found = [hours_below(t, hours, (min(truth),) * 2, (max(truth),) * 2) for t in sorted(limits)]
    assert [low for low, _ in found] == sorted(low for low, _ in found)
    assert [high for _, high in found] == sorted(high for _, high in found)


def test_a_bound_that_does_not_tell_makes_no_row() -> None:
    assert measured([condition("temperature_min", -16.5, None)]) == []
    (row,) = measured([condition("temperature_min", -16.5, None)], below=-17.0)
    assert (row["hours_min"], row["hours_max"], row["person_hours_max"]) == (0, 0, 0)


def test_kinds_stand_apart_and_forecasts_by_themselves() -> None:
    rows = [condition("temperature_max", v, v, kind=k) for k, v in (("observed", -2.0), ("forecast", -15.0))]
    rows.append(condition("temperature_min", -14.0, -14.0))
    hours = [hour(n, -12.0 if n < 9 else -3.0, kind="analysed") for n in range(24)]
    found = {r["kind"]: (r["hours_min"], r["hours_max"]) for r in measured(rows, hours)}
    assert found == {"observed": (0, 24), "analysed": (9, 9), "forecast": (24, 24)}
    table = exposure_days(
        tables.frame(rows, tables.CONDITIONS),
        tables.frame(hours, tables.TEMPERATURES),
        [DAY],
        KYIV,
        PEOPLE,
        ExposureTerms([-10.0]),
    )
    told = {t.kinds: (t.hours_min, t.hours_max) for t in totals(table, [DAY])}
    assert told == {("analysed",): (9, 9), ("forecast",): (24, 24)}  # the narrower; a forecast is never added


def test_an_observed_hour_goes_before_an_analysed_one() -> None:
    hours = [hour(n, -12.0, kind="analysed") for n in range(24)] + [hour(n, -5.0) for n in range(4)]
    found = {r["kind"]: (r["hours_min"], r["hours_max"]) for r in measured([], hours)}
    assert found == {"observed": (0, 20), "analysed": (20, 20)}


def test_nobody_knows_how_many_is_not_zero() -> None:
    cold = condition("temperature_max", -12.0, -12.0, place_name="Sumy", place_code="UA-59")
    (row,) = measured([cold])
    assert (row["count_max"], row["unit_hours_min"], row["person_hours_max"]) == (None, 0, None)
    warm = condition("temperature_min", -2.0, -2.0, place_name="Sumy", place_code="UA-59")
    (row,) = measured([warm])
    assert row["person_hours_max"] == 0  # whoever they are, none of them was in the cold


def test_population_is_that_of_a_settlement() -> None:
    people = Population(GAZETTEER, AREAS)
    assert people.of("Kharkiv") == (1421125.0, 1421125.0)  # GeoNames 706483
    assert people.of("Kyiv") == (2952301.0, 2952301.0)  # also an area, but a city
    for name in ("Kharkiv Oblast", "Volyn", "Ukraine", "Nowhere"):
        assert people.of(name) == (None, None)
    assert PEOPLE.of("Kyiv") == (1000.0, 3000.0)


OUT = {"unit": "people", "url": "u"}


def test_one_report_on_a_day_is_0_to_24_hours() -> None:
    (row,) = measured([condition("people without power", 500.0, 500.0, **OUT)])
    assert (row["hazard"], row["hours_min"], row["hours_max"]) == ("no_power", 0, 24)
    assert (row["person_hours_min"], row["person_hours_max"]) == (0, 12_000)


def test_stated_hours_bound_it() -> None:
    (row,) = measured([condition("people without power", 500.0, 600.0, hours_min=3.0, hours_max=5.0, **OUT)])
    assert (row["person_hours_min"], row["person_hours_max"]) == (1500, 3000)


def test_two_figures_of_one_quantity_are_a_range_and_not_a_sum() -> None:
    rows = [condition("buildings without heat", v, v, unit="buildings", url=f"u{v}") for v in (1170.0, 1142.0)]
    (row,) = measured(rows)
    assert (row["count_min"], row["count_max"], row["unit_hours_max"]) == (1142, 1170, 28_080)
    assert (row["person_hours_min"], row["person_hours_max"]) == (None, None)  # nobody said how many live in them
    assert row["urls"] == ["u1142.0", "u1170.0"]


def test_an_open_bound_stays_open() -> None:
    rows = [condition("people without power", low, high, **OUT) for low, high in ((200.0, None), (150.0, 150.0))]
    (row,) = measured(rows)
    assert (row["count_min"], row["count_max"], row["person_hours_max"]) == (150, None, None)


def test_different_quantities_are_never_added() -> None:
    rows = [
        condition("people without power", 500.0, 500.0, **OUT),
        condition("consumers without power", 300.0, 300.0, unit="consumers (over)"),
        condition("buildings without power", 9.0, 9.0, unit="buildings"),
        condition("settlements without power", 7.0, 7.0, unit="settlements"),  # neither people nor where they live
    ]
    assert [(r["unit"], r["count_max"]) for r in measured(rows)] == [
        ("buildings", 9),
        ("customers", 300),
        ("people", 500),
    ]


def test_buildings_become_people_by_what_the_case_states() -> None:
    row = condition("buildings without heat", 10.0, 20.0, unit="buildings", hours_min=2.0, hours_max=24.0)
    (row,) = measured([row], per_building=(50.0, 200.0))
    assert (row["person_hours_min"], row["person_hours_max"]) == (10 * 50 * 2, 20 * 200 * 24)
    assert (row["unit_hours_min"], row["unit_hours_max"]) == (20, 480)


@pytest.mark.parametrize(
    ("fact", "hazard"),
    [
        ("apartment buildings without heat", "no_heat"),
        ("Buildings with heating drained", "no_heat"),
        ("people without electricity", "no_power"),
        ("whole city without water", None),
        ("people without heat and without power", None),
        ("months to repair a power plant", None),
        ("temperature_min", None),
    ],
)
def test_what_is_lacking_is_told_by_words(fact: str, hazard: str | None) -> None:
    assert hazard_of(fact) == hazard


def caused(cause: str | None, value: float, **more: Any) -> dict[str, Any]:
    """Return a figure of buildings without heat in Kyiv, attributed to a cause."""
    return condition(
        "buildings without heat", value, value, unit="buildings", attributed_to=cause, **{"url": f"u{value}", **more}
    )


DAYS = [DAY + timedelta(days=n) for n in range(6)]
BY_CAUSE = [
    caused("attack", 100.0, day=DAYS[0], said_by="A mayor"),
    caused(None, 90.0, day=DAYS[1], said_by="A mayor"),
    caused("attack", 80.0, day=DAYS[1], said_by="An operator"),
    caused("grid_failure", 70.0, day=DAYS[2]),
    caused(None, 60.0, day=DAYS[3]),
    caused("attack", 50.0, day=DAYS[4]),
    caused("grid_failure", 55.0, day=DAYS[4]),
    condition("regions without power", 7.0, 7.0, unit="regions", attributed_to="grid_failure", day=DAYS[2]),
]


def table_of(rows: list[dict[str, Any]], days: list[date] = DAYS) -> pl.DataFrame:
    facts = tables.frame(rows, tables.CONDITIONS)
    return exposure_days(facts, tables.empty(tables.TEMPERATURES), days, KYIV, PEOPLE, ExposureTerms([-10.0]))


def test_a_row_says_what_its_sources_attribute_it_to_and_how_many_are_silent() -> None:
    rows = table_of(BY_CAUSE).to_dicts()
    assert [(r["figures"], r["untold"], r["attributed_to"], r["said_by"]) for r in rows] == [
        (1, 0, ["attack"], ["A mayor"]),
        (2, 1, ["attack"], ["A mayor", "An operator"]),
        (1, 0, ["grid_failure"], None),
        (1, 1, None, None),
        (2, 0, ["attack", "grid_failure"], None),
    ]


def test_a_failure_of_the_grid_is_no_attack_and_silence_is_neither() -> None:
    (total,) = totals(table_of(BY_CAUSE), DAYS)
    # Buildings times 24 hours at most: 100; 90 (one figure of that day names an attack, one nothing); 70; 60; 55.
    assert [(p.attributed_to, p.untold, [d.day for d in p.days], p.unit_hours_max) for p in total.causes] == [
        (("attack",), False, [29], 2400),
        (("attack",), True, [30], 2160),
        (("attack", "grid_failure"), False, [2], 1320),
        (("grid_failure",), False, [31], 1680),
        ((), False, [1], 1440),
    ]
    assert causes_of(total) == (
        "an attack on 29 Jan (up to 2,400 building-hours); "
        "an attack by some figures and not told by others on 30 Jan (up to 2,160 building-hours); "
        "an attack by some figures and a grid failure by others on 2 Feb (up to 1,320 building-hours); "
        "a grid failure on 31 Jan (up to 1,680 building-hours); "
        "not told on 1 Feb (up to 1,440 building-hours)"
    )


def test_of_which_outages_no_cause_is_told_is_said() -> None:
    rows = [caused("weather", 9.0), condition("people without power", 5.0, 5.0, **OUT)]
    assert causes_by_place(totals(table_of(rows), DAYS)) == (
        "Cause of the outages, by the sources. Kyiv, buildings without heat: the weather. "
        "Of the other one no cause is told."
    )
    assert causes_by_place(totals(table_of([condition("temperature_max", -12.0, -12.0)]), DAYS)) is None


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["attack", "grid_failure", None]), st.integers(1, 99), st.integers(0, 5))))
def test_the_parts_of_a_total_are_its_days_and_its_hours(figures: list[tuple[str | None, int, int]]) -> None:
    rows = [caused(cause, float(value), day=DAYS[n]) for cause, value, n in figures]
    for total in totals(table_of(rows), DAYS):
        assert sorted(d for p in total.causes for d in p.days) == list(total.days)
        assert sum(p.unit_hours_max or 0 for p in total.causes) == total.unit_hours_max
        for part in total.causes:
            for day in part.days:
                named = {cause for cause, _, n in figures if DAYS[n] == day}
                assert (set(part.attributed_to), part.untold) == (named - {None}, None in named and len(named) > 1)


def test_figures_are_counted_by_cause() -> None:
    found = cause_figures(tables.frame(BY_CAUSE, tables.CONDITIONS), DAYS[0], DAYS[3])
    assert [(f.attributed_to, f.figures, f.counted, f.places) for f in found] == [
        ("attack", 2, 2, ("Kyiv",)),
        ("grid_failure", 2, 1, ("Kyiv",)),
        (None, 2, 2, ("Kyiv",)),
    ]
    assert cause_sentences(found) == [
        "Of 5 figures of heat or power, the sources attribute 2 to an attack (Kyiv, 29 Jan and 30 Jan) and 1 to a grid "
        "failure (Kyiv, 31 Jan); for 2, of 1 place, no cause is told, which says neither that an attack played a part "
        "nor that none did.",
        "Of figures of other things, such as regions, which enter no sum here, they attribute 1 to a grid failure "
        "(31 Jan).",
    ]


def test_what_is_known_at_least_can_be_quoted() -> None:
    rows = [*BY_CAUSE, condition("people without power", 500.0, None, **OUT, day=DAYS[0])]
    rows += [condition("people without power", 900.0, 900.0, **OUT, day=DAYS[1], place_name="Kharkiv")]
    rows += [condition("people without power", 5.0, 5.0, **OUT, day=DAYS[2])]
    facts = tables.frame(rows, tables.CONDITIONS)
    told = known(table_of(rows), facts, DAYS, -10.0)
    assert lead(told, ("no_heat", "no_power", "cold"), -10.0) == (
        "At least 100 buildings without heat in Kyiv on 29 January (said by A mayor) and at least 500 people without "
        "power in Kyiv on 29 January (it is not stated who said so): so much was reported of the 6 days from "
        "29 January to 3 February; for how long nobody stated, for 1 of them there is no figure of heat or power, and "
        "whether it was below −10 °C is not known for any of them."
    )
    assert elsewhere(told, ("no_heat", "no_power")) == (
        "Elsewhere at least 900 people without power in Kharkiv on 30 Jan."
    )
    assert elsewhere(told, ("no_heat",)) is None


def test_hours_that_are_stated_and_cold_that_is_known_are_told() -> None:
    rows = [condition("temperature_max", -12.0, -12.0, day=d) for d in DAYS]
    rows += [caused(None, 9.0, day=d, hours_min=2.0) for d in DAYS]
    told = known(table_of(rows), tables.frame(rows, tables.CONDITIONS), DAYS, -10.0)
    # 6 days of 24 hours for 1,000 people at least.
    assert lead(told, ("no_heat", "cold"), -10.0) == (
        "At least 9 buildings without heat in Kyiv on 29 January (it is not stated who said so) and at least 144,000 "
        "person-hours below −10 °C in Kyiv on 6 days (by temperatures and the people on record): so much was reported "
        "of the 6 days from 29 January to 3 February."
    )


def test_a_period_of_one_day_is_no_them() -> None:
    told = known(tables.empty(tables.EXPOSURE), tables.empty(tables.CONDITIONS), [DAY], -10.0)
    assert lead(told, ("no_power", "cold"), -10.0) == (
        "For 29 January, no figure of power was reported, and whether it was below −10 °C is not known: "
        "unknown, which is not zero."
    )


def test_a_cause_that_heat_and_power_share_is_told_once() -> None:
    plan, found, verdicts = judged(agreement(ENERGY), strike("a", 29, ["substation"]))
    for cause, told in ((None, ". Cause: not told."), ("weather", ". Cause of both: the weather.")):
        rows = [caused("weather", 9.0), condition("people without power", 5.0, 5.0, **OUT, attributed_to=cause)]
        (reading,) = reading_exposures(table_of(rows), plan, found, verdicts, DAYS[0], DAYS[-1], -10.0)
        said = sentence(reading, -10.0, ("no_heat", "no_power"))
        assert (said.endswith(told), said.count("Cause:")) == (True, 2 if cause is None else 0)


def test_only_an_upper_bound_is_told_as_one() -> None:
    rows = [condition("buildings without heat", None, 40.0, unit="buildings (nearly)")]
    told = known(table_of(rows), tables.frame(rows, tables.CONDITIONS), DAYS, -10.0)
    assert lead(told, ("no_heat",), -10.0).startswith("Up to 40 buildings without heat in Kyiv on 29 January (")


def test_the_grid_failure_of_31_january_counts_nobody() -> None:
    case = read_case(CASES / "cold-spell-2026")
    conditions = monitor(case).conditions
    found = {f.attributed_to: f for f in cause_figures(conditions, case.file.period.first, case.file.period.last)}
    assert (found["grid_failure"].figures, found["grid_failure"].counted) == (7, 0)
    assert found["grid_failure"].other_days == (date(2026, 1, 31),)
    assert [d.isoformat() for d in found["attack"].days] == ["2026-02-02", "2026-02-03"]
    that_day = conditions.filter((pl.col("day") == date(2026, 1, 31)) & (pl.col("unit") == "buildings (nearly)"))
    assert that_day["attributed_to"].to_list() == [None]


def test_units_are_words() -> None:
    told = [unit_of(u) for u in ("people (more than)", "consumers", "subscribers", "households", "oblasts", None)]
    assert told == ["people", "customers", "customers", "households", None, None]


ENERGY = {
    "act": ["drone_strike"],
    "target": {"certainly": ["energy"]},
    "time": {"starts": "2026-01-29", "ends": "2026-01-31"},
}


def judged(terms: Agreement, *rows: dict[str, Any]) -> tuple[Any, pl.DataFrame, pl.DataFrame]:
    plan = compile_plan(terms, AREAS, GAZETTEER, tables.empty(tables.CONDITIONS))
    found = tables.frame(list(rows), tables.INCIDENTS)
    return plan, found, run_here(partial(judge_batch, plan=plan), found)


def strike(id: str, day: int, targets: list[str] | None, **more: Any) -> dict[str, Any]:
    start = datetime(2026, 1, day, 10, tzinfo=UTC)
    times = {"start": start, "end": start + timedelta(hours=1)}
    return incident(incident_id=id, targets=targets, acts=["drone_strike"], **times, **more)


def test_strikes_on_energy_stand_beside_the_cold_of_the_day_and_after() -> None:
    plan, found, verdicts = judged(
        agreement(ENERGY),
        strike("a", 29, ["substation"]),
        strike("b", 29, None),
        strike("c", 30, ["infrastructure"]),  # it may have been energy
        strike("d", 30, ["market"]),
        strike("e", 28, ["substation"]),  # before the clause
        strike("t", 29, ["substation"], tally=True),
        strike("p", 29, ["substation"], part_of=["t"]),
    )
    days = [DAY + timedelta(days=n) for n in range(5)]
    cold = [condition("temperature_max", -12.0, -12.0, day=days[n]) for n in (0, 3)]
    cold += [condition("temperature_max", -30.0, -30.0, day=days[2], kind="forecast")]
    table = table_of(cold, days)
    (told,) = reading_exposures(table, plan, found, verdicts, days[0], days[-1], -10.0)
    assert (told.first, told.last) == (days[0], days[2])
    assert (told.violations, told.absorbed, told.undetermined) == (3, 1, 2)
    one = 24_000.0, 72_000.0  # 24 hours of 1,000 to 3,000 people
    assert [
        (b.day.day, b.violations, b.undetermined, b.cold_min, b.cold_max, b.days_known, b.after_min, b.after_max)
        for b in told.beside
    ] == [
        (29, 3, 1, *one, 2, 48_000.0, 144_000.0),
        (30, 0, 1, None, None, 1, *one),
        (31, 0, 0, None, None, 1, *one),
    ]


COLD_TOWNS = [
    {
        "id": "cold",
        "title": "Towns in the cold",
        "towns": {"within": ["UA-30"], "over": 50_000, "condition": {"fact": "temperature_min", "at_most": -10}},
    }
]


def shown(terms: Agreement, rows: list[dict[str, Any]], *incidents: dict[str, Any], **more: Any) -> Any:
    table = tables.frame(rows, tables.CONDITIONS)
    _, found, verdicts = judged(terms, *incidents)
    return sensitivity(terms, AREAS, GAZETTEER, table, tables.empty(tables.LINES), found, verdicts, **more)


def at(day: int, **more: Any) -> dict[str, Any]:
    return strike(f"i{day}", day, ["substation"], place_code="UA-30", **more)


def test_a_condition_is_judged_again_at_every_threshold() -> None:
    lows = [condition("temperature_min", v, v, day=date(2026, 1, d)) for d, v in ((29, -15.0), (30, -5.0))]
    (found,) = shown(
        agreement({"condition": {"fact": "temperature_min", "at_most": -10}}), lows, at(29), at(30), at(31)
    )
    # Below -15 neither; from -15 the first; from -5 both. The third day was not observed.
    assert [(s.first_c, s.last_c, s.violations, s.undetermined) for s in found.steps] == [
        (-20, -16, 0, 1),
        (-15, -6, 1, 1),
        (-5, 0, 2, 1),
    ]
    assert found.limits == (-10.0,)


def test_towns_in_the_cold_are_drawn_again_at_every_threshold() -> None:
    zones = [Zone.model_validate(z) for z in COLD_TOWNS]
    terms = agreement({"place": {"certainly": ["cold"]}}).model_copy(update={"zones": zones})
    assert own_limits(terms.readings[0].clauses[0], terms) == (-10.0,)
    lows = [condition("temperature_min", -15.0, -15.0)]
    in_kyiv = {"lon": 30.52, "lat": 50.45, "radius_km": 1.0}
    (found,) = shown(terms, lows, at(29, **in_kyiv), at(30, **in_kyiv))
    assert [(s.first_c, s.last_c, s.violations, s.undetermined) for s in found.steps] == [
        (-20, -20, 0, 1),  # by five degrees, and at its own limit
        (-15, 0, 1, 1),
    ]


def test_a_clause_without_a_test_is_shown_only_where_the_case_asks() -> None:
    terms = agreement({"target": ["energy"]})
    reading, clause = terms.readings[0].id, terms.readings[0].clauses[0].id
    assert shown(terms, [], at(29)) == []
    forecast = [condition("temperature_min", -30.0, -30.0, kind="forecast")]
    (found,) = shown(terms, forecast, at(29), as_if=[(reading, clause)])
    assert found.limits == ()
    assert [(s.violations, s.undetermined) for s in found.steps] == [(0, 1)]  # a forecast never decides
    assert terms.readings[0].clauses[0].condition is None


@settings(deadline=None, max_examples=20)
@given(st.lists(st.one_of(st.none(), st.integers(-25, 5)), min_size=3, max_size=3))
def test_a_warmer_threshold_never_has_fewer_violations(lows: list[int | None]) -> None:
    rows = [
        condition("temperature_min", float(v), float(v), day=date(2026, 1, 29 + n))
        for n, v in enumerate(lows)
        if v is not None
    ]
    terms = agreement({"condition": {"fact": "temperature_min", "at_most": -10}})
    (found,) = shown(terms, rows, at(29), at(30), at(31))
    violations = [s.violations for s in found.steps]
    assert violations == sorted(violations)
    assert all(s.undetermined == lows.count(None) for s in found.steps)
    assert (found.steps[0].first_c, found.steps[-1].last_c) == (-20, 0)


def test_the_own_limit_gives_what_the_finding_says() -> None:
    case = read_case(CASES / "cold-spell-2026")
    observed = monitor(case)
    verified = verify(case, observed.reports)
    found, others = verified.incidents, verified.alternatives
    judged_so_far = adjudicate(case, observed, found, others)
    assessed = assess(case, observed, found, judged_so_far).exposure
    assert [h.reading_id for h in assessed.readings] == [r.id for r in case.agreement.readings]
    (as_if,) = assessed.sensitivity
    step = next(s for s in as_if.steps if s.first_c <= -10 <= s.last_c)
    cold = case.agreement.model_copy(deep=True)
    test = Condition(fact="temperature_min", at_most=-10)
    cold.readings[0].clauses[0] = cold.readings[0].clauses[0].model_copy(update={"condition": test})
    finding = adjudicate(replace(case, agreement=cold), observed, found, others).findings[0]
    assert (step.violations, step.undetermined) == (finding.violations, finding.undetermined)
    assert step.violations < judged_so_far.findings[0].violations


def test_a_bound_stays_a_bound_when_it_is_rounded() -> None:
    assert (about(70_855_224, up=True), about(70_855_224, up=False)) == ("70.9 million", "70.8 million")
    assert (about(999_900, up=True), about(160_992, up=True)) == ("1 million", "161,000")
    assert (about(12.2, up=True), about(12.2, up=False), about(0, up=True)) == ("13", "12", "0")
    assert reach(0, 1_234_567, "h") == "up to 1.24 million h"
    assert reach(2000, None, "h") == "at least 2,000 h"
    assert reach(1500, 3000, "h") == "1,500 to 3,000 h"


@given(st.floats(0, 1e13))
def test_no_rounding_makes_a_range_narrower(value: float) -> None:
    def number(text: str) -> float:
        digits, _, size = text.replace(",", "").partition(" ")
        return float(digits) * {"": 1, "million": 1e6, "billion": 1e9}[size]

    assert number(about(value, up=False)) <= value * (1 + 1e-12)
    assert number(about(value, up=True)) >= value * (1 - 1e-12)


@pytest.mark.parametrize(
    ("violations", "absorbed", "undetermined", "told"),
    [
        (0, 0, 0, "No incident violates this reading by striking energy, or may."),
        (0, 0, 26, "No incident violates this reading by striking energy for sure; 26 may."),
        (1, 0, 0, "1 incident violates this reading by striking energy."),
        # One of twelve is a tally that may count no more than the others, so that eleven are sure.
        (12, 1, 46, "11 incidents violate this reading by striking energy, and up to 47 more may."),
    ],
)
def test_what_may_not_have_struck_energy_is_not_said_to(
    violations: int, absorbed: int, undetermined: int, told: str
) -> None:
    found = ReadingExposure("r", DAY, DAY, violations, absorbed, undetermined, [], [])
    assert energy_sentence(found) == told


def test_a_reading_is_told_in_a_sentence_that_says_what_is_not_known() -> None:
    days = [DAY + timedelta(days=n) for n in range(3)]
    rows = [
        condition("apartment buildings without heat", v, v, unit="buildings", day=d)
        for v, d in ((378.0, days[0]), (3500.0, days[2]))
    ]
    rows.append(condition("temperature_max", -12.0, -12.0, day=days[1]))
    plan, found, verdicts = judged(agreement(ENERGY), strike("a", 29, ["substation"]))
    table = table_of(rows, days)
    (told,) = reading_exposures(table, plan, found, verdicts, days[0], days[-1], -10.0)
    # 378 + 3,500 buildings for up to 24 hours each are 93,072 building-hours, and 24 hours of 1,000 to 3,000 people.
    assert sentence(told, -10.0, ("no_heat", "no_power", "cold")) == (
        "In Kyiv, up to 3,500 apartment buildings without heat at a time (figures of 29 Jan and 31 Jan): up to 93,100 "
        "building-hours. Cause: not told. Without power: no figure was reported. "
        "Below −10 °C: 24,000 to 72,000 person-hours in Kyiv on 30 Jan; of the other 2 days it is not known."
    )


def test_the_sentence_of_thresholds_gives_the_range() -> None:
    lows = [condition("temperature_min", -15.0, -15.0)]
    terms = agreement({"condition": {"fact": "temperature_min", "at_most": -10}})
    (found,) = shown(terms, lows, at(29))
    assert sensitivity_sentence(found) == (
        "With the threshold from −20 to 0 °C: 0 to 1 violations, and up to 0 undetermined."
    )


POPULATION = "place,people_min,people_max,as_of,url\nKyiv,2000000,3000000,2025,https://example.org/p\n"


def with_exposure(small: Small, text: str, population: str = POPULATION) -> None:
    small.file("data/population.csv").write_text(population, encoding="utf-8")
    case = small.file("case.yaml")
    case.write_text(case.read_text(encoding="utf-8") + "exposure:\n" + text, encoding="utf-8")


def test_a_case_states_its_terms_and_its_people(small: Small, holdfire) -> None:
    with_exposure(
        small,
        "  below_c: [-5]\n  population: data/population.csv\n  as_if_cold: [announced/no-strikes]\n"
        "  people_per_building: {at_least: 10, at_most: 20, source: a census}\n",
    )
    small.change("data/temperatures.csv", "tmin_c", "tmax_c")
    small.change("data/outages.csv", "unit,url", "unit,said_by,attributed_to,url")
    small.change("data/outages.csv", ",buildings,", ",buildings,A mayor,grid_failure,")
    assert holdfire("run", small.folder).exit_code == 0
    rows = pl.read_csv(small.folder / "out" / "exposure.csv").to_dicts()
    assert [(r["hazard"], r["person_hours_min"], r["person_hours_max"]) for r in rows] == [
        ("cold", 2_000_000 * 24, 3_000_000 * 24),
        ("no_heat", 0, 1170 * 20 * 24),
    ]
    found = json.loads(small.file("out/assessment.json").read_text(encoding="utf-8"))["exposure"]
    assert found["below_c"] == [-5]
    assert [r["reading_id"] for r in found["readings"]] == ["announced", "shorter"]
    assert found["sensitivity"][0]["clause_id"] == "no-strikes"
    page = small.file("out/report.html").read_text(encoding="utf-8")
    assert '<span class="soft">said by A mayor</span> <span class="soft">cause: a grid failure</span>' in page
    assert "Kyiv, apartment buildings without heat: a grid failure." in page
    assert "48 million to 72 million person-hours in Kyiv on 3 Feb" in page


NOTHING_KNOWN = (
    "For the 7 days from 28 January to 3 February, no figure of heat or power was reported, and whether it was below "
    "−5 °C is not known for any of them: unknown, which is not zero."
)


@pytest.mark.parametrize(
    ("source", "text", "hazards", "below", "title", "said", "unsaid"),
    [
        (None, "", [], None, None, [], []),
        (
            "outages",
            "",
            ["no_heat", "no_power"],
            None,
            "Without heat or power",
            ["buildings without heat on 3 Feb"],
            ["°C", "the cold", "temperature"],
        ),
        ("temperatures", "", ["cold"], [-10], "In the cold", ["Below −10 °C:"], ["Without heat:", "Without power:"]),
        (
            None,
            "exposure: {below_c: [-5]}\n",
            ["no_heat", "no_power", "cold"],
            [-5],
            "In the cold, without heat or power",
            [NOTHING_KNOWN, "Nothing is known of any place", "As announced, 1 other day: no incident on energy"],
            ["not known<", "<td>0</td><td>0</td>", "Without heat:", "Below −5"],
        ),
    ],
)
def test_what_a_case_does_not_ask_is_not_told_and_what_it_asks_is_not_known(
    small: Small, holdfire, source, text, hazards, below, title, said, unsaid
) -> None:
    case = small.file("case.yaml")
    head, *sources = case.read_text(encoding="utf-8").split("  - id: ")
    kept = [s for s in sources if s.startswith(("bulletins", "press", source or "bulletins"))]
    case.write_text("  - id: ".join([head, *kept]) + text, encoding="utf-8")
    assert holdfire("run", small.folder).exit_code == 0
    assessed = json.loads(small.file("out/assessment.json").read_text(encoding="utf-8"))["exposure"]
    assert (assessed["hazards"], assessed["below_c"]) == (hazards, below)
    page = small.file("out/report.html").read_text(encoding="utf-8")
    shown = re.search(r'<section id="cold".*?</section>', page, re.DOTALL)
    assert (shown is not None, 'href="#cold"' in page) == (title is not None, title is not None)
    assert ("Lowest temperature reported anywhere" in page) == ("cold" in hazards)
    told = shown[0] if shown else ""
    assert title is None or f">{title}</h2>" in told
    assert [s for s in said if s not in told] == []
    assert [s for s in unsaid if s in told] == []


@pytest.mark.parametrize(
    ("text", "population", "found"),
    [
        ("  as_if_cold: [announced/no-strike]\n", POPULATION, "Did you mean 'announced/no-strikes'"),
        ("  people_per_building: {at_least: 9, at_most: 2, source: s}\n", POPULATION, "swap them"),
        ("  below_c: []\n", POPULATION, "below_c"),
        ("  population: ../p.csv\n", POPULATION, "outside the case folder"),
        ("  population: data/population.csv\n", POPULATION.replace("2000000", "4000000"), "Swap them"),
        ("  population: data/population.csv\n", POPULATION.replace("Kyiv", "Kharkiv Oblast"), "is an area"),
        ("  population: data/population.csv\n", POPULATION + "Kyiv,1,2,2025,u\n", "stands twice"),
    ],
)
def test_mistakes_are_told_plainly(small: Small, holdfire, text: str, population: str, found: str) -> None:
    with_exposure(small, text, population)
    result = holdfire("run", small.folder)
    assert (result.exit_code, small.file("out").exists()) == (2, False)
    assert found in result.stderr


def test_what_was_told_later_is_not_known_on_the_day(small: Small, holdfire) -> None:
    small.change("data/temperatures.csv", "value_c_max,url", "value_c_max,issued_on,url")
    small.change("data/temperatures.csv", "-20,-20,", "-20,-20,2026-03-03,")
    assert holdfire("run", small.folder, "--as-of", "2026-02-03").exit_code == 0
    known = pl.read_parquet(small.folder / "out" / "as-of-2026-02-03" / "conditions.parquet")
    assert "temperature_min" not in known["fact"].to_list()
