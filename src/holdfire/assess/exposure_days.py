"""Exposure: hours in the cold, without heat and without power, times the people who bore them, by place and day.

All are ranges. What bounds them: the hours of a day below a threshold, counted from hourly temperatures or bounded by
the day's extremes; the figures that were reported; the length of the day, where nobody said how long. A place and day
of which nothing is known has no row. Different quantities are never added up: people, buildings and customers are
counted apart, and two figures of the same quantity, place and day are a range, not a sum. docs/exposure.md has the
formulas.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from holdfire import tables
from holdfire.monitor.outages import unit_of
from holdfire.monitor.weather import HIGH, LOW, hours_of
from holdfire.places.population import People, Population

Bounds = tuple[float, float]
Range = tuple[float | None, float | None]
Place = tuple[str, str | None]
Row = Mapping[str, Any]
# Of which kinds a row may be made, better ones first. A forecast is never mixed with anything.
LEVELS = {"observed": ("observed",), "analysed": ("observed", "analysed"), "forecast": ("forecast",)}
COLD = "cold"
WITHOUT = r"\b(?:without|no)\s+(?:{0})\b"
HAZARDS = {
    "no_heat": re.compile(WITHOUT.format("heat|heating") + r"|\bheating (?:was )?drained\b"),
    "no_power": re.compile(WITHOUT.format("power|electricity|light")),
}
BY_HOUR, BY_EXTREMES, AS_REPORTED = "hours counted", "bounds from the day's extremes", "figures as reported"


@dataclass(frozen=True)
class ExposureTerms:
    """What a case says of its exposure: thresholds in degrees C, and people per building as bounds (null: not said)."""

    below_c: Sequence[float]
    people_per_building: Bounds | None = None


def hours_below(threshold: float, hours: Sequence[Sequence[float]], low: Range, high: Range) -> Bounds:
    """Return for how many hours of a day the temperature was below a threshold, at least and at most.

    `hours` holds the values of each hour of the day, none where it is missing; a value stands for its hour. `low` and
    `high` are the lowest and the highest temperature of the day, each from a least to a greatest stated value, null
    where that is not known. Between its extremes a day may have been below for any time: nothing is made up for its
    course. Where hours and extremes contradict each other, the bounds take in both.
    """
    length = float(len(hours))
    counted = (
        float(sum(1 for values in hours if values and max(values) < threshold)),
        float(sum(1 for values in hours if not values or min(values) < threshold)),
    )
    never = low[0] is not None and low[0] >= threshold
    always = high[1] is not None and high[1] < threshold
    by_extremes = (0.0, length) if never == always else (0.0, 0.0) if never else (length, length)
    inner = max(counted[0], by_extremes[0]), min(counted[1], by_extremes[1])
    outer = min(counted[0], by_extremes[0]), max(counted[1], by_extremes[1])
    return inner if inner[0] <= inner[1] else outer


def says_something(threshold: float, low: Range, high: Range) -> bool:
    """Tell whether a day's extremes say if it was below a threshold: at some time, at all times or never."""
    sometimes = low[1] is not None and low[1] < threshold
    never = low[0] is not None and low[0] >= threshold
    return sometimes or never or (high[1] is not None and high[1] < threshold)


def exposure_days(
    conditions: pl.DataFrame,
    temperatures: pl.DataFrame,
    days: Sequence[date],
    zone: ZoneInfo,
    population: Population,
    terms: ExposureTerms,
) -> pl.DataFrame:
    """Return tables.EXPOSURE for the days, from tables.CONDITIONS and tables.TEMPERATURES."""
    rows = [*_cold(conditions, temperatures, days, zone, population, terms)]
    rows += _outages(conditions, days, zone, terms)
    return tables.frame(rows, tables.EXPOSURE).sort(
        "day", "hazard", "place_name", "unit", "quantity", "threshold_c", "kind", "place_code", nulls_last=True
    )


def _cold(
    conditions: pl.DataFrame,
    temperatures: pl.DataFrame,
    days: Sequence[date],
    zone: ZoneInfo,
    population: Population,
    terms: ExposureTerms,
) -> Iterator[dict[str, object]]:
    extremes: dict[tuple[Place, date], list[Row]] = defaultdict(list)
    for row in conditions.filter(pl.col("fact").is_in([LOW, HIGH])).iter_rows(named=True):
        extremes[(row["place_name"], row["place_code"]), row["day"]].append(row)
    by_hour: dict[tuple[Place, datetime], list[Row]] = defaultdict(list)
    for row in temperatures.iter_rows(named=True):
        by_hour[(row["place_name"], row["place_code"]), row["time"]].append(row)
    places = sorted({p for p, _ in (*extremes, *by_hour)}, key=lambda p: (p[0], p[1] or ""))
    for day in days:
        instants = hours_of(day, zone)
        for place in places:
            daily = extremes.get((place, day), [])
            hourly = [by_hour.get((place, t), []) for t in instants]
            given = [*daily, *(row for rows in hourly for row in rows)]
            for level, kinds in LEVELS.items():
                if not any(row["kind"] == level for row in given):
                    continue
                hours = [[r["value_c"] for r in _best(rows, kinds)] for rows in hourly]
                low, high = (_stated(_best([r for r in daily if r["fact"] == f], kinds)) for f in (LOW, HIGH))
                told = [row for row in given if row["kind"] in kinds]
                people = population.of(place[0])
                for threshold in terms.below_c:
                    if not any(hours) and not says_something(threshold, low, high):
                        continue
                    bounds = hours_below(threshold, hours, low, high)
                    yield {
                        **_shared(place, day, told, people, bounds),
                        "hazard": COLD,
                        "threshold_c": threshold,
                        "unit": "people",
                        **_person_hours(people, bounds),
                        "kind": level,
                        "method": BY_HOUR if any(hours) else BY_EXTREMES,
                    }


def _outages(
    conditions: pl.DataFrame, days: Sequence[date], zone: ZoneInfo, terms: ExposureTerms
) -> Iterator[dict[str, object]]:
    groups: dict[tuple[Place, date, str, str, str, str], list[Row]] = defaultdict(list)
    for row in conditions.iter_rows(named=True):
        hazard, unit = hazard_of(row["fact"]), unit_of(row["unit"])
        if hazard is not None and unit is not None:
            place = row["place_name"], row["place_code"]
            groups[place, row["day"], hazard, row["fact"], unit, row["kind"]].append(row)
    for (place, day, hazard, quantity, unit, kind), rows in groups.items():
        if day not in days:
            continue
        length = float(len(hours_of(day, zone)))
        count = _range(rows)
        shortest, longest = (
            unless_open([r[c] for r in rows], how) for c, how in (("hours_min", min), ("hours_max", max))
        )
        bounds = min(shortest or 0.0, length), length if longest is None else min(longest, length)
        people: People | None = count if unit == "people" else None
        if unit == "buildings" and terms.people_per_building is not None:
            least, most = terms.people_per_building
            people = None if count[0] is None else count[0] * least, None if count[1] is None else count[1] * most
        yield {
            **_shared(place, day, rows, count, bounds),
            "hazard": hazard,
            "quantity": quantity,
            "unit": unit,
            **({} if people is None else _person_hours(people, bounds)),
            "kind": kind,
            "method": AS_REPORTED,
            "figures": len(rows),
            "untold": sum(r["attributed_to"] is None for r in rows),
            "attributed_to": _named(rows, "attributed_to"),
            "said_by": _named(rows, "said_by"),
        }


def hazard_of(fact: str) -> str | None:
    """Return what a quantity says is lacking, by its words: heat or power; null where it says neither, or both."""
    named = [hazard for hazard, words in HAZARDS.items() if words.search(fact.casefold())]
    return named[0] if len(named) == 1 else None


def _shared(place: Place, day: date, rows: Sequence[Row], count: Range, hours: Bounds) -> dict[str, object]:
    low, high = _times(count, hours)
    away = [r["distance_km"] for r in rows if r["distance_km"] is not None]
    return {
        "place_name": place[0],
        "place_code": place[1],
        "day": day,
        "count_min": count[0],
        "count_max": count[1],
        "hours_min": hours[0],
        "hours_max": hours[1],
        "unit_hours_min": low,
        "unit_hours_max": high,
        "distance_km": max(away, default=None),
        "urls": sorted({str(r["url"]) for r in rows if r["url"] is not None}),
    }


def _named(rows: Sequence[Row], column: str) -> list[str] | None:
    """Return the values of a column, sorted; null where no row has one."""
    return sorted({str(r[column]) for r in rows if r[column] is not None}) or None


def _person_hours(people: Range, hours: Bounds) -> dict[str, object]:
    low, high = _times(people, hours)
    return {"person_hours_min": low, "person_hours_max": high}


def _times(count: Range, hours: Bounds) -> tuple[float, float | None]:
    """Return a count times hours: at least 0 where nothing is known of the count, and 0 of whatever lasted 0 hours."""
    most = 0.0 if hours[1] == 0 else None if count[1] is None else count[1] * hours[1]
    return (count[0] or 0.0) * hours[0], most


def _best(rows: Sequence[Row], kinds: Sequence[str]) -> list[Row]:
    """Return the rows of the first of several kinds of which there are any."""
    return next((mine for kind in kinds if (mine := [r for r in rows if r["kind"] == kind])), [])


def _stated(rows: Sequence[Row]) -> Range:
    """Return the lowest and the highest value that was stated of one thing, as the condition facet takes it.

    All rows bound the same temperature, so that what one of them leaves open is bounded by the others.
    """
    lows, highs = ([v for r in rows if (v := r[c]) is not None] for c in ("value_min", "value_max"))
    return min(lows, default=None), max(highs, default=None)


def _range(rows: Sequence[Row]) -> Range:
    """Return the range that takes in those of all rows, of several moments; null where one leaves it open."""
    return unless_open([r["value_min"] for r in rows], min), unless_open([r["value_max"] for r in rows], max)


def unless_open(values: Sequence[float | None], how: Callable[[Sequence[float]], float]) -> Any:
    """Return what `how` makes of the values; null where one is null, or there are none."""
    known = [v for v in values if v is not None]
    return how(known) if known and len(known) == len(values) else None
