"""Where: lines that were not drawn, and edges that were left open."""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfire.terms.codelist import code_list
from holdfire.terms.lint.literature import COLD_SPELL, DEBALTSEVE, ETH_PRIO, GUIDANCE
from holdfire.terms.lint.rule import Example, Place, Precedent, Rule, clauses, nameless
from holdfire.terms.lint.wording import FIRST_DAY, ZONE
from holdfire.terms.model import Agreement, Clause

_LINE = re.compile(
    r"\b(front(?:[\s-]?lines?)?|lines? of contact|contact lines?|line of separation|buffer zones?|demilitari[sz]ed"
    r"|security zones?|withdraws?|withdrawal|pull(?:s|ed)? back|forward positions)\b",
    re.IGNORECASE,
)
_MOVES = {"troop_movement", "taking_of_ground", "withdrawal"}


def _of_a_line(clause: Clause, agreement: Agreement) -> str | None:
    """Return the words or the act by which a clause turns on a line; null if it does not."""
    if said := _LINE.search(nameless(clause.text, agreement)):
        return f"'{said[0]}'"
    acts = code_list("act")
    codes = [*clause.act.certainly, *clause.act.possibly] if clause.act else []
    moves = [a for a in codes if _MOVES & set(acts.lineage(a))]
    return f"'{acts.label(moves[0]).lower()}'" if moves else None


def _undrawn(agreement: Agreement) -> Iterator[Place]:
    if agreement.map is not None:
        return
    drawn = {z.id for z in agreement.zones}
    if any(d.zone for name, d in agreement.definitions.items() if _LINE.search(name)):
        return
    for at, _, clause in clauses(agreement):
        word = _of_a_line(clause, agreement)
        named = {*clause.place.certainly, *clause.place.possibly} if clause.place else set()
        if word and not named & drawn:
            yield Place(at, f"{word}: no map or zone says where the line runs, and as of which day")


def _open_edge(agreement: Agreement) -> Iterator[Place]:
    for at, _, clause in clauses(agreement):
        for facet in ("actor", "act", "weapon", "target", "place"):
            term = getattr(clause, facet)
            if term is not None and term.possibly:
                codes = ", ".join(term.possibly)
                yield Place((*at, facet), f"whether the {facet} takes in {codes} was left open")


LINE_UNDRAWN = Rule(
    "line-undrawn",
    "No line, no map",
    "gap",
    "Where forces may stand, move or fire turns on a line; the side that is moving will hold that it runs ahead of it.",
    Precedent(
        "The measures of Minsk, February 2015, reckoned from two lines: that of the day and that of the September "
        "before. Fighting for Debaltseve, between them, went on until the town was taken on the fourth day of the "
        "truce; it was a violation to one side and outside the truce to the other.",
        DEBALTSEVE,
    ),
    (GUIDANCE, ETH_PRIO),
    f"The line of contact is the line drawn on map 1, as of 00:00 {ZONE} on {FIRST_DAY}; coordinates are in annex C.",
    Example(
        "clause",
        "text: Forces do not move beyond the line of contact.",
        "text: Forces do not enter the strip of map 1.\nplace: [strip]",
    ),
    _undrawn,
)
SCOPE_FUZZY = Rule(
    "scope-fuzzy",
    "A term with an open edge",
    "trap",
    "What lies between the core of a term and its fringe is a violation or not by who judges; "
    "nothing there can be shown.",
    Precedent(
        "The Kremlin named Kyiv in January 2026. Reporters asked whether the city, its region or the country was meant "
        "and got no answer (CS-S009).",
        COLD_SPELL,
    ),
    (GUIDANCE,),
    "[The city] means the city within its administrative limits, by its code; the region of that name is not in it.",
    Example(
        "clause", "place: {certainly: [UA-30], possibly: [UA-32]}", "place: {certainly: [UA-30], besides: [UA-32]}"
    ),
    _open_edge,
)
