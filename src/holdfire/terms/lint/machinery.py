"""What keeps a truce going: a text, somebody who verifies, a channel, a procedure."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from holdfire.terms.lint.literature import (
    COLD_SPELL,
    DISENGAGEMENT,
    ETH_PRIO,
    GUIDANCE,
    HODEIDAH_RULES,
    JOINT_CENTRE,
    PAX,
)
from holdfire.terms.lint.rule import Example, Place, Precedent, Rule
from holdfire.terms.model import Agreement


def _missing(part: str, found: str) -> Callable[[Agreement], Iterator[Place]]:
    def missing(agreement: Agreement) -> Iterator[Place]:
        if getattr(agreement, part) is None:
            yield Place((part,), found)

    return missing


def _unwritten(agreement: Agreement) -> Iterator[Place]:
    if agreement.form == "verbal":
        yield Place(("form",), "nothing was written down")


VERIFICATION_MISSING = Rule(
    "verification-missing",
    "No verification body",
    "gap",
    "Without somebody who may look and whose word counts, each side's list of the other's violations is all there is.",
    Precedent(
        "Disengagement at Zolote and Petrivske, agreed in 2016, was to follow seven days of quiet confirmed by the "
        "OSCE mission: both sides' claims could be told from what it had seen. For the pause of January 2026 there "
        "was no such body, and each side told its own count (CS-S016, CS-S088).",
        DISENGAGEMENT,
    ),
    (GUIDANCE, PAX, ETH_PRIO),
    "A commission of three, named by A, by B and by the mediator, verifies; it has access within six hours to every "
    "place that it names, and reports to both parties and to the public.",
    Example(
        "agreement",
        "verification: null",
        "verification: {body: A commission of three, reports_to: both parties, method: access within six hours}",
    ),
    _missing("verification", "nobody is named who verifies"),
)
REPORTING_MISSING = Rule(
    "reporting-missing",
    "No reporting channel",
    "gap",
    "An incident that cannot be reported to the other side in the hour is answered with fire.",
    Precedent(
        "From September 2014 officers of Ukraine and Russia sat in one centre near the line of contact. When Russia's "
        "left in December 2017, France, Germany and Poland urged that they return.",
        JOINT_CENTRE,
    ),
    (GUIDANCE, ETH_PRIO),
    "Each party keeps a duty officer at the number in annex F at all hours; an alleged violation is reported there "
    "within one hour.",
    Example(
        "agreement",
        "reporting: null",
        "reporting: {channel: duty officers of both parties, within: one hour}",
    ),
    _missing("reporting", "nothing says to whom a violation is reported"),
)
DISPUTES_MISSING = Rule(
    "disputes-missing",
    "No dispute procedure",
    "gap",
    "Every truce is broken or said to be; without a next step, the next step is to end it.",
    Precedent(
        "The agreement on Hodeidah of December 2018 defined neither what a violation was nor a way to stop fighting "
        "once it broke out anew; clashes were reported within hours.",
        HODEIDAH_RULES,
    ),
    (GUIDANCE, PAX),
    "A disputed term or incident goes to the commission, which decides within 48 hours; until then both parties keep "
    "to the agreement.",
    Example(
        "agreement",
        "disputes: null",
        "disputes: {procedure: The commission decides within 48 hours}",
    ),
    _missing("disputes", "nothing says who settles a dispute over a term or an incident"),
)
UNWRITTEN = Rule(
    "unwritten",
    "Nothing was written down",
    "gap",
    "There is no text to go back to: what was agreed is what each side last said that it was.",
    Precedent(
        "An adviser called the pause of January 2026 an unwritten gentlemen's agreement; four readings of it went "
        "round within five days (CS-S066, CS-S067).",
        COLD_SPELL,
    ),
    (GUIDANCE, ETH_PRIO),
    "One signed text in every language of the parties, deposited with the mediator and published.",
    Example("agreement", "form: verbal", "form: written"),
    _unwritten,
)
