"""Readings that judge everything alike, whatever happens: they are one reading under two names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from holdfire.adjudicate.plan import ClausePlan, Plan
from holdfire.tables import FACETS
from holdfire.terms import Clause, Term
from holdfire.terms.lint import Example, Place, Precedent, Rule
from holdfire.terms.lint.literature import COLD_SPELL, GUIDANCE

Asked = tuple[object, ...]


def asked_by(reading_id: str, plan: Plan) -> frozenset[Asked]:
    """Return what the clauses of a reading ask of incidents; two readings that ask the same can never disagree.

    An exemption counts with the prohibition it exempts from, and not at all where both are never in force together.
    A clause that stands twice counts once: a reading's verdict is the gravest of its clauses'.
    """
    return frozenset(
        (c.clause.norm, c.deadline, *_facets(c), _exemptions(c, plan))
        for c in plan.clauses
        if c.reading_id == reading_id and c.clause.norm != "permission"
    )


def _facets(clause: ClausePlan) -> tuple[str, ...]:
    ordered = replace(clause, clause=_in_order(clause), _fingerprints={})
    return tuple(ordered.fingerprint(f) for f in FACETS)


def _in_order(clause: ClausePlan) -> Clause:
    """Return the clause with the codes of its terms sorted: in which order they stand asks nothing."""
    changes = {}
    for name in ("actor", "act", "weapon", "target"):
        if (term := clause.term(name)) is not None:
            sides = {s: sorted(set(getattr(term, s))) for s in ("certainly", "possibly", "besides")}
            changes[name] = Term(**sides)
    return clause.clause.model_copy(update=changes)


def _exemptions(clause: ClausePlan, plan: Plan) -> frozenset[tuple[str, ...]]:
    if clause.clause.norm != "prohibition":
        return frozenset()
    return frozenset(_facets(p) for p in plan.exempting(clause) if not _never_together(clause, p))


def _never_together(a: ClausePlan, b: ClausePlan) -> bool:
    """Tell whether two clauses surely are never in force at the same time."""
    return any(
        one.end is not None
        and one.end.latest is not None
        and other.start is not None
        and other.start.earliest is not None
        and one.end.latest <= other.start.earliest
        for one, other in ((a, b), (b, a))
    )


def _alike(plan: Plan) -> Iterator[Place]:
    asked = {id: asked_by(id, plan) for id in dict.fromkeys(c.reading_id for c in plan.clauses)}
    for first, second in combinations(asked, 2):
        if asked[first] == asked[second]:
            found = f"'{second}' asks exactly what '{first}' asks, and can never disagree with it"
            yield Place(("readings", second), found)


READINGS_ALIKE: Rule[Plan] = Rule(
    "readings-alike",
    "Readings that can never disagree",
    "note",
    "Two readings that judge everything alike show either an agreement, which is worth saying, or a difference that "
    "was not written down.",
    Precedent(
        "Of the four readings of the pause of January 2026, two differ in their window only. Written without it, they "
        "would be one reading under two names (CS-S028).",
        COLD_SPELL,
    ),
    (GUIDANCE,),
    "Give the reading the term in which it differs, or take it out and name both parties as holding the other.",
    Example(
        "agreement",
        """\
readings:
  - {id: one, title: One, held_by: north, stated_on: 2026-01-29, summary: A week., clauses: [
      {id: c, norm: prohibition, text: No attacks., act: [missile_strike, drone_strike]}]}
  - {id: two, title: Two, held_by: south, stated_on: 2026-01-29, summary: A week., clauses: [
      {id: c, norm: prohibition, text: None at all., act: [drone_strike, missile_strike]}]}""",
        """\
readings:
  - {id: one, title: One, held_by: north, stated_on: 2026-01-29, summary: A week., clauses: [
      {id: c, norm: prohibition, text: No attacks., act: [missile_strike, drone_strike]}]}
  - {id: two, title: Two, held_by: south, stated_on: 2026-01-29, summary: A week., clauses: [
      {id: c, norm: prohibition, text: None at all., act: [missile_strike]}]}""",
    ),
    _alike,
)
