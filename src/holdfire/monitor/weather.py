"""Temperatures of stations or grid cells, told of the settlements of a case that lie near them.

A settlement takes the nearest station or cell that has any value in the period, within a stated distance. How far
off it lies, and how high, goes with every value: air is colder by about 6.5 degrees C per km of height, and on still
winter nights a valley or an airfield may be several degrees colder than a town. Nothing is corrected for that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from holdfire import tables
from holdfire.monitor.calendar import days_between
from holdfire.monitor.intake import Built
from holdfire.monitor.setting import Observed, Setting, SourceEntry
from holdfire.places import distance_km
from holdfire.problems import bad, suggest
from holdfire.terms.instants import midnight

# From what was measured to what was only foretold.
KINDS = ("observed", "analysed", "forecast")
LOW, HIGH = "temperature_min", "temperature_max"
COLDEST_C, WARMEST_C = -95.0, 65.0
HOUR = timedelta(hours=1)
Value = tuple[str, float]  # kind and degrees C


@dataclass(frozen=True)
class Spot:
    """Where temperatures were measured, or computed for: degrees, and metres above the sea (null: not stated)."""

    id: str
    lon: float
    lat: float
    elevation_m: float | None = None


@dataclass
class Series:
    """The temperatures of one spot: by hour (the instant, UTC), and the extremes of days by fact and day."""

    spot: Spot
    hours: dict[datetime, Value] = field(default_factory=dict)
    days: dict[tuple[str, date], Value] = field(default_factory=dict)


def plausible(where: str, celsius: float) -> float:
    """Return a temperature, rounded to a hundredth. Raises InputError beyond what was ever measured on Earth."""
    if not COLDEST_C <= celsius <= WARMEST_C:
        expected = f"{COLDEST_C:g} to {WARMEST_C:g} degrees C"
        raise bad(where, f"a temperature of {celsius:g} degrees C", expected, "Check the unit.")
    return round(celsius, 2)


def spot(where: str, id: str, lon: object, lat: object, elevation_m: object) -> Spot:
    """Return a spot. Raises InputError where its position is no number in degrees."""
    east, north, height = (_number(v) for v in (lon, lat, elevation_m))
    if east is None or north is None or not (-180 <= east <= 180 and -90 <= north <= 90):
        found = f"longitude {str(lon)[:40]}, latitude {str(lat)[:40]}"
        raise bad(where, found, "both in degrees", "Mend it, or fetch it again.")
    return Spot(id, east, north, height if height is not None and -500 <= height <= 9000 else None)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def told(
    source: SourceEntry, setting: Setting, series: Iterable[Series], refused: pl.DataFrame, count: int
) -> Observed:
    """Return conditions and temperatures of the settlements of a source (`places`), each from its nearest series.

    The extremes of a day are those that the source states; else those of its hours, if it has all of that day. The
    kind of a day that was made of hours is the weakest of theirs. Of `count` rows, those `refused` were not taken.
    Raises InputError for a place that is unknown, and where no place has a series near it.
    """
    opens, closes = midnight(setting.first, setting.zone), midnight(setting.last + timedelta(days=1), setting.zone)
    known = [s for s in series if s.days or any(opens <= t < closes for t in s.hours)]
    conditions: list[Built] = []
    temperatures: list[Built] = []
    for name in dict.fromkeys(source.places):
        town = setting.gazetteer.settlement(name)
        if town is None:
            where, expected = f"places of source '{source.id}'", "a settlement that only one place is called"
            raise bad(where, f"unknown place '{name}'", expected, suggest(name, setting.gazetteer.names()))
        near = [(distance_km(town.lon, town.lat, s.spot.lon, s.spot.lat), s.spot.id, s) for s in known]
        near = sorted((x for x in near if x[0] <= source.within_km), key=lambda x: x[:2])
        if not near:
            continue
        away, _, nearest = near[0]
        shared: Built = {
            "place_name": name,
            "place_code": town.area_code or None,
            "distance_km": round(away, 1),
            "elevation_m": nearest.spot.elevation_m,
            "url": source.url,
        }
        for time, (kind, value) in nearest.hours.items():
            if opens <= time < closes:
                temperatures.append({**shared, "source_id": source.id, "time": time, "kind": kind, "value_c": value})
        for (fact, day), (kind, value) in _days(nearest, setting).items():
            row = {**shared, "fact": fact, "day": day, "kind": kind}
            conditions.append({**row, "value_min": value, "value_max": value})
    if known and not temperatures and not conditions:
        found = f"nothing within {source.within_km:g} km of {', '.join(source.places)}"
        raise bad(
            f"source '{source.id}'", found, "a station or cell near one of them", "Check `places` or `within_km`."
        )
    return Observed(
        conditions=tables.frame(conditions, tables.CONDITIONS),
        temperatures=tables.frame(temperatures, tables.TEMPERATURES),
        refused=refused,
        rows=count,
        used=count - len(refused),
    )


def _days(series: Series, setting: Setting) -> Mapping[tuple[str, date], Value]:
    """Return the extremes of the days of the period."""
    found: dict[tuple[str, date], Value] = {}
    for day in days_between(setting.first, setting.last):
        hours = [series.hours.get(t) for t in hours_of(day, setting.zone)]
        whole = [h for h in hours if h is not None]
        for fact, extreme in ((LOW, min), (HIGH, max)):
            if (fact, day) in series.days:
                found[fact, day] = series.days[fact, day]
            elif len(whole) == len(hours):
                weakest = max((kind for kind, _ in whole), key=KINDS.index)
                found[fact, day] = weakest, extreme(value for _, value in whole)
    return found


def hours_of(day: date, zone: ZoneInfo) -> list[datetime]:
    """Return the instants (UTC) at which a full hour of UTC begins within a local day; 23 to 25 of them."""
    opens, closes = midnight(day, zone), midnight(day + timedelta(days=1), zone)
    first = opens.replace(minute=0, second=0, microsecond=0)
    first += HOUR if first < opens else timedelta()
    return [first + n * HOUR for n in range(-((first - closes) // HOUR))]
