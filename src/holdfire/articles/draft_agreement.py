"""The agreement of a draft: its parties, and a reading for each understanding. What was not said is `unsaid`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from holdfire.articles.draft_tables import Cited, slug
from holdfire.articles.items import Found, Many, Pledge, Understanding, value_of, values_of
from holdfire.articles.parties import actor_of
from holdfire.articles.pledge_words import PROPOSED
from holdfire.articles.proposal import Proposed
from holdfire.terms import named_list
from holdfire.terms.instants import UNSAID, length

# Of each bound side that the code list does not know, the list of its codes: `unsaid`, for a person to fill in once.
Uncoded = Mapping[str, list[str]]


def drafted_agreement(items: list[Proposed], cited: list[Cited], title: str, time_zone: str | None) -> dict[str, Any]:
    """Return agreement.yaml: a reading for each pledge that was made and for each understanding of it."""
    pledges = [(p, p.item) for p in items if isinstance(p.item, Pledge) and value_of(p.item.status) != PROPOSED]
    understood = [(p, p.item) for p in items if isinstance(p.item, Understanding)]
    bound = list(dict.fromkeys(str(f.value) for _, pledge in pledges for f in pledge.parties))
    uncoded = {side: named_list([UNSAID], f"{slug(side)}-forces") for side in bound if actor_of(side) is None}
    readings: list[dict[str, Any]] = []
    for p, pledge in pledges:
        _add(readings, _announced(p, pledge, cited, uncoded))
    for p, item in understood:
        _add(readings, _understood(p, item, cited, bound, uncoded))
    held = [r.pop("_party") for r in readings]
    names = dict.fromkeys([*bound, *held])
    announced = sorted(str(pledge.announced_on.value) for _, pledge in pledges if pledge.announced_on)
    return {
        "id": slug(title),
        "title": title,
        "announced_on": date.fromisoformat(announced[0]) if announced else UNSAID,
        "form": UNSAID,
        "time_zone": time_zone or UNSAID,
        "parties": [_party(name, uncoded) for name in names],
        "statements": "statements.csv",
        "readings": readings,
    }


def _party(name: str, uncoded: Uncoded) -> dict[str, Any]:
    actor = actor_of(name)
    actors = [actor] if actor else uncoded.get(name)
    return {"id": slug(name), "name": name, **({"actors": actors} if actors else {})}


def _add(readings: list[dict[str, Any]], reading: dict[str, Any]) -> None:
    """Add a reading, or its citations to one that says the same."""
    for other in readings:
        if other["held_by"] == reading["held_by"] and _norms(other) == _norms(reading):
            other["cites"] = sorted({*other["cites"], *reading["cites"]})
            return
    taken = {r["id"] for r in readings}
    base, number = reading["id"], 1
    while reading["id"] in taken:
        number += 1
        reading["id"] = f"{base}-{number}"
    readings.append(reading)


def _norms(reading: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the clauses of a reading without where they were read."""
    return [{k: v for k, v in clause.items() if k != "text"} for clause in reading["clauses"]]


def _cites(p: Proposed, cited: list[Cited]) -> list[str]:
    """Return the statements in whose words any value of an item stands."""
    spans = [(p.item.start, p.item.end), *((f.start, f.end) for _, f in p.item.found())]
    return [
        c.id
        for c in cited
        if c.article == p.article and any(c.item.start < end and start < c.item.end for start, end in spans)
    ]


def _holder_of(pledge: Pledge, p: Proposed, cited: list[Cited]) -> str:
    """Return whose understanding an announcement is: that of the announcer's side, or of the announcer alone."""
    name = value_of(pledge.announcer)
    sides = [c.item.party for c in cited if c.item.party and value_of(c.item.speaker) == name]
    return str(sides[0].value) if sides else str(name or "Whoever announced it")


def _announced(p: Proposed, pledge: Pledge, cited: list[Cited], uncoded: Uncoded) -> dict[str, Any]:
    holder = _holder_of(pledge, p, cited)
    status = value_of(pledge.status)
    window = _window(pledge.starts, pledge.ends, pledge.lasts)
    summary = f"As announced by {value_of(pledge.announcer) or 'somebody unnamed'}" + (
        ", on a condition." if status == "conditional" else "."
    )
    clauses = []
    for side in values_of(pledge.parties) or [None]:
        clause: dict[str, Any] = {
            "id": f"{slug(str(side))}-holds-fire" if side else "hold-fire",
            "norm": "prohibition",
            "text": _said(p),
            "time": dict(window),  # each clause its own: one mapping would be written as an alias
            **_actor(side, uncoded),
            **_term("act", pledge.acts),
            **_term("target", pledge.targets),
            **_term("place", pledge.place),
        }
        clauses.append(clause)
    return {
        "_party": holder,
        "id": "announced",
        "title": f"As {value_of(pledge.announcer) or 'somebody'} announced it"
        + (", conditional" if status == "conditional" else ""),
        "held_by": slug(holder),
        "stated_on": date.fromisoformat(str(pledge.announced_on.value)) if pledge.announced_on else UNSAID,
        "summary": summary,
        "cites": _cites(p, cited),
        "clauses": clauses,
    }


def _understood(
    p: Proposed, item: Understanding, cited: list[Cited], bound: list[str], uncoded: Uncoded
) -> dict[str, Any]:
    holder = str(value_of(item.holder) or "Whoever understands it so")
    clauses: list[dict[str, Any]] = []
    restricts = any((item.starts, item.ends, item.lasts, item.acts, item.targets, item.places))
    if restricts or not (item.allows_acts or item.allows_targets):
        for side in bound or [None]:  # type: ignore[list-item]
            clauses.append(
                {
                    "id": f"{slug(str(side))}-holds-fire" if side else "hold-fire",
                    "norm": "prohibition",
                    "text": _said(p),
                    "time": _window(item.starts, item.ends, item.lasts),
                    **_actor(side, uncoded),
                    **_term("act", item.acts),
                    **_term("target", item.targets),
                    **_term("place", item.places),
                }
            )
    if item.allows_acts or item.allows_targets:
        right = {**_term("act", item.allows_acts), **_term("target", item.allows_targets)}
        clauses.append({"id": "stays-allowed", "norm": "permission", "text": _said(p), **right})
    by = value_of(item.said_by)
    told = f", as told by {by}" if by and by != holder else ""
    return {
        "_party": holder,
        "id": slug(holder),
        "title": f"As {holder} understands it",
        "held_by": slug(holder),
        "stated_on": UNSAID,
        "summary": f"What {holder} takes the truce to cover{told}.",
        "cites": _cites(p, cited),
        "clauses": clauses,
    }


def _said(p: Proposed) -> str:
    """Return the words that a clause rests on, without a dateline, and their source; proposal.json has the span."""
    article, day = p.article, p.article.published
    start, end = p.item.start, p.item.end
    begins = next((last for first, last in article.skipped if first <= start < last < end), start)
    quoted = " ".join(article.text[begins:end].split())
    return f"“{quoted}” ({article.outlet or article.name}{f', {day.day} {day:%B %Y}' if day else ''})"


def _actor(side: str | None, uncoded: Uncoded) -> dict[str, Any]:
    """Return who is bound."""
    if side is None:
        return {}
    code = actor_of(side)
    return {"actor": {"certainly": [code] if code else uncoded[side]}}


def _term(facet: str, found: Many) -> dict[str, Any]:
    return {facet: {"certainly": values_of(found)}} if found else {}


def _window(starts: Found | None, ends: Found | None, lasts: Found | None) -> dict[str, Any]:
    window: dict[str, Any] = {"starts": value_of(starts) or UNSAID}
    if ends is not None:
        return {**window, "ends": ends.value, **({"note": f"Said to last {lasts.value}, too."} if lasts else {})}
    if lasts is None:
        return {**window, "ends": UNSAID}
    try:
        length(str(lasts.value))
    except ValueError:
        return {**window, "ends": UNSAID, "note": f"Said to last {lasts.value}."}
    return {**window, "lasts": lasts.value}
