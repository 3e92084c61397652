"""What is known at least of a whole period, and how much of it nobody reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from holdfire.assess.exposure_causes import CauseFigures, cause_figures
from holdfire.assess.exposure_days import COLD
from holdfire.assess.exposure_readings import DECIDING, HazardTotal, Row, deciding, totals

SHORTEST_DAY = 23


@dataclass(frozen=True)
class Firmest:
    """The largest number of one quantity in one place that figures of a day surely reach.

    Of several quantities of one place and hazard it is that with figures on most days, of equals that with the larger
    number; one with a lower bound goes before one without. Where no figure has one, `count_min` is null, and the day is
    that of the largest upper bound. `said_by` is empty where nobody is named.
    """

    hazard: str
    place_name: str
    quantity: str
    unit: str
    day: date
    count_min: float | None
    count_max: float | None
    said_by: tuple[str, ...]


@dataclass(frozen=True)
class Known:
    """What is known of a period of `of` days, forecasts left out.

    `firmest` has for each hazard the place with figures on most days, `elsewhere` all other places. `figure_days` are
    those with a figure of heat or power, anywhere, `hours_stated` whether one says for how long, and `cold_days` those
    of which something tells of the first threshold, anywhere. `cold` is what was borne below it where that is known of
    most days; null where it is known of none.
    """

    first: date
    last: date
    of: int
    firmest: list[Firmest]
    elsewhere: list[Firmest]
    figure_days: tuple[date, ...]
    hours_stated: bool
    cold_days: tuple[date, ...]
    cold: HazardTotal | None
    causes: list[CauseFigures]


def known(table: pl.DataFrame, conditions: pl.DataFrame, days: Sequence[date], below_c: float) -> Known:
    """Return what is known of some days in a row, from tables.EXPOSURE and tables.CONDITIONS, cold below degrees C."""
    told = table.filter(pl.col("kind").is_in(DECIDING))
    outages = told.filter(pl.col("hazard") != COLD)
    cold = told.filter((pl.col("hazard") == COLD) & (pl.col("threshold_c") == below_c))
    ranked = _ranked(outages.to_dicts())
    firmest = list({found.hazard: found for found in reversed(ranked)}.values())[::-1]
    return Known(
        days[0],
        days[-1],
        len(days),
        firmest,
        [found for found in ranked if found not in firmest],
        tuple(outages["day"].unique().sort()),
        bool(((outages["hours_min"] > 0) | (outages["hours_max"] < SHORTEST_DAY)).any()),
        tuple(cold["day"].unique().sort()),
        max(totals(cold, days), key=lambda t: (len(t.days), t.person_hours_min or 0.0), default=None),
        cause_figures(conditions, days[0], days[-1]),
    )


def _ranked(rows: Sequence[Row]) -> list[Firmest]:
    """Return the firmest figure of every hazard and place: heat before power, and what is known of most days first."""
    groups: dict[tuple[str, str, str, str], dict[date, list[Row]]] = {}
    for row in rows:
        what = row["hazard"], row["place_name"], row["quantity"], row["unit"]
        groups.setdefault(what, {}).setdefault(row["day"], []).append(row)
    peaks = []
    for what in sorted(groups):
        peak = max((deciding(own) for own in groups[what].values()), key=_size)
        peaks.append(((peak["count_min"] is not None, len(groups[what]), _size(peak)), peak))
    peaks.sort(key=lambda found: found[0], reverse=True)
    first: dict[tuple[str, str], Row] = {}
    for _, peak in sorted(peaks, key=lambda found: found[1]["hazard"]):
        first.setdefault((peak["hazard"], peak["place_name"]), peak)
    columns = ("hazard", "place_name", "quantity", "unit", "day", "count_min", "count_max")
    return [Firmest(**{c: row[c] for c in columns}, said_by=tuple(row["said_by"] or ())) for row in first.values()]


def _size(row: Row) -> tuple[bool, float]:
    """Order by the lower bound, and where no row has one by the upper."""
    return row["count_min"] is not None, row["count_min"] or row["count_max"] or 0.0
