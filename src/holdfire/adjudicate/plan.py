"""A compiled plan: every clause of every reading, with its windows in UTC and its places resolved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

import polars as pl

from holdfire import tables
from holdfire.adjudicate.coded import CodedTerms, asked
from holdfire.places import Areas, Gazetteer, Lines, Scope, Zones, resolve_scope
from holdfire.terms import Agreement, Clause, Condition, Term
from holdfire.terms.codelist import ListName
from holdfire.terms.instants import Span
from holdfire.terms.model import deadline

# An analysis is worked out afterwards from observations of the time and a model; it decides where nothing was observed.
DECIDING = ("observed", "analysed")
Observations = dict[tuple[str, str, date], tuple[float | None, float | None]]


@dataclass(frozen=True)
class ClausePlan:
    """One clause, ready to be asked of incidents. A null facet asks nothing."""

    reading_id: str
    zone: ZoneInfo
    clause: Clause
    start: Span | None
    end: Span | None
    scope: Scope | None
    exempted_by: tuple[str, ...] = ()
    deadline: datetime | None = None
    _fingerprints: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def clause_id(self) -> str:
        return self.clause.id

    def in_time(self, start: Span | None, end: Span | None) -> ClausePlan:
        """Return the clause with another window; null asks nothing of time."""
        return replace(self, start=start, end=end, _fingerprints={})

    def term(self, name: str) -> Term | None:
        """Return the term of a coded facet: actor, act, weapon or target."""
        found: Term | None = getattr(self.clause, name)
        return found

    @property
    def condition(self) -> Condition | None:
        return self.clause.condition

    def act_terms(self) -> list[tuple[str, ListName, Term]]:
        """Return what the act facet asks: of which column, by which code list, which term."""
        act, weapon = self.clause.act, self.clause.weapon
        asked: list[tuple[str, ListName, Term | None]] = [("acts", "act", act), ("weapons", "weapon", weapon)]
        return [(column, name, term) for column, name, term in asked if term is not None]

    def asks(self, facet: str) -> bool:
        """Tell whether the clause asks anything of a facet."""
        if facet == "act":
            return bool(self.act_terms())
        if facet == "time":
            return self.start is not None
        return getattr(self.clause, facet) is not None

    def fingerprint(self, facet: str) -> str:
        """Return what a facet asks, so that clauses that ask the same share the answer."""
        if facet not in self._fingerprints:
            self._fingerprints[facet] = self._asked(facet)
        return self._fingerprints[facet]

    def _asked(self, facet: str) -> str:
        if facet == "time":
            return f"{self.start}{self.end}"
        if facet == "place":
            return "" if self.scope is None else self.scope.fingerprint(self.zone.key)
        norm = "permission " if self.clause.norm == "permission" and facet in ("act", "target") else ""
        if facet == "act":
            return norm + "|".join(f"{column} {asked(term)}" for column, _, term in self.act_terms())
        term = getattr(self.clause, facet)
        days = f"{self.zone.key} " if facet == "condition" else ""
        return norm + days + ("" if term is None else asked(term))


@dataclass(frozen=True)
class Plan:
    """All clauses, and what they need to know of places and days."""

    zone: ZoneInfo
    clauses: tuple[ClausePlan, ...]
    areas: Areas
    zones: Zones
    lines: Lines
    observed: Observations = field(default_factory=dict)

    @cached_property
    def coded(self) -> CodedTerms:
        """The coded terms of all clauses."""
        terms = [part for clause in self.clauses for part in clause.act_terms()]
        return CodedTerms([*terms, *(("targets", "target", t) for c in self.clauses if (t := c.term("target")))])

    def of_norm(self, norm: str) -> list[ClausePlan]:
        return [c for c in self.clauses if c.clause.norm == norm]

    def exempting(self, clause: ClausePlan) -> list[ClausePlan]:
        """Return the permissions that exempt from a prohibition."""
        return [self._by_id[clause.reading_id, p] for p in clause.exempted_by]

    @cached_property
    def sharing_place(self) -> Counter[str]:
        """How many clauses ask of the same place, by its fingerprint."""
        return Counter(c.fingerprint("place") for c in self.clauses)

    @cached_property
    def _by_id(self) -> dict[tuple[str, str], ClausePlan]:
        return {(c.reading_id, c.clause_id): c for c in self.clauses}


def together(plans: Mapping[str, Plan]) -> Plan:
    """Return several plans, by the ids of their agreements, as one; its reading ids are `AGREEMENT/READING`.

    The areas and the observations are those of the first; all should have been compiled with the same.
    """
    first = next(iter(plans.values()))
    clauses = (replace(c, reading_id=f"{name}/{c.reading_id}") for name, plan in plans.items() for c in plan.clauses)
    return replace(first, clauses=tuple(clauses))


def compile_plan(
    agreement: Agreement,
    areas: Areas,
    gazetteer: Gazetteer,
    conditions: pl.DataFrame,
    lines: pl.DataFrame | None = None,
) -> Plan:
    """Compile an agreement. Of conditions, what was observed counts, else what was analysed; a forecast never does.

    `conditions` are tables.CONDITIONS, `lines` the lines of control (tables.LINES) that zones may follow.
    Raises InputError for a place that is in neither the zones, the areas nor the gazetteer.
    """
    observed = _observed(conditions)

    def facts(fact: str, code: str, day: date) -> tuple[float | None, float | None]:
        return observed.get((fact, code, day), (None, None))

    control = Lines(tables.empty(tables.LINES) if lines is None else lines, areas)
    zones = Zones(agreement.zones, agreement.folder, areas, gazetteer, control, facts)
    zones.check()
    clauses = []
    scopes: dict[str, Scope] = {}
    zone = agreement.zone
    for reading in agreement.readings:
        permissions = [c for c in reading.clauses if c.norm == "permission"]
        for clause in reading.clauses:
            start, end = clause.time.bounds(zone) if clause.time else (None, None)
            scope = None
            if clause.place is not None:
                where = f"reading '{reading.id}', clause '{clause.id}', place"
                place = clause.place
                scope = resolve_scope(place.certainly, place.possibly, place.besides, areas, gazetteer, where, zones)
                scope = scopes.setdefault(scope.fingerprint(zone.key), scope)
            exempted_by = tuple(
                p.id
                for p in permissions
                if clause.norm == "prohibition" and (not p.exempts_from or clause.id in p.exempts_from)
            )
            clauses.append(
                ClausePlan(
                    reading.id, agreement.zone, clause, start, end, scope, exempted_by, deadline(clause, agreement.zone)
                )
            )
    return Plan(zone, tuple(clauses), areas, zones, control, observed)


def _observed(conditions: pl.DataFrame) -> Observations:
    """Return the lowest and the highest value of each fact, place and day: observed ones, else analysed ones."""
    observed: Observations = {}
    for kind in DECIDING:
        given: Observations = {}
        for row in conditions.filter(pl.col("kind") == kind).drop_nulls("place_code").iter_rows(named=True):
            key = row["fact"], row["place_code"], row["day"]
            low, high = given.get(key, (row["value_min"], row["value_max"]))
            lows = [v for v in (low, row["value_min"]) if v is not None]
            highs = [v for v in (high, row["value_max"]) if v is not None]
            given[key] = min(lows, default=None), max(highs, default=None)
        observed = given | observed
    return observed
