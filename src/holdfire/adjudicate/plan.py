"""A compiled plan: every clause of every reading, with its windows in UTC and its places resolved."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

import polars as pl

from holdfire.places import Areas, Gazetteer, Scope, resolve_scope
from holdfire.terms import Agreement, Clause, Condition, Term
from holdfire.terms.instants import Span
from holdfire.terms.model import deadline


@dataclass(frozen=True)
class ClausePlan:
    """One clause, ready to be asked of incidents. A null facet asks nothing."""

    reading_id: str
    clause: Clause
    start: Span | None
    end: Span | None
    scope: Scope | None
    exempted_by: tuple[str, ...] = ()
    deadline: datetime | None = None

    @property
    def clause_id(self) -> str:
        return self.clause.id

    def term(self, name: str) -> Term | None:
        """Return the term of a coded facet: actor, act, weapon or target."""
        found: Term | None = getattr(self.clause, name)
        return found

    @property
    def condition(self) -> Condition | None:
        return self.clause.condition


@dataclass(frozen=True)
class Plan:
    """All clauses, and what they need to know of places and days."""

    zone: ZoneInfo
    clauses: tuple[ClausePlan, ...]
    areas: Areas
    observed: dict[tuple[str, str, date], tuple[float | None, float | None]] = field(default_factory=dict)

    def of_norm(self, norm: str) -> list[ClausePlan]:
        return [c for c in self.clauses if c.clause.norm == norm]


def compile_plan(agreement: Agreement, areas: Areas, gazetteer: Gazetteer, conditions: pl.DataFrame) -> Plan:
    """Compile an agreement. Only observed conditions count: a forecast is not an observation.

    Raises InputError for a place that is in neither the areas nor the gazetteer.
    """
    clauses = []
    for reading in agreement.readings:
        permissions = [c for c in reading.clauses if c.norm == "permission"]
        for clause in reading.clauses:
            start, end = clause.time.bounds(agreement.zone) if clause.time else (None, None)
            scope = None
            if clause.place is not None:
                where = f"reading '{reading.id}', clause '{clause.id}', place"
                place = clause.place
                scope = resolve_scope(place.certainly, place.possibly, place.besides, areas, gazetteer, where)
            exempted_by = tuple(
                p.id
                for p in permissions
                if clause.norm == "prohibition" and (not p.exempts_from or clause.id in p.exempts_from)
            )
            clauses.append(
                ClausePlan(reading.id, clause, start, end, scope, exempted_by, deadline(clause, agreement.zone))
            )
    observed: dict[tuple[str, str, date], tuple[float | None, float | None]] = {}
    for row in conditions.filter(pl.col("kind") == "observed").drop_nulls("place_code").iter_rows(named=True):
        key = row["fact"], row["place_code"], row["day"]
        low, high = observed.get(key, (row["value_min"], row["value_max"]))
        lows = [v for v in (low, row["value_min"]) if v is not None]
        highs = [v for v in (high, row["value_max"]) if v is not None]
        observed[key] = min(lows, default=None), max(highs, default=None)
    return Plan(agreement.zone, tuple(clauses), areas, observed)
