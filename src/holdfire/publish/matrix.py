"""The matrix of readings and days, over the launches and the temperature of each day."""

from __future__ import annotations

from typing import Any

from holdfire.adjudicate import binding_time
from holdfire.publish import obligations, words
from holdfire.publish.content import Content
from holdfire.publish.figures import Axis, stretches

SYMBOL = {
    "violated": "\N{MULTIPLICATION X}",
    "held": "\N{CHECK MARK}",
    "unproven": "?",
    "not_in_force": "\N{MIDDLE DOT}",
    "pending": "\N{HORIZONTAL ELLIPSIS}",
}


def matrix_view(content: Content) -> dict[str, Any]:
    """Return the days, the bars of launches, and for every clause its window and its cell of each day."""
    axis = Axis(content.period[0], len(content.context), content.plan.zone)
    most = max((c.drones or 0) + (c.missiles or 0) for c in content.context) or 1
    at = {(d.reading_id, d.clause_id, d.day): d for d in content.days}
    rows = []
    for clause in (c for c in content.plan.clauses if c.clause.norm != "permission"):
        duty = clause.clause.norm == "obligation"
        start, end = binding_time(clause) if duty else (clause.start, clause.end)
        told = f"In force from {words.bound(start, axis.zone)} to {words.bound(end, axis.zone)}"
        reading = next(r for r in content.agreement.readings if r.id == clause.reading_id)
        rows.append(
            {
                "reading": reading,
                "clause": clause.clause,
                "several": sum(c.norm != "permission" for c in reading.clauses) > 1,
                "window": stretches(start, end, axis),
                "due": duty,
                "told": obligations.due_by(clause.deadline, axis.zone) if duty else told,
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
        "pending": any(d.norm == "obligation" for d in content.days),
        "alerts": any(c.alert_hours is not None for c in content.context),
    }


def _cell(finding: Any) -> dict[str, Any]:
    told = words.STATUS[finding.status]
    if finding.norm == "obligation":
        told = obligations.cell(finding)
    elif finding.violations or finding.undetermined:
        told += f", {words.count(finding.violations, 'violation')}, {finding.undetermined} undetermined"
    elif finding.status == "unproven":
        told += f", {finding.covered} of {finding.total} place-days covered"
    return {"status": finding.status, "symbol": SYMBOL[finding.status], "told": told}


def _launches(drones: int | None, missiles: int | None) -> str:
    if drones is None or missiles is None:
        return "no bulletin"
    return f"{words.count(drones, 'drone')}, {words.count(missiles, 'missile')}"
