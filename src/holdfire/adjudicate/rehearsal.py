"""Rehearsal: a draft laid over past events, day after day, as if it had been in force then.

All windows of the agreement are laid so many calendar days later (or earlier) together, at the same local times.
Incidents stay where they are: places, lines and conditions are those of the real day, and only time is asked anew.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
from numpy.typing import NDArray

from holdfire import tables
from holdfire.adjudicate.counting import parts
from holdfire.adjudicate.laying import Reach, laid
from holdfire.adjudicate.plan import Plan
from holdfire.adjudicate.settling import Settling, settling
from holdfire.adjudicate.spread import Spread, spread
from holdfire.adjudicate.versions import Sheet, Versions
from holdfire.kleene import NO, UNKNOWN, YES
from holdfire.problems import bad

LEAST_COVERED = 0.8
MEASURES = ("violations", "undetermined", "contested")
Index = NDArray[np.intp]


@dataclass(frozen=True)
class ReadingRehearsed:
    """One reading over the placements: what came to it in a week, and in its whole window.

    `unbounded` tells that one of its bounds was not said (holdfire.adjudicate.laying). `lacking`
    gives, for each facet, the share of its undetermined incidents that lack it; one may lack several.
    """

    reading_id: str
    days: float
    unbounded: bool
    per_week: dict[str, Spread]
    per_window: dict[str, Spread]
    lacking: dict[str, float]


@dataclass(frozen=True)
class Rehearsal:
    """A draft over the days from `first` to `last`: `placements` layings, one every `every` days.

    `table` is tables.REHEARSAL. `used` of the placements are covered well enough to be counted; about `apart` of them
    share no day. `contested` and `sharp` are those of all readings together, for each placement. `timeless` incidents
    have no known time, so that no window can be laid over them; they are left out. `settling` counts an incident once
    for every placement of those used in which it is contested.
    """

    first: date
    last: date
    every: int
    days: int
    placements: int
    used: int
    apart: int
    incidents: int
    tallies: int
    timeless: int
    readings: tuple[ReadingRehearsed, ...]
    judged: Spread
    contested: Spread
    sharp: Spread
    settling: Settling
    table: pl.DataFrame


def rehearse(
    incidents: pl.DataFrame,
    plan: Plan,
    first: date,
    last: date,
    zone: ZoneInfo,
    every: int = 1,
    reported: Collection[date] | None = None,
) -> Rehearsal:
    """Lay a draft over the incidents (tables.INCIDENTS) of the days from first to last.

    `reported` are the days on which a source reported that says what it sees; null if there is no such source. They,
    `first` and `last` are days of `zone`. A window counts if at least 80 % of its days are among them: what nobody
    reported is missing, not zero. Raises InputError if the past is shorter than the draft, or the draft forbids
    nothing.
    """
    versions = Versions(incidents, plan)
    if not versions.readings:
        raise bad("rehearse", "the draft has no prohibition", "at least one", "Obligations alone are not rehearsed.")
    placer = _Placer(incidents, versions, plan, first, zone, reported)
    whole = laid(plan, 0, first)
    frame = whole.frame.local_days(zone)
    begin, end = (first - frame[0]).days, (last - frame[-1]).days
    placed = [p for n in range(begin, end + 1, every) if (p := placer.place(n)).first >= first and p.last <= last]
    if not placed:
        found = f"{max((last - first).days + 1, 0)} days of the past for a draft of {len(frame)}"
        raise bad("rehearse", found, "a past as long as the draft", "Name an earlier --from or a later --to.")
    table = tables.frame([row for p in placed for row in p.rows], tables.REHEARSAL)
    used = [p for p in placed if p.covered]
    block = -(-2 * len(frame) // every)

    def of(column: str, reading: str, whole_window: bool = False) -> Spread:
        mine = table.filter(pl.col("reading_id") == reading)
        series = mine[column].fill_null(np.nan).to_numpy()
        return spread(series * mine["days"].to_numpy() / 7 if whole_window else series, block)

    def of_all(column: str) -> Spread:
        mine = table.filter(pl.col("reading_id").is_null())[column].cast(pl.Float64).to_numpy()
        return spread(np.where([p.covered for p in placed], mine, np.nan), block)

    sheet = Sheet.joined([p.sheet for p in used]) if used else versions.sheet(np.zeros(0, dtype=np.intp))
    few = sheet.distinct()
    met = np.unique(np.concatenate([p.rows_met for p in placed]))
    return Rehearsal(
        first,
        last,
        every,
        len(frame),
        len(placed),
        len(used),
        ((last - first).days + 1) // len(frame),
        len(met),
        int(np.count_nonzero(incidents["tally"].to_numpy()[met])),
        versions.timeless,
        tuple(
            ReadingRehearsed(
                reading,
                whole.readings[reading].days,
                whole.readings[reading].unbounded,
                {m: of(f"{m}_per_week", reading) for m in MEASURES},
                {m: of(f"{m}_per_week", reading, whole_window=True) for m in MEASURES},
                _lacking(few, reading),
            )
            for reading in versions.readings
        ),
        of_all("incidents"),
        of_all("contested"),
        of_all("sharp"),
        settling(sheet),
        table,
    )


@dataclass(frozen=True)
class _Placed:
    """One laying of the draft: its rows of tables.REHEARSAL, what is answered there, and of which incidents."""

    first: date
    last: date
    rows: list[dict[str, object]]
    covered: bool
    sheet: Sheet
    rows_met: Index


class _Placer:
    """Lays a draft over incidents and counts what comes to it."""

    def __init__(
        self,
        incidents: pl.DataFrame,
        versions: Versions,
        plan: Plan,
        first: date,
        zone: ZoneInfo,
        reported: Collection[date] | None,
    ):
        self._versions, self._plan, self._first, self._zone = versions, plan, first, zone
        self._reported = None if reported is None else set(reported)
        number = {i: n for n, i in enumerate(incidents["incident_id"])}
        pairs = [
            (number[part], number[tally])
            for part, tallies in parts(incidents).items()
            for tally in tallies
            if tally in number
        ]
        self._counted = np.array(pairs, dtype=np.intp).reshape(-1, 2)
        self._rows = len(incidents)

    def place(self, days: int) -> _Placed:
        where = laid(self._plan, days, self._first)
        rows = self._versions.touching(where.frame.opens, where.frame.closes)
        sheet = self._versions.sheet(rows, days)
        told = np.stack([sheet.violates(reading) for reading in sheet.readings])
        of_all, covered = self._row(days, where.frame, None, len(rows))
        differ = (told != told[0]).any(axis=0)
        some_yes, some_no = (told == YES).any(axis=0), (told == NO).any(axis=0)
        of_all |= {"contested": int(differ.sum()), "sharp": int((some_yes & some_no).sum())}
        written = [of_all]
        for reading, mine in zip(sheet.readings, told, strict=True):
            reach = where.readings[reading]
            met = len(self._versions.touching(reach.opens, reach.closes))
            row, known = self._row(days, reach, reading, met)
            sharp = ((mine == YES) & some_no) | ((mine == NO) & some_yes)
            violating = rows[mine == YES]
            counts = {
                "violations": len(violating) - self._absorbed(violating),
                "undetermined": int((mine == UNKNOWN).sum()),
                "contested": int((told != mine).any(axis=0).sum()),
            }
            row |= {**counts, "sharp": int(sharp.sum())}
            if known:
                row |= {f"{name}_per_week": n * 7 / reach.days * known for name, n in counts.items()}
            written.append(row)
        first, last = of_all["first"], of_all["last"]
        assert isinstance(first, date)
        assert isinstance(last, date)
        return _Placed(first, last, written, covered is not None, sheet, rows)

    def _row(self, days: int, reach: Reach, reading: str | None, met: int) -> tuple[dict[str, object], float | None]:
        """Return the row of a reach, and by how much counts there fall short of its days; null if too few are known."""
        there = reach.local_days(self._zone)
        covered = None if self._reported is None else sum(d in self._reported for d in there)
        row: dict[str, object] = {
            "days_later": days,
            "reading_id": reading,
            "first": there[0],
            "last": there[-1],
            "days": reach.days,
            "days_covered": covered,
            "incidents": met,
        }
        if covered is None:
            return row, 1.0
        return row, len(there) / covered if covered and covered / len(there) >= LEAST_COVERED else None

    def _absorbed(self, violating: Index) -> int:
        """Return how many of the violating incidents are tallies of which another of them is a part."""
        violates = np.zeros(self._rows, dtype=bool)
        violates[violating] = True
        part, tally = self._counted[:, 0], self._counted[:, 1]
        return len(np.unique(tally[violates[part] & violates[tally]]))


def _lacking(sheet: Sheet, reading: str) -> dict[str, float]:
    """Return, for each facet that is not known, the share of a reading's undetermined incidents that lack it."""
    open_ = sheet.violates(reading) == UNKNOWN
    missing: dict[str, NDArray[np.bool_]] = {}
    for promise in sheet.promises:
        answers = sheet.parts(promise, reading)
        if answers is not None:
            undecided = open_ & (np.bitwise_and.reduce([*answers.values()]) == UNKNOWN)
            for facet, told in answers.items():
                missing[facet] = missing.get(facet, np.zeros_like(open_)) | (undecided & (told == UNKNOWN))
    total = int(sheet.weights[open_].sum())
    return {f: int(n) / total for f, rows in missing.items() if (n := sheet.weights[rows].sum())}
