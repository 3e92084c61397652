"""What stays allowed: exemptions without a bound, and those that leave nothing of what they exempt from."""

from __future__ import annotations

from collections.abc import Iterator

from holdfire.terms.codelist import ListName, code_list
from holdfire.terms.lint.literature import CUSTOMARY, GUIDANCE, LEBANON, SYRIA
from holdfire.terms.lint.rule import Example, Place, Precedent, Rule, clauses
from holdfire.terms.model import Agreement, Clause, Term

_CODED: tuple[ListName, ...] = ("actor", "act", "weapon", "target")


def _unlimited(agreement: Agreement) -> Iterator[Place]:
    for at, _, clause in clauses(agreement, "permission"):
        facets = (clause.time, clause.place, clause.weapon, clause.condition)
        if not clause.limits and all(f is None for f in facets):
            yield Place(at, "no place, time, weapon, condition or other limit bounds what it allows")


def _covers(wide: Term | None, narrow: Term | None, name: ListName | None) -> bool:
    """Tell whether one term surely takes in all that another does or may."""
    if wide is None:
        return True
    if narrow is None or wide.besides:
        return False
    codes = [*narrow.certainly, *narrow.possibly]
    if name is None:
        return set(codes) <= set(wide.certainly)
    return all(set(code_list(name).lineage(c)) & set(wide.certainly) for c in codes)


def _swallows(permission: Clause, prohibition: Clause) -> bool:
    coded = all(_covers(getattr(permission, f), getattr(prohibition, f), f) for f in _CODED)
    return (
        coded
        and _covers(permission.place, prohibition.place, None)
        and permission.time in (None, prohibition.time)
        and permission.condition in (None, prohibition.condition)
    )


def _swallowing(agreement: Agreement) -> Iterator[Place]:
    for at, reading, clause in clauses(agreement, "permission"):
        for other in reading.clauses:
            exempts = not clause.exempts_from or other.id in clause.exempts_from
            if other.norm == "prohibition" and exempts and _swallows(clause, other):
                yield Place(at, f"it allows all that '{other.id}' forbids")


EXEMPTION_UNLIMITED = Rule(
    "exemption-unlimited",
    "An exemption without limits",
    "trap",
    "Who fires decides alone that it was self-defence, or a precision strike, or one on the front; nobody can show "
    "that it was not.",
    Precedent(
        "Of the ceasefire in Lebanon of November 2024 Israel's prime minister said that Israel kept its right to act "
        "against any threat to its security, and the freedom to enforce the agreement.",
        LEBANON,
    ),
    (GUIDANCE, CUSTOMARY),
    "Self-defence is a return of fire from the place fired upon, at the weapon that fires, while it fires, reported to "
    "the commission within two hours.",
    Example(
        "agreement",
        """\
readings:
  - {id: one, title: One, held_by: north, stated_on: 2026-01-29, summary: A week., clauses: [
      {id: c, norm: prohibition, text: No attacks.},
      {id: d, norm: permission, text: Self-defence., target: [military]}]}""",
        """\
readings:
  - {id: one, title: One, held_by: north, stated_on: 2026-01-29, summary: A week., clauses: [
      {id: c, norm: prohibition, text: No attacks.},
      {id: d, norm: permission, text: Self-defence., target: [military], limits: [
        only at the weapon that fires, reported to the commission within two hours]}]}""",
    ),
    _unlimited,
)
EXEMPTION_SWALLOWS = Rule(
    "exemption-swallows",
    "An exemption as wide as the rule",
    "trap",
    "What the clause forbids the exemption allows; nothing can ever be a violation.",
    Precedent(
        "The cessation of hostilities in Syria of February 2016 exempted attacks on ISIL, Al-Nusra Front and other "
        "groups listed by the Security Council, with no map of where these were; the opposition feared that any "
        "attack on it would be called one on them.",
        SYRIA,
    ),
    (GUIDANCE,),
    "The exemption holds within the areas of map 2 only, and towards the groups listed in annex E.",
    Example(
        "agreement",
        """\
readings:
  - {id: one, title: One, held_by: north, stated_on: 2026-01-29, summary: A week., clauses: [
      {id: c, norm: prohibition, text: No missiles., act: [missile_strike]},
      {id: d, norm: permission, text: Attacks of need., act: [attack], limits: [only where needed]}]}""",
        """\
readings:
  - {id: one, title: One, held_by: north, stated_on: 2026-01-29, summary: A week., clauses: [
      {id: c, norm: prohibition, text: No missiles., act: [missile_strike]},
      {id: d, norm: permission, text: Attacks of need., act: [attack], target: [launch_site]}]}""",
    ),
    _swallowing,
)
