"""How much ground changed hands, by day and over the period, and in which areas.

A day's change is that of its map against the map before, as the source's own reports have it. The change over a period
is measured between its first map and its last. It is not the sum of the days: bounds of days do not add up, since an
error of one map is undone by the next, and ground that was taken and lost again is no change in the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
import shapely
from shapely.geometry.base import BaseGeometry

from holdfire.monitor import days_between
from holdfire.places import Areas, Patch, area_km2, taken

DIGITS = 3


@dataclass(frozen=True)
class Amount:
    """Ground in km2: as drawn, at least, and at most."""

    km2: float
    least: float
    most: float


@dataclass(frozen=True)
class GroundChange:
    """Ground that the holder gained and lost; `net` is gained less lost, with the bounds that follow from theirs."""

    gained: Amount
    lost: Amount

    @property
    def net(self) -> Amount:
        return Amount(
            round(self.gained.km2 - self.lost.km2, DIGITS),
            round(self.gained.least - self.lost.most, DIGITS),
            round(self.gained.most - self.lost.least, DIGITS),
        )


@dataclass(frozen=True)
class GroundDay:
    """A day of the period. `drawn` tells whether there is a map of it.

    `since` is the day of the map before and `change` what changed since; null where there is no map, or none before.
    `same` tells that the two maps are equal. `total` is the area held less that of the first map of the period, in km2.
    """

    day: date
    drawn: bool
    since: date | None = None
    change: GroundChange | None = None
    same: bool = False
    total: float | None = None


@dataclass(frozen=True)
class Ground:
    """What the maps of one source say of a period: `change` between its first map and its last.

    `patches` are the pieces gained and lost between those two, and `held` what was held on each, in degrees. `mended`
    is what was mended of the drawings.
    """

    source_id: str
    holder: str
    against: str | None
    uncertainty_km: float
    first: date
    last: date
    change: GroundChange
    days: tuple[GroundDay, ...]
    patches: tuple[tuple[Patch, ...], tuple[Patch, ...]]
    held: tuple[BaseGeometry, BaseGeometry]
    mended: tuple[str, ...]

    @property
    def by_area(self) -> dict[str | None, GroundChange]:
        """Return the change in each area that saw any, by code; what lies in no known area is under null, last."""
        gained, lost = self.patches
        codes = {p.area_code for p in (*gained, *lost)}
        return {
            code: GroundChange(*(_sum([p for p in side if p.area_code == code]) for side in (gained, lost)))
            for code in sorted(codes, key=lambda c: (c is None, c or ""))
        }


def net_change(lines: pl.DataFrame, reports: pl.DataFrame, first: date, last: date, areas: Areas) -> list[Ground]:
    """Return the ground that changed hands from the first to the last day, per source and sorted by it.

    Takes tables.LINES, and tables.REPORTS of the same sources. A source without a map in the period is left out.
    """
    found = []
    for (source_id,), mine in lines.sort("source_id", "day").group_by(["source_id"], maintain_order=True):
        within = mine.filter(pl.col("day").is_between(first, last))
        if len(within):
            own = reports.filter(pl.col("source_id") == source_id)
            found.append(_ground(str(source_id), mine, within, own, days_between(first, last), areas))
    return found


def _ground(
    source_id: str, maps: pl.DataFrame, within: pl.DataFrame, reports: pl.DataFrame, period: list[date], areas: Areas
) -> Ground:
    start, end = (within.row(n, named=True) for n in (0, -1))
    before, after = shapely.from_wkb(start["held"]), shapely.from_wkb(end["held"])
    uncertainty_km = max(start["uncertainty_km"], end["uncertainty_km"])
    gained, lost = taken(before, after, uncertainty_km, areas), taken(after, before, uncertainty_km, areas)
    return Ground(
        source_id,
        start["holder"],
        start["against"],
        uncertainty_km,
        start["day"],
        end["day"],
        GroundChange(_sum(gained), _sum(lost)),
        tuple(_days(maps, reports, period, area_km2(before))),
        (tuple(gained), tuple(lost)),
        (before, after),
        tuple(within["mended"].drop_nulls()),
    )


def _days(maps: pl.DataFrame, reports: pl.DataFrame, period: list[date], base: float) -> list[GroundDay]:
    drawn = {row["day"]: row for row in maps.iter_rows(named=True)}
    before = dict(zip(maps["day"][1:], maps["day"], strict=False))
    changed = reports.select("published", "actor", "area_km2", "area_km2_min", "area_km2_max").to_dicts()
    days = []
    for day in period:
        if day not in drawn:
            days.append(GroundDay(day, drawn=False))
            continue
        here, since = drawn[day], before.get(day)
        own = [r for r in changed if r["published"] == day]
        change = GroundChange(
            _reported([r for r in own if r["actor"] == here["holder"]]),
            _reported([r for r in own if r["actor"] != here["holder"]]),
        )
        days.append(
            GroundDay(
                day,
                drawn=True,
                since=since,
                change=change if since else None,
                same=since is not None and drawn[since]["held"] == here["held"],
                total=round(area_km2(shapely.from_wkb(here["held"])) - base, DIGITS),
            )
        )
    return days


def _reported(rows: list[dict[str, Any]]) -> Amount:
    columns = ("area_km2", "area_km2_min", "area_km2_max")
    return Amount(*(round(float(sum(r[c] for r in rows)), DIGITS) for c in columns))


def _sum(patches: list[Patch]) -> Amount:
    sides = ([p.area_km2 for p in patches], [p.area_km2_min for p in patches], [p.area_km2_max for p in patches])
    return Amount(*(round(float(sum(side)), DIGITS) for side in sides))


def figures(ground: Ground) -> dict[str, Any]:
    """Return the numbers of a source's ground as plain values, without its drawings."""

    def change(value: GroundChange | None) -> dict[str, dict[str, float]] | None:
        if value is None:
            return None
        return {"gained": vars(value.gained), "lost": vars(value.lost), "net": vars(value.net)}

    return {
        "source_id": ground.source_id,
        "holder": ground.holder,
        "against": ground.against,
        "uncertainty_km": ground.uncertainty_km,
        "first": ground.first,
        "last": ground.last,
        "change": change(ground.change),
        "areas": [{"place_code": code, "change": change(value)} for code, value in ground.by_area.items()],
        "days": [{**vars(day), "change": change(day.change)} for day in ground.days],
    }
