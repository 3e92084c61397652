"""Did fire move out of a pledge's scope? What was struck within a window against what was struck outside of it.

Of the incidents that are the bound party's, a clause's target, place and act facets tell whether each lies in its
scope: in it where all three are true, out of it where one is false, unknown otherwise. Time is left to the comparison:
an incident lies before, within or after the window, or may lie in more than one of them and is compared with none. The
reference is what was reported before and after, since a case's period is all that is known. The same is asked of
classes of targets, of weapons and of regions: does the incident belong to it? One incident may belong to several.

Located incidents and tallies are kept apart, and a tally that another one counts is left out, so that nothing is
counted twice. docs/displacement.md has the formulas and what was measured.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from holdfire.adjudicate import ClausePlan, Plan
from holdfire.assess.family import holm
from holdfire.assess.shares import IncidentShare, Nights, ShareChange, change, share
from holdfire.places import Areas
from holdfire.terms import code_list

PERIODS = ("before", "window", "after", "unclear")
TOLD_APART = "energy"  # what pledges name most often is told apart from other infrastructure
NIGHT_BEGINS = timedelta(hours=6)  # before midnight
SCOPE = ("target", "place", "act")

Row = dict[str, Any]
Answer = Callable[[Row], bool | None]


@dataclass(frozen=True)
class Part:
    """A class of targets or weapons, or a region, in its share of the incidents of a period.

    `of` is target, weapon or region. `reference` is before and after together.
    """

    of: str
    code: str
    reference: IncidentShare
    window: IncidentShare
    change: ShareChange


@dataclass(frozen=True)
class Tallies:
    """Tallies of a period that no other tally counts: how many lie in scope, out of it, and are unknown."""

    inside: int
    outside: int
    unknown: int


@dataclass(frozen=True)
class Displacement:
    """A clause's window against the rest of the period: the share of located incidents that lie out of its scope.

    `first` and `last` are the strike-days (18:00 to 18:00, by the day on which they end) of the located incidents that
    lie within the window for sure; null where there is none. `unclear` are the located incidents that may lie within
    it or not. `change` is the share within less that of the reference.
    """

    reading_id: str
    clause_id: str
    first: date | None
    last: date | None
    before: IncidentShare
    window: IncidentShare
    after: IncidentShare
    reference: IncidentShare
    unclear: int
    change: ShareChange
    composition: list[Part]
    tallies: dict[str, Tallies]


def displacements(incidents: pl.DataFrame, verdicts: pl.DataFrame, plan: Plan) -> list[Displacement]:
    """Return one displacement per prohibition that is bound to a time, in the order of the clauses.

    Takes tables.INCIDENTS and tables.VERDICT_ROWS of the same. Clauses that ask the same are one test of the family for
    which `p_corrected` allows.
    """
    kept = ("incident_id", "start", "end", "place_code", "targets", "weapons", "tally", "part_of")
    facts = {row["incident_id"]: row for row in incidents.select(kept).iter_rows(named=True)}
    found = []
    for clause in plan.of_norm("prohibition"):
        if clause.start is None or clause.end is None:
            continue
        mine = verdicts.filter((pl.col("reading_id") == clause.reading_id) & (pl.col("clause_id") == clause.clause_id))
        answers = mine.filter(pl.col("actor").ne_missing(False)).sort("incident_id")
        rows = [{**row, **facts[row["incident_id"]]} for row in answers.iter_rows(named=True)]
        found.append((clause, _displacement(clause, rows, plan)))
    tests = {_asked(c): d.change.p_value for c, d in found if d.change.p_value is not None}
    adjusted = holm(tests)
    return [replace(d, change=replace(d.change, p_corrected=adjusted.get(_asked(c)))) for c, d in found]


def _asked(clause: ClausePlan) -> tuple[str, ...]:
    return tuple(clause.fingerprint(f) for f in ("time", "actor", *SCOPE))


def _displacement(clause: ClausePlan, rows: list[Row], plan: Plan) -> Displacement:
    for row in rows:
        row["period"] = period_of(row, clause)
        row["day"] = strike_day(row["start"], row["end"], plan.zone) if row["start"] is not None else None
    located = [r for r in rows if not r["tally"]]
    placed = [r for r in located if r["period"] != "unclear"]
    inside = [r["day"] for r in placed if r["period"] == "window"]
    out = _nights(placed, out_of_scope)
    of = {
        p: share(_nights([r for r in placed if r["period"] == p], out_of_scope)) for p in ("before", "window", "after")
    }
    return Displacement(
        clause.reading_id,
        clause.clause_id,
        min(inside, default=None),
        max(inside, default=None),
        of["before"],
        of["window"],
        of["after"],
        share(out.of(~out.window)),
        len(located) - len(placed),
        change(out),
        _composition(placed, plan.areas),
        {p: _tallies([r for r in rows if r["tally"] and r["period"] == p]) for p in PERIODS},
    )


def period_of(row: Row, clause: ClausePlan) -> str:
    """Return where an incident lies in time: before, window or after for sure, or unclear.

    `row` has the answer of the clause's time facet, and the incident's interval.
    """
    if row["time"] is None or clause.end is None:
        return "unclear"
    if row["time"]:
        return "window"
    return "after" if clause.end.latest is not None and row["start"] >= clause.end.latest else "before"


def strike_day(start: datetime, end: datetime, zone: ZoneInfo) -> date:
    """Return the day, from 18:00 to 18:00 local, that holds the middle of an interval; it is that of its morning."""
    middle = (start + (end - start) / 2).astimezone(zone).replace(tzinfo=None)
    return (middle + NIGHT_BEGINS).date()


def out_of_scope(row: Row) -> bool | None:
    """Return whether an incident lies out of a clause's scope; null where that is not known.

    An incident whose actor is not known may not be the bound party's at all, so that nothing is known of it.
    """
    answers = [row[f] for f in SCOPE]
    if row["actor"] is None:
        return None
    if False in answers:
        return True
    return None if None in answers else False


def _nights(rows: Sequence[Row], answer: Answer) -> Nights:
    """Count the answers per night; a night that a bound of the window divides counts as two."""
    units: dict[tuple[date, bool], list[int]] = {}
    for row in rows:
        counts = units.setdefault((row["day"], row["period"] == "window"), [0, 0, 0])
        told = answer(row)
        counts[2 if told is None else 1 - told] += 1
    keys = sorted(units)
    counted = np.array([units[k] for k in keys], dtype=np.float64).reshape(len(keys), 3)
    yes, no, unknown = counted.T
    return Nights(yes, no, unknown, np.array([within for _, within in keys], dtype=bool))


def _composition(rows: Sequence[Row], areas: Areas) -> list[Part]:
    parts = []
    for of, code, answer in _questions(rows, areas):
        nights = _nights(rows, answer)
        reference, window = share(nights.of(~nights.window)), share(nights.of(nights.window))
        parts.append(Part(of, code, reference, window, change(nights, tested=False)))
    return parts


def _questions(rows: Sequence[Row], areas: Areas) -> list[tuple[str, str, Answer]]:
    """Return what can be asked of some incidents: each class of target and weapon, and each region, that occurs."""
    asked: list[tuple[str, str, Answer]] = []
    for of, column in (("target", "targets"), ("weapon", "weapons")):
        stated = {c for row in rows for c in row[column] or [] if c is not None}
        classes = {line[-1] for c in stated if (line := _lineage(of, c))}
        classes |= {TOLD_APART for c in stated if of == "target" and TOLD_APART in _lineage(of, c)}
        asked += [(of, code, _coded(of, column, code)) for code in sorted(classes)]
    regions = {region for row in rows if (region := _region(row, areas)) is not None}
    return [*asked, *(("region", code, _lies_in(code, areas)) for code in sorted(regions))]


def _lineage(of: str, code: str) -> tuple[str, ...]:
    return code_list("target" if of == "target" else "weapon").lineage(code)


def _coded(of: str, column: str, code: str) -> Answer:
    listing = code_list("target" if of == "target" else "weapon")
    return lambda row: listing.matches(row[column] or [None], [code])


def _region(row: Row, areas: Areas) -> str | None:
    """Return the code of the area just below the country; null where no more than the country is known."""
    line = areas.lineage(row["place_code"]) if row["place_code"] else ()
    return line[-2] if len(line) > 1 else None


def _lies_in(code: str, areas: Areas) -> Answer:
    def answer(row: Row) -> bool | None:
        region = _region(row, areas)
        return None if region is None else region == code

    return answer


def _tallies(rows: Sequence[Row]) -> Tallies:
    told = [out_of_scope(r) for r in rows if not r["part_of"]]
    return Tallies(told.count(False), told.count(True), told.count(None))
