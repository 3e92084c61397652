"""The matrix of readings and days, over the launches and the temperature of each day."""

from __future__ import annotations

from typing import Any

from holdfire.publish import words
from holdfire.publish.content import Content
from holdfire.publish.figures import Axis, stretches

SYMBOL = {
    "violated": "\N{MULTIPLICATION X}",
    "held": "\N{CHECK MARK}",
    "unproven": "?",
    "not_in_force": "\N{MIDDLE DOT}",
}


def matrix_view(content: Content) -> dict[str, Any]:
    """Return the days, the bars of launches, and for every clause its window and its cell of each day."""
    axis = Axis(content.period[0], len(content.context), content.plan.zone)
    most = max((c.drones or 0) + (c.missiles or 0) for c in content.context) or 1
    at = {(d.reading_id, d.clause_id, d.day): d for d in content.days}
    rows = []
    for clause in content.plan.of_norm("prohibition"):
        reading = next(r for r in content.agreement.readings if r.id == clause.reading_id)
        rows.append(
            {
                "reading": reading,
                "clause": clause.clause,
                "several": sum(c.norm == "prohibition" for c in reading.clauses) > 1,
                "window": stretches(clause.start, clause.end, axis),
                "told": f"from {words.bound(clause.start, axis.zone)} to {words.bound(clause.end, axis.zone)}",
                "cells": [_cell(at[clause.reading_id, clause.clause_id, c.day]) for c in content.context],
            }
        )
    return {
        "days": [
            {
                "context": c,
                "drones": 100 * (c.drones or 0) / most,
                "missiles": 100 * (c.missiles or 0) / most,
                "told": _launches(c.drones, c.missiles),
            }
            for c in content.context
        ],
        "rows": rows,
        "alerts": any(c.alert_hours is not None for c in content.context),
    }


def _cell(finding: Any) -> dict[str, Any]:
    told = words.STATUS[finding.status]
    if finding.violations or finding.undetermined:
        told += f", {words.count(finding.violations, 'violation')}, {finding.undetermined} undetermined"
    elif finding.status == "unproven":
        told += f", {finding.covered} of {finding.total} place-days covered"
    return {"status": finding.status, "symbol": SYMBOL[finding.status], "told": told}


def _launches(drones: int | None, missiles: int | None) -> str:
    if drones is None or missiles is None:
        return "no bulletin"
    return f"{words.count(drones, 'drone')}, {words.count(missiles, 'missile')}"
