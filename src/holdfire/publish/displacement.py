"""Displacement in words: for each clause a sentence that can be quoted, and the figures that it rests on."""

from __future__ import annotations

from typing import Any

from holdfire.assess import Displacement, IncidentShare, Part, ShareChange
from holdfire.places import Areas
from holdfire.publish import words
from holdfire.publish.content import Content

SIZE = 0.05
LEAST_LISTED = 3


def displacement_views(content: Content) -> list[dict[str, Any]]:
    """Return one view per clause, in the order of the readings."""
    titles = {r.id: r.title for r in content.agreement.readings}
    clauses = {(c.reading_id, c.clause_id): c.clause.text for c in content.plan.clauses}
    late = {x.reading_id for x in content.assessment.lulls if x.named_after}
    several = [d.reading_id for d in content.assessment.displacement]
    return [
        {
            "reading": titles[d.reading_id],
            "clause": clauses[d.reading_id, d.clause_id] if several.count(d.reading_id) > 1 else None,
            "days": _days(d),
            "sentence": sentence(d, named_after=d.reading_id in late),
            "power": power(d),
            "periods": [d.before, d.window, d.after],
            "unclear": d.unclear,
            "tallies": _tallies(d),
            "parts": [_part(p, content.areas) for p in d.composition if _listed(p)],
            "change": d.change,
            "points": points(d.change),
            "bounds": _bounds(d.change),
        }
        for d in content.assessment.displacement
    ]


def sentence(found: Displacement, named_after: bool = False) -> str:
    """Return what share lay out of scope within the window and outside, and whether chance explains the difference."""
    within, outside, change = found.window, found.reference, found.change
    if within.share is None or outside.share is None:
        where = "within" if within.share is None else "outside of"
        return f"Nothing can be compared: no located incident {where} the window has a known place, act and target."
    told = f"{_of(within)} located incidents within the window lay out of scope, against {_of(outside)} outside of it"
    if points(change) is None:
        return f"{told}. These are too few to compare."
    told += f": a change of {points(change)} points. "
    p = change.p_corrected
    if p is None or p > SIZE:
        return told + "That fire moved out of scope is not shown."
    if change.least is not None and change.least <= 0:
        told += "That is more than chance explains among what is known, but what is unknown could undo it."
    else:
        told += "That is more than chance explains."
    return told + (" But who named the window knew its first nights." if named_after else "")


def power(found: Displacement) -> str | None:
    """Return how often a real move would have been noticed; null where nothing was tested."""
    if not found.change.power:
        return None
    parts = words.either([part.removesuffix("%") for part in found.change.power])
    shares = words.either([f"{100 * share:.0f}" for share in found.change.power.values()], "and")
    return f"Had {parts} % of the fire in scope moved out of it, that would have been noticed {shares} times in 100."


def _days(found: Displacement) -> str:
    if found.first is None or found.last is None:
        return "no incident for sure within it"
    return words.days(found.first, found.last)


def _of(share: IncidentShare) -> str:
    return f"{share.yes} of {share.yes + share.no} ({100 * (share.share or 0):.0f} %)"


def _points(change: float) -> str:
    return words.number(round(100 * change))


def _listed(part: Part) -> bool:
    return part.reference.yes + part.window.yes >= LEAST_LISTED


def _part(part: Part, areas: Areas) -> dict[str, Any]:
    if part.of == "region":
        name = words.place(part.code, areas)
    else:
        name = words.label("target" if part.of == "target" else "weapon", part.code)
    told = points(part.change)
    return {"of": part.of, "name": name, "window": part.window, "reference": part.reference, "points": told}


def points(change: ShareChange) -> str | None:
    """Return a change in points with its interval; null where there is none."""
    if change.change is None or change.low is None or change.high is None:
        return None
    return f"{_points(change.change)} ({_points(change.low)} to {_points(change.high)})"


def _bounds(change: ShareChange) -> str | None:
    """Return what the change may be if anything may hold of what is unknown; null where nothing is."""
    if change.least is None or change.most is None or change.least == change.most:
        return None
    return f"{_points(change.least)} to {_points(change.most)}"


def _tallies(found: Displacement) -> str:
    of = found.tallies["window"]
    counted = of.inside + of.outside + of.unknown
    return (
        f"Of {words.count(counted, 'tally', 'tallies')} within the window that no other tally counts, {of.inside} "
        f"lay in scope, {of.outside} out of it, and of {of.unknown} that is unknown."
    )
