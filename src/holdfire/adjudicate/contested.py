"""Contested incidents: those that one reading calls a violation and another does not, and what they turn on."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import polars as pl

from holdfire import tables
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
