"""What every version of every term answers of every incident, so that readings can be put together anew.

Answers are bytes (holdfire.kleene). Only those of time depend on where windows lie: the others are asked once, of the
real place and day, and serve wherever the windows are laid.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from holdfire.adjudicate.facets import EPOCH, Facets
from holdfire.adjudicate.facts import Facts
from holdfire.adjudicate.plan import ClausePlan, Plan
from holdfire.adjudicate.promises import PLAIN, Promise, Version, promises
from holdfire.engine import as_batch
from holdfire.kleene import NO, YES, Bytes, negated
from holdfire.terms.instants import Span

Key = tuple[str, str, str, str]  # promise, facet, and whose version: of time, whose start and whose end
Choice = Mapping[tuple[str, str], Version]  # the version that all readings take of a term of a promise
Index = NDArray[np.intp]
FACETS_ASKED = (*PLAIN, "time", "exempt")


@dataclass(frozen=True)
class Sheet:
    """The answers of every version (`columns` says in which line of `answers`) of some rows, each counted by `weights`.

    A row is an incident under one laying of the windows.
    """

    readings: tuple[str, ...]
    promises: tuple[Promise, ...]
    columns: Mapping[Key, int]
    answers: Bytes
    weights: NDArray[np.int64]
    _broken: dict[tuple[int, ...] | None, Bytes] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def joined(cls, sheets: Sequence[Sheet]) -> Sheet:
        """Return the rows of several sheets of one plan as one; there must be one at least."""
        first = sheets[0]
        answers = np.concatenate([s.answers for s in sheets], axis=1)
        weights = np.concatenate([s.weights for s in sheets])
        return cls(first.readings, first.promises, first.columns, answers, weights)

    def distinct(self) -> Sheet:
        """Return a sheet that holds rows of the same answers once, with their weights added up."""
        rows = np.ascontiguousarray(self.answers.T)
        if not rows.size:
            return self
        _, first, index = np.unique(
            rows.view(np.dtype((np.void, rows.shape[1]))).ravel(), return_index=True, return_inverse=True
        )
        weights = np.bincount(index, weights=self.weights).astype(np.int64)
        return Sheet(self.readings, self.promises, self.columns, self.answers[:, first], weights)

    def violates(self, reading: str, choice: Choice | None = None) -> Bytes:
        """Return whether each row violates a reading that takes the chosen versions; the gravest promise decides."""
        told = np.full(self.answers.shape[1], NO)
        for promise in self.promises:
            told |= self._breaks(self._lines(promise, reading, choice or {}))
        return told

    def parts(self, promise: Promise, reading: str) -> dict[str, Bytes] | None:
        """Return what each facet of a reading's promise answers, and `exempt` negated; null where it makes none."""
        lines = self._lines(promise, reading, {})
        return None if lines is None else dict(zip(FACETS_ASKED, self._answers(lines), strict=True))

    def _breaks(self, lines: tuple[int, ...] | None) -> Bytes:
        if lines not in self._broken:
            self._broken[lines] = (
                np.full(self.answers.shape[1], NO) if lines is None else np.bitwise_and.reduce(self._answers(lines))
            )
        return self._broken[lines]

    def _answers(self, lines: tuple[int, ...]) -> list[Bytes]:
        return [*self.answers[list(lines[:-1])], negated(self.answers[lines[-1]])]

    def _lines(self, promise: Promise, reading: str, choice: Choice) -> tuple[int, ...] | None:
        """Return in which lines FACETS_ASKED of a promise stand as a reading makes it; null where it makes none."""
        source = maker(promise, reading, choice)
        if source is None:
            return None

        def of(term: str) -> str:
            chosen = choice.get((promise.id, term))
            return promise.holder(term, chosen.readings[0] if chosen else source)

        time = self.columns[promise.id, "time", of("start"), of("end")]
        plain = (self.columns[promise.id, f, of(f), ""] for f in PLAIN)
        return (*plain, time, self.columns[promise.id, "exempt", of("exemption"), ""])


def maker(promise: Promise, reading: str, choice: Choice) -> str | None:
    """Return the reading whose promise a reading makes: its own, or the one it takes over; null where it makes none."""
    adopted = choice.get((promise.id, "clause"))
    if adopted is not None and adopted.lacks:
        return None
    if reading in promise.clauses:
        return reading
    return adopted.readings[0] if adopted else None


class Versions:
    """The answers of all versions of a plan's terms of a table of incidents (tables.INCIDENTS)."""

    def __init__(self, incidents: pl.DataFrame, plan: Plan):
        self._facts = Facts(as_batch(incidents), plan.coded.alike)
        self._whole = Facets(self._facts, plan)
        self._plan = plan
        self.promises = tuple(promises(plan))
        self.readings = self.promises[0].readings if self.promises else ()
        self._still: dict[Key, Bytes] = {}
        self._permitted: dict[tuple[str, str], Bytes] = {}
        for promise in self.promises:
            for reading in promise.clauses:
                self._ask(promise, reading)

    def _ask(self, promise: Promise, reading: str) -> None:
        for facet in PLAIN:
            key = promise.id, facet, promise.holder(facet, reading), ""
            if key not in self._still:
                self._still[key] = self._answer(facet, promise.clauses[reading])
        for permission in promise.exempting[reading]:
            name = permission.reading_id, permission.clause_id
            if name not in self._permitted:
                told = [self._answer(facet, permission) for facet in PLAIN]
                self._permitted[name] = np.bitwise_and.reduce(told)

    def _answer(self, facet: str, clause: ClausePlan) -> Bytes:
        answers = self._whole.answer(facet, clause)
        return np.full(self._facts.rows, YES) if answers is None else answers

    def touching(self, opens: datetime, closes: datetime) -> Index:
        """Return the rows of incidents that may have happened within [opens, closes); none whose time is not known."""
        first, last = ((t - EPOCH) // timedelta(microseconds=1) for t in (opens, closes))
        start, end = self._facts.start, self._facts.end
        apart = ((start < first) & (end <= first)) | (start >= last)
        return np.flatnonzero(self._facts.timed & ~apart)

    @property
    def timeless(self) -> int:
        """How many incidents have no known time."""
        return int(np.count_nonzero(~self._facts.timed))

    def sheet(self, rows: Index | None = None, days: int = 0) -> Sheet:
        """Return what is answered of some rows, all if null, with every window laid so many days later."""
        rows = np.arange(self._facts.rows) if rows is None else rows
        some = self._whole.only(rows)
        told = {key: answers[rows] for key, answers in self._still.items()}
        for promise in self.promises:
            for opening in promise.clauses:
                for closing in promise.clauses:
                    key = promise.id, "time", promise.holder("start", opening), promise.holder("end", closing)
                    if key not in told:
                        window = promise.window(key[2], key[3], days)
                        told[key] = _in_time(some, promise.clauses[opening], window)
            for reading, permissions in promise.exempting.items():
                key = promise.id, "exempt", promise.holder("exemption", reading), ""
                if key not in told:
                    told[key] = self._exempt(some, permissions, rows, days)
        answers = np.stack([*told.values()]) if told else np.zeros((0, len(rows)), dtype=np.uint8)
        columns = {key: n for n, key in enumerate(told)}
        return Sheet(self.readings, self.promises, columns, answers, np.ones(len(rows), dtype=np.int64))

    def _exempt(self, some: Facets, permissions: Sequence[ClausePlan], rows: Index, days: int) -> Bytes:
        told = np.full(len(rows), NO)
        for permission in permissions:
            time = permission.clause.time
            window = None if time is None else time.later(days, self._plan.zone).bounds(self._plan.zone)
            told |= self._permitted[permission.reading_id, permission.clause_id][rows] & _in_time(
                some, permission, window
            )
        return told


def _in_time(some: Facets, clause: ClausePlan, window: tuple[Span, Span] | None) -> Bytes:
    """Return what a clause's time answers with another window; null asks nothing."""
    answers = None if window is None else some.answer("time", clause.in_time(*window), keep=False)
    return np.full(some.facts.rows, YES) if answers is None else answers
