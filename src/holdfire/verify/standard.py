"""The standard of proof: how many independent source groups a fact must rest on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

Standard = Literal["reported", "corroborated", "verified"]
UNRELIABLE = ("E", "F")
IMPROBABLE = ("5", "6")


def credible(report: dict[str, Any]) -> bool:
    """Tell whether a report may carry a fact: not graded E or F, nor 5 or 6, on the Admiralty scale.

    F and 6 mean "cannot be judged": a source that was graded so was looked at and not found to be reliable. A
    report that nobody graded counts.
    """
    return report["reliability"] not in UNRELIABLE and report["credibility"] not in IMPROBABLE


def groups_of(reports: Iterable[dict[str, Any]]) -> set[str]:
    """Return the independent source groups behind reports; a report of unstated origin is its outlet's own."""
    return {g for r in reports for g in (r["source_groups"] or [f"outlet:{r['outlet'] or r['report_id']}"])}


def meets(standard: Standard, reports: list[dict[str, Any]], verifying: frozenset[str]) -> bool:
    """Tell whether a fact that these reports state meets the standard of proof."""
    reports = [r for r in reports if credible(r)]
    if standard == "verified":
        return any(r["source_id"] in verifying for r in reports)
    return len(groups_of(reports)) >= (2 if standard == "corroborated" else 1)
