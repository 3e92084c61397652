"""Displacement in words: for each clause a sentence that can be quoted, and the figures that it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from holdfire.assess import Displacement, IncidentShare, Part, ShareChange
from holdfire.places import Areas
from holdfire.publish import words
from holdfire.publish.content import Content
from holdfire.terms import Clause

SIZE = 0.05
LEAST_LISTED = 3


def lead(found: Sequence[Displacement], titles: Mapping[str, str]) -> str:
    """Return what the tests of all clauses come to; what is not shown is not denied."""
    tested = [d for d in found if d.change.p_corrected is not None]
    if not tested:
        return "Whether fire moved out of scope cannot be told: too few incidents are located."
    shown, open_ = (_readings([d for d in tested if moved(d) is sure], titles) for sure in (True, None))
    if shown:
        return f"Fire moved out of scope, by more than chance explains, under {shown}."
    told = "That fire moved out of scope is shown under no reading."
    return f"{told} Under {open_} what is known points to it, and what is unknown could undo that." if open_ else told


def _readings(found: Sequence[Displacement], titles: Mapping[str, str]) -> str:
    return words.either([f"“{title}”" for title in dict.fromkeys(titles[d.reading_id] for d in found)], "and")


def moved(found: Displacement) -> bool | None:
    """Return whether more lay out of scope than chance explains; null where what is unknown could undo it."""
    p = found.change.p_corrected
    if p is None or p > SIZE:
        return False
    return None if found.change.least is not None and found.change.least <= 0 else True


def displacement_lead(content: Content) -> str:
    """Return what stands above the sentences of all clauses."""
    return lead(content.assessment.displacement, {r.id: r.title for r in content.agreement.readings})


def displacement_views(content: Content) -> list[dict[str, Any]]:
    """Return one view per clause, in the order of the readings."""
    titles = {r.id: r.title for r in content.agreement.readings}
    clauses = {(c.reading_id, c.clause_id): c.clause for c in content.plan.clauses}
    late = {x.reading_id for x in content.assessment.lulls if x.named_after}
    readings = [d.reading_id for d in content.assessment.displacement]
    several = {r for r in readings if readings.count(r) > 1}
    return [
        {
            "reading": titles[d.reading_id],
            "clause": clauses[d.reading_id, d.clause_id].text if d.reading_id in several else None,
            "bound": _bound(clauses[d.reading_id, d.clause_id], content.areas) if d.reading_id in several else None,
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
    if points(change) is None:
        inside, rest = (f"{of.yes} of {of.yes + of.no}" for of in (within, outside))
        lay = f"{inside} located incidents within the window lay out of scope, against {rest} outside of it"
        return f"{lay}. These are too few to compare."
    told = f"{_of(within)} located incidents within the window lay out of scope, against {_of(outside)} outside of it"
    told += f": a change of {points(change)} points. "
    told += {
        False: "That fire moved out of scope is not shown.",
        None: "That is more than chance explains among what is known, but what is unknown could undo it.",
        True: "That is more than chance explains.",
    }[moved(found)]
    late = named_after and moved(found) is not False
    return told + (" The window was named when its first nights were known already." if late else "")


def power(found: Displacement) -> str | None:
    """Return how often a real move would have been noticed; null where nothing was tested."""
    if not found.change.power:
        return None
    parts = words.either([part.removesuffix("%") for part in found.change.power])
    shares = words.either([f"{100 * share:.0f}" for share in found.change.power.values()], "and")
    return f"Had {parts} % of the fire in scope moved out of it, that would have been noticed {shares} times in 100."


def _bound(clause: Clause, areas: Areas) -> str | None:
    return words.covered(clause.actor, "actor", areas) if clause.actor else None


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
