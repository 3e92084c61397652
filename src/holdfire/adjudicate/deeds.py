"""Deeds: which incidents are, or may be, what an obligation asks to be done."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from holdfire import tables
from holdfire.adjudicate.facets import Facets
from holdfire.adjudicate.facts import Facts
from holdfire.adjudicate.plan import ClausePlan, Plan
from holdfire.engine import as_batch
from holdfire.kleene import NO, UNKNOWN, YES, Bytes
from holdfire.tables import FACETS
from holdfire.terms.instants import Span


@dataclass(frozen=True)
class Deeds:
    """Ids of the incidents that surely are what was to be done in time, that may be, and that surely are but too late.

    Each list is in order of time. `done` is the day by whose end the first that surely is had ended; null if none is.
    """

    sure: list[str]
    open_: list[str]
    late: list[str]
    done: date | None


def due_time(clause: ClausePlan) -> tuple[Span | None, Span]:
    """Return from and until when something can be done in time: within the window, and by the deadline.

    Without a window, it can be done from the first day of the period on: null.
    """
    closes, deadline = clause.end or Span(None, None), clause.deadline
    if deadline is None:
        until = closes
    else:
        latest = min(closes.latest or deadline, deadline)
        unsaid = closes.earliest is None and closes.latest is not None
        until = Span(None if unsaid else min(closes.earliest or deadline, deadline), latest)
    return clause.start, until


def deeds(incidents: pl.DataFrame, clause: ClausePlan, plan: Plan, opens: Span, zone: ZoneInfo) -> Deeds:
    """Ask all facets of an obligation of incidents (tables.INCIDENTS), from when its time opens until it is over."""
    rows = incidents.sort("end", "start", "incident_id", nulls_last=True)
    facets = Facets(Facts(as_batch(rows), plan.coded.alike), plan)
    _, closes = due_time(clause)
    timed = replace(clause, start=opens, end=closes, _fingerprints={})
    apart = np.full(len(rows), YES)
    for name in FACETS:
        answers = facets.answer(name, timed)
        if answers is not None and name != "time":
            apart = apart & answers
    in_time = facets.answer("time", timed)
    assert in_time is not None
    told = apart & in_time
    over = pl.lit(closes.latest, tables.INSTANT)
    after = rows.select((pl.col("start") >= over).fill_null(False)).to_series().to_numpy()
    late = (apart == YES) & (in_time == NO) & after
    sure = _ids(rows, told == YES)
    return Deeds(sure, _ids(rows, told == UNKNOWN), _ids(rows, late), _day(rows, sure, zone))


def _ids(rows: pl.DataFrame, which: Bytes) -> list[str]:
    ids: list[str] = rows["incident_id"].filter(pl.Series(which, dtype=pl.Boolean)).to_list()
    return ids


def _day(rows: pl.DataFrame, sure: list[str], zone: ZoneInfo) -> date | None:
    """Return the local day by whose end the first of the incidents had ended."""
    if not sure:
        return None
    start, end = rows.filter(pl.col("incident_id") == sure[0]).select("start", "end").row(0)
    last: datetime = max(start, end - timedelta(microseconds=1))
    return last.astimezone(zone).date()
