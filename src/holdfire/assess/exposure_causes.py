"""What sources say caused an outage: an attack, a failure of the grid, the weather, something else, or nothing.

A figure whose source names no cause stands by itself. It is never taken for an attack, as grids also fail of
themselves, and never for the lack of one, as whoever is silent has denied nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from holdfire.assess.exposure_days import hazard_of, unless_open
from holdfire.monitor.outages import CAUSES, unit_of

Row = Mapping[str, Any]
AMOUNTS = ("unit_hours_min", "unit_hours_max", "person_hours_min", "person_hours_max")


@dataclass(frozen=True)
class CausePart:
    """The days of one quantity in one place whose figures name the same causes.

    `attributed_to` is empty where none does. With `untold`, others of the same days name none. Days are parted, not
    figures: those of one day speak of the same outage, and who differ on its cause are counted under neither.
    Amounts are summed over days, as in tables.EXPOSURE; null: a day leaves them open.
    """

    attributed_to: tuple[str, ...]
    untold: bool
    days: tuple[date, ...]
    unit_hours_min: float
    unit_hours_max: float | None
    person_hours_min: float | None
    person_hours_max: float | None


@dataclass(frozen=True)
class CauseFigures:
    """All figures of the period that name one cause, or none (`attributed_to` is null).

    `counted` of them are in tables.EXPOSURE, at `places` on `days`. The others count what are no people, nor where
    they live, such as regions, or lack something else than heat or power; theirs are `other_days`.
    """

    attributed_to: str | None
    figures: int
    counted: int
    places: tuple[str, ...]
    days: tuple[date, ...]
    other_days: tuple[date, ...]


def cause_parts(rows: Sequence[Row]) -> tuple[CausePart, ...]:
    """Part rows of tables.EXPOSURE, one a day, by the causes that their figures name; none for the cold."""
    groups: dict[tuple[tuple[str, ...], bool], list[Row]] = defaultdict(list)
    for row in rows:
        if row["figures"] is not None:
            groups[tuple(row["attributed_to"] or ()), 0 < row["untold"] < row["figures"]].append(row)
    return tuple(
        CausePart(*key, tuple(sorted(r["day"] for r in own)), *(unless_open([r[c] for r in own], sum) for c in AMOUNTS))
        for key, own in sorted(groups.items(), key=lambda group: (not group[0][0], group[0]))
    )


def cause_figures(conditions: pl.DataFrame, first: date, last: date) -> list[CauseFigures]:
    """Return how many figures of outages name each cause, from tables.CONDITIONS; the silent ones last.

    A row is one if it says what it counts, or a cause.
    """
    said = pl.col("unit").is_not_null() | pl.col("attributed_to").is_not_null()
    found = []
    rows = conditions.filter(said & pl.col("day").is_between(first, last)).to_dicts()
    for cause in (*CAUSES, None):
        own = [r for r in rows if r["attributed_to"] == cause]
        counted = [r for r in own if _enters(r)]
        others = [r for r in own if not _enters(r)]
        if own:
            places = tuple(sorted({r["place_name"] for r in counted}))
            found.append(CauseFigures(cause, len(own), len(counted), places, _days(counted), _days(others)))
    return found


def _enters(row: Row) -> bool:
    """Tell whether a figure enters tables.EXPOSURE."""
    return hazard_of(row["fact"]) is not None and unit_of(row["unit"]) is not None


def _days(rows: Sequence[Row]) -> tuple[date, ...]:
    return tuple(sorted({r["day"] for r in rows}))
