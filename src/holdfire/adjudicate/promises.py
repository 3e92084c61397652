"""Promises: which prohibitions of several readings speak of the same thing, and in which terms they differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from holdfire.adjudicate.plan import ClausePlan, Plan
from holdfire.tables import FACETS
from holdfire.terms import Window
from holdfire.terms.instants import Span, length

PLAIN = ("place", "target", "act", "actor", "condition")
TERMS = ("start", "end", *PLAIN, "exemption", "clause")
ALWAYS = Span(None, datetime.min.replace(tzinfo=UTC))
NEVER_ENDS = Span(None, None)


@dataclass(frozen=True)
class Version:
    """One way to word a term of a promise, and the readings that word it so.

    The term `clause` is the promise itself: `lacks` tells that these readings make no such promise at all.
    """

    promise: str
    term: str
    readings: tuple[str, ...]
    lacks: bool = False

    @property
    def slot(self) -> tuple[str, str]:
        """What it is a version of."""
        return self.promise, self.term


@dataclass(frozen=True)
class Promise:
    """The prohibitions of the readings that speak of one thing, one at most of each; `exempting` are its permissions.

    `readings` are all that are compared, in the order of the agreement. The id is that of the first prohibition.
    """

    id: str
    readings: tuple[str, ...]
    clauses: Mapping[str, ClausePlan]
    exempting: Mapping[str, tuple[ClausePlan, ...]]
    zone: ZoneInfo

    @cached_property
    def versions(self) -> list[Version]:
        """Every version of every term, those of one term in the order of the readings."""
        found = []
        for term in TERMS:
            groups: dict[str | None, list[str]] = {}
            for reading in self.readings:
                if reading in self.clauses or term == "clause":
                    groups.setdefault(self._worded(term, reading), []).append(reading)
            found += [Version(self.id, term, tuple(held), worded is None) for worded, held in groups.items()]
        return found

    @cached_property
    def differing(self) -> list[Version]:
        """The versions of those terms that have more than one."""
        number = {term: sum(v.term == term for v in self.versions) for term in TERMS}
        if number["clause"] > 1 and len(self.clauses) == len(self.readings):
            number["clause"] = 0  # All make the promise: what differs are its terms.
        return [v for v in self.versions if number[v.term] > 1]

    @cached_property
    def _first(self) -> dict[tuple[str, str], str]:
        return {(v.term, r): v.readings[0] for v in self.versions for r in v.readings}

    def holder(self, term: str, reading: str) -> str:
        """Return the first reading that words a term as this one does."""
        return self._first[term, reading]

    def window(self, opening: str, closing: str, days: int = 0) -> tuple[Span, Span] | None:
        """Return the window with one reading's start and another's end, laid so many days later; null asks nothing.

        A length counts from the start that it is put with. A start that a reading lacks is none: always; a length that
        is counted from it never ends.
        """
        first, last = (self._time(r, days) for r in (opening, closing))
        if first is None and last is None:
            return None
        start = ALWAYS if first is None else first.opening(self.zone)
        if last is None or (first is None and last.lasts is not None):
            return start, NEVER_ENDS
        return start, last.closing(start, self.zone)

    def fits(self, opening: str, closing: str) -> bool:
        """Tell whether one reading's start and another's end make a window that can be written down."""
        first, last = (self._time(r, 0) for r in (opening, closing))
        if first is None and last is not None and last.lasts is not None:
            return False
        window = self.window(opening, closing)
        if window is None:
            return True
        earliest, latest = window[0].earliest, window[1].latest
        return earliest is None or latest is None or earliest < latest

    def _time(self, reading: str, days: int) -> Window | None:
        time = self.clauses[reading].clause.time
        return time if time is None or not days else time.later(days, self.zone)

    def _worded(self, term: str, reading: str) -> str | None:
        """Return what a reading's version of a term asks, whoever says so; null where it makes no such promise."""
        if reading not in self.clauses:
            return None
        clause, time = self.clauses[reading], self.clauses[reading].clause.time
        if term == "start":
            return "always" if time is None else str(time.opening(self.zone))
        if term == "end":
            if time is None:
                return str(NEVER_ENDS)
            if time.lasts is not None:
                return str(length(time.lasts))
            return str(time.closing(NEVER_ENDS, self.zone))
        if term == "exemption":
            return "; ".join(sorted(_asked(p) for p in self.exempting[reading]))
        if term == "clause":
            return "; ".join(str(self._worded(t, reading)) for t in TERMS if t != "clause")
        return clause.fingerprint(term)


def promises(plan: Plan) -> list[Promise]:
    """Match the prohibitions of the readings; those that forbid nothing are not compared.

    Prohibitions of one id are one promise. So are those of readings that have one each; else those that bind the same
    actor, where no reading has two of them.
    """
    readings: dict[str, list[ClausePlan]] = {}
    for clause in plan.of_norm("prohibition"):
        readings.setdefault(clause.reading_id, []).append(clause)
    by_id: dict[str, list[ClausePlan]] = {}
    for clause in plan.of_norm("prohibition"):
        by_id.setdefault(clause.clause_id, []).append(clause)
    groups = list(by_id.values())
    if all(len(own) == 1 for own in readings.values()):
        groups = [[own[0] for own in readings.values()]] if readings else []
    by_actors: dict[tuple[str, ...], list[list[ClausePlan]]] = {}
    for group in groups:
        by_actors.setdefault(tuple(sorted({c.fingerprint("actor") for c in group})), []).append(group)
    matched = []
    for alike in by_actors.values():
        together = [c for group in alike for c in group]
        matched += [together] if len({c.reading_id for c in together}) == len(together) else alike
    order = {(c.reading_id, c.clause_id): n for n, c in enumerate(plan.clauses)}
    ordered = [sorted(g, key=lambda c: order[c.reading_id, c.clause_id]) for g in matched]
    return [
        Promise(
            group[0].clause_id,
            tuple(readings),
            {c.reading_id: c for c in group},
            {c.reading_id: tuple(plan.exempting(c)) for c in group},
            plan.zone,
        )
        for group in sorted(ordered, key=lambda g: order[g[0].reading_id, g[0].clause_id])
    ]


def _asked(clause: ClausePlan) -> str:
    return ", ".join(f"{f} {clause.fingerprint(f)}" for f in FACETS)
