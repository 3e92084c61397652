"""Who: actors without a name, forces without a commander, duties of one side or of both."""

from __future__ import annotations

from collections.abc import Iterator

from holdfire.terms.codelist import code_list
from holdfire.terms.lint.literature import COLD_SPELL, ETH_PRIO, GUIDANCE, HAGUE, LIBYA, SYRIA, VICTORY_DAY
from holdfire.terms.lint.rule import Example, Place, Precedent, Rule, clauses
from holdfire.terms.model import Agreement, Clause, Party, Reading


def fighting(agreement: Agreement) -> list[Party]:
    """Return the parties that have forces."""
    return [p for p in agreement.parties if p.actors]


def binds(clause: Clause, party: Party) -> bool:
    """Tell whether a clause speaks of a party's forces; one that names no actor speaks of everybody's."""
    if clause.actor is None:
        return True
    actors = code_list("actor")
    named = {*clause.actor.certainly, *clause.actor.possibly}
    return any(named & set(actors.lineage(own)) for own in party.actors)


def bound(reading: Reading, agreement: Agreement) -> list[Party]:
    """Return the parties on which a reading lays a prohibition or an obligation."""
    duties = [c for c in reading.clauses if c.norm != "permission"]
    return [p for p in fighting(agreement) if any(binds(c, p) for c in duties)]


def _unnamed(agreement: Agreement) -> Iterator[Place]:
    for at, _, clause in clauses(agreement, "prohibition", "obligation"):
        if clause.actor is None:
            yield Place(at, "it names nobody whom it binds")


def _uncommanded(agreement: Agreement) -> Iterator[Place]:
    concerned = {p.id for r in agreement.readings for p in bound(r, agreement)}
    for party in fighting(agreement):
        if party.id in concerned and party.commands is None:
            found = f"nothing says which forces, groups and proxies answer to {party.name}"
            yield Place(("parties", party.id), found)


def _mutual(reading: Reading, agreement: Agreement) -> bool:
    return reading.mutual if reading.mutual is not None else len(bound(reading, agreement)) == len(fighting(agreement))


def _one_sided(agreement: Agreement) -> Iterator[Place]:
    for reading in agreement.readings:
        if reading.mutual is None and not _mutual(reading, agreement) and bound(reading, agreement):
            names = " and ".join(p.name for p in bound(reading, agreement))
            yield Place(
                ("readings", reading.id), f"under '{reading.id}' only {names} is bound; what the other owes is unsaid"
            )


def _sides_disputed(agreement: Agreement) -> Iterator[Place]:
    if len(fighting(agreement)) < 2:
        return
    first = agreement.readings[0]
    for reading in agreement.readings[1:]:
        if _mutual(reading, agreement) != _mutual(first, agreement):
            told = {True: "binds both sides", False: "binds one side"}
            found = (
                f"'{reading.id}' {told[_mutual(reading, agreement)]}, '{first.id}' {told[_mutual(first, agreement)]}"
            )
            yield Place(("readings", reading.id), found)
            return


ACTOR_UNNAMED = Rule(
    "actor-unnamed",
    "Nobody is named",
    "gap",
    "A clause that binds nobody by name binds nobody who can be held to it.",
    Precedent(
        "The cessation of hostilities in Syria of February 2016 applied to whoever told the United States or Russia "
        "that they accepted it; who had was a matter of lists that the two kept.",
        SYRIA,
    ),
    (GUIDANCE, ETH_PRIO),
    "The armed forces of A, and the groups listed in annex D, do not ...",
    Example("clause", "actor: null", "actor: [russia_forces]"),
    _unnamed,
)
COMMAND_UNSAID = Rule(
    "command-unsaid",
    "Who commands whom is unsaid",
    "gap",
    "A strike by a militia, a company or a proxy is nobody's violation until somebody answers for it.",
    Precedent(
        "The Libyan ceasefire of October 2020 gave mercenaries and foreign fighters three months to leave. Those who "
        "had brought them had signed nothing; the day passed and they stayed.",
        LIBYA,
    ),
    (GUIDANCE, HAGUE),
    "A answers for its armed forces and for the groups listed in annex D; each party has notified its orders to all "
    "of them.",
    Example(
        "agreement",
        "parties:\n"
        "  - {id: north, name: The north, actors: [russia_forces]}\n"
        "  - {id: south, name: The south, actors: [ukraine_forces], commands: [its army, the guard]}",
        "parties:\n"
        "  - {id: north, name: The north, actors: [russia_forces], commands: [its army, the river militia]}\n"
        "  - {id: south, name: The south, actors: [ukraine_forces], commands: [its army, the guard]}",
    ),
    _uncommanded,
)
MUTUAL_UNSAID = Rule(
    "mutual-unsaid",
    "One side's duty, and silence on the other's",
    "gap",
    "The side that is bound will say that the other was too, and answer its fire as a violation.",
    Precedent(
        "The Kremlin spoke in January 2026 of a partial suspension of its own strikes, and had no word on what Ukraine "
        "was to do (CS-S052).",
        COLD_SPELL,
    ),
    (GUIDANCE, ETH_PRIO),
    "This is a unilateral undertaking of A; it is not conditional on what B does. Or: each party undertakes the same.",
    Example("reading", "mutual: null", "mutual: false"),
    _one_sided,
)
MUTUAL_DISPUTED = Rule(
    "mutual-disputed",
    "Mutual to one, one-sided to another",
    "trap",
    "What one side counts as the other's violation is, to that other, a thing it never promised.",
    Precedent(
        "Russia declared the truce of May 2025 alone and then counted thousands of violations by Ukraine, which had "
        "not agreed to it (VD-S005, VD-S013).",
        VICTORY_DAY,
    ),
    (GUIDANCE,),
    "Both parties undertake the following, each towards the other, and each in its own signed text.",
    Example(
        "agreement",
        """\
readings:
  - {id: one, title: One, held_by: north, stated_on: 2026-01-29, summary: A week., clauses: [
      {id: c, norm: prohibition, text: No attacks., actor: [russia_forces]}]}
  - {id: two, title: Two, held_by: south, stated_on: 2026-01-29, summary: A week., clauses: [
      {id: c, norm: prohibition, text: No attacks., actor: [state_forces]}]}""",
        """\
readings:
  - {id: one, title: One, held_by: north, stated_on: 2026-01-29, summary: A week., clauses: [
      {id: c, norm: prohibition, text: No attacks., actor: [russia_forces, ukraine_forces]}]}
  - {id: two, title: Two, held_by: south, stated_on: 2026-01-29, summary: A week., clauses: [
      {id: c, norm: prohibition, text: No attacks., actor: [state_forces]}]}""",
    ),
    _sides_disputed,
)
