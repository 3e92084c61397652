"""What readings contest: incidents that one calls a violation and another does not, and obligations met or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import polars as pl

from holdfire import tables
from holdfire.adjudicate.findings import Finding
from holdfire.adjudicate.plan import ClausePlan, Plan
from holdfire.tables import FACETS

RANK = {"violation": 3, "undetermined": 2, "permitted": 1, "outside": 0}
Row = dict[str, Any]


def contested(verdicts: pl.DataFrame, reading_ids: list[str]) -> pl.DataFrame:
    """Return the pairs of readings that disagree on an incident (tables.CONTESTED).

    A reading's verdict on an incident is the gravest of its clauses'. `outside` and `permitted` do not disagree:
    neither is a violation. The turning facets are those whose answers differ between the two deciding clauses and
    keep the other reading from the same verdict. Sorted by incident, then by the order of the readings.
    """
    of_incident: dict[str, dict[str, list[Row]]] = {}
    for row in verdicts.iter_rows(named=True):
        of_incident.setdefault(row["incident_id"], {}).setdefault(row["reading_id"], []).append(row)
    rows = []
    for incident_id in sorted(of_incident):
        for a, b in combinations(reading_ids, 2):
            mine, other = of_incident[incident_id].get(a), of_incident[incident_id].get(b)
            if not mine or not other:
                continue
            first, second = _closest(mine, other)
            if _kind(first) == _kind(second):
                continue
            rows.append(
                {
                    "incident_id": incident_id,
                    "reading_a": a,
                    "reading_b": b,
                    "verdict_a": first["verdict"],
                    "verdict_b": second["verdict"],
                    "turning_facets": turning(first, second),
                }
            )
    return tables.frame(rows, tables.CONTESTED)


def _kind(row: Row) -> int:
    """Return what a verdict says of a violation: yes, not known, or no."""
    return max(RANK[row["verdict"]], 1)


def _closest(mine: list[Row], other: list[Row]) -> tuple[Row, Row]:
    """Return each reading's gravest verdict; among clauses as grave, the pair that differs in fewest facets."""
    best = [[r for r in rows if RANK[r["verdict"]] == max(RANK[q["verdict"]] for q in rows)] for rows in (mine, other)]
    pairs = [(a, b) for a in best[0] for b in best[1]]
    return min(pairs, key=lambda p: (len(turning(*p)), p[0]["clause_id"], p[1]["clause_id"]))


def turning(first: Row, second: Row) -> list[str]:
    """Return the facets on which two verdicts turn: what held the lesser one back, where the graver one differs.

    A facet that is unknown in a verdict of `outside` held nothing back: another one decided it.
    """
    lesser, graver = sorted((first, second), key=lambda r: RANK[r["verdict"]])
    held_back = [*lesser["deciding_facets"], *lesser["missing_facets"]]
    return [f for f in (*FACETS, "exempt") if f in held_back and lesser[f] is not graver[f]]


@dataclass(frozen=True)
class ContestedObligation:
    """An obligation that two readings find in different states, and the facets in which their terms of it differ."""

    clause_a: str
    clause_b: str
    reading_a: str
    reading_b: str
    status_a: str
    status_b: str
    differing_facets: list[str]


def contested_obligations(findings: Sequence[Finding], plan: Plan) -> list[ContestedObligation]:
    """Return the pairs of readings that disagree on an obligation, in the order of the readings and clauses.

    Clauses of two readings are one obligation if they have the same id, or ask the same actor for the same act.
    """
    told = {(f.reading_id, f.clause_id): f.status for f in findings}
    pairs = []
    for a, b in combinations(plan.of_norm("obligation"), 2):
        if a.reading_id == b.reading_id or not _same(a, b, plan):
            continue
        first, second = told[a.reading_id, a.clause_id], told[b.reading_id, b.clause_id]
        if first != second:
            names = a.clause_id, b.clause_id, a.reading_id, b.reading_id
            pairs.append(ContestedObligation(*names, first, second, _differing(a, b)))
    return pairs


def _same(a: ClausePlan, b: ClausePlan, plan: Plan) -> bool:
    """Tell whether two clauses are one obligation; what bears the id of another clause is not it."""
    if a.clause_id == b.clause_id:
        return True
    taken = {(c.reading_id, c.clause_id) for c in plan.of_norm("obligation")}
    if (a.reading_id, b.clause_id) in taken or (b.reading_id, a.clause_id) in taken:
        return False
    return all(a.fingerprint(f) == b.fingerprint(f) for f in ("actor", "act"))


def _differing(a: ClausePlan, b: ClausePlan) -> list[str]:
    later = ["deadline"] if a.deadline != b.deadline else []
    return [*later, *(f for f in FACETS if a.fingerprint(f) != b.fingerprint(f))]
