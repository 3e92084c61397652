"""What can be quoted of a whole period: what is known at least, who said so, what nobody told, and which causes."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from holdfire.assess import CauseFigures, Firmest, Known
from holdfire.assess.exposure_days import COLD
from holdfire.publish import words
from holdfire.publish.exposure_amounts import PERSON, about, degrees
from holdfire.publish.exposure_sentences import CAUSES, LACKING, days_of

ALWAYS_NAMED = ("attack", "grid_failure")


def lead(known: Known, hazards: Collection[str], below_c: float) -> str:
    """Return one sentence on a period: what is known at least, where, when and who said so, and what is not known.

    `hazards` are those that the case asks of. Of the others nothing is said.
    """
    span = f"the {known.of} days from {words.full(known.first)} to {words.full(known.last)}"
    if known.of == 1:
        span = words.full(known.first)
    floors = [_floor(f) for f in known.firmest if f.hazard in hazards]
    if COLD in hazards and known.cold is not None and known.cold.person_hours_min:
        hours = f"{about(known.cold.person_hours_min, up=False)} {PERSON} below {degrees(below_c)}"
        where = f"in {known.cold.place_name} on {days_of(known.cold.days)}"
        floors.append(f"at least {hours} {where} (by temperatures and the people on record)")
    gaps = _gaps(known, hazards, below_c)
    told_gaps = gaps[-1] if len(gaps) == 1 else f"{', '.join(gaps[:-1])}, and {gaps[-1]}" if gaps else ""
    if not floors:
        return f"For {span}, {told_gaps}: unknown, which is not zero."
    told = words.either(floors, "and")
    return f"{told[0].upper()}{told[1:]}: so much was reported of {span}{f'; {told_gaps}' if gaps else ''}."


def elsewhere(known: Known, hazards: Collection[str]) -> str | None:
    """Return what is known at least of the places that the lead does not name; null where there are none."""
    mine = sorted((f for f in known.elsewhere if f.hazard in hazards), key=lambda f: f.count_min is None)
    told = [f"{_number(f, '')} in {f.place_name} on {words.day(f.day)}" for f in mine]
    if not mine:
        return None
    return f"Elsewhere{'' if mine[0].count_min is None else ' at least'} {words.either(told, 'and')}."


def _floor(found: Firmest) -> str:
    whose = f"said by {words.either(list(found.said_by), 'and')}" if found.said_by else "it is not stated who said so"
    return f"{_number(found, 'at least ')} in {found.place_name} on {words.full(found.day)} ({whose})"


def _number(found: Firmest, least: str) -> str:
    if found.count_min is not None:
        return f"{least}{words.number(found.count_min)} {found.quantity}"
    number = "an unknown number of" if found.count_max is None else f"up to {words.number(found.count_max)}"
    return f"{number} {found.quantity}"


def _gaps(known: Known, hazards: Collection[str], below_c: float) -> list[str]:
    """Return what is not known: how long it lasted, what nobody counted, and of how many days nothing was reported."""
    asked = [LACKING[h] for h in LACKING if h in hazards]
    counted = {LACKING[f.hazard] for f in known.firmest}
    missing = [thing for thing in asked if thing not in counted]
    told = []
    if len(missing) < len(asked):
        if not known.hours_stated:
            told.append("for how long nobody stated")
        if without := known.of - len(known.figure_days):
            told.append(f"for {words.number(without)} of them there is no figure of {words.either(asked)}")
    if missing:
        told.append(f"no figure of {words.either(missing)} was reported")
    if COLD in hazards and (dark := known.of - len(known.cold_days)):
        days = f" for {words.number(dark) if known.cold_days else 'any'} of them" if known.of > 1 else ""
        told.append(f"whether it was below {degrees(below_c)} is not known{days}")
    return told


def cause_sentences(found: Sequence[CauseFigures]) -> list[str]:
    """Return of how many figures each cause is told: of those that were counted, then of the others."""
    by_cause = {f.attributed_to: f for f in found}
    counted = sum(f.counted for f in found)
    told = []
    if counted:
        named = [c for c in CAUSES if c in ALWAYS_NAMED or (c in by_cause and by_cause[c].counted)]
        parts = words.either([_counted(by_cause.get(c), CAUSES[c]) for c in named], "and")
        silent = _silent(by_cause[None]) if None in by_cause and by_cause[None].counted else ""
        told.append(f"Of {words.count(counted, 'figure')} of heat or power, the sources attribute {parts}{silent}.")
    others = [f for f in found if f.attributed_to is not None and f.figures > f.counted]
    if others:
        parts = words.either([_other(f, CAUSES[str(f.attributed_to)]) for f in others], "and")
        told.append(f"Of figures of other things, such as regions, which enter no sum here, they attribute {parts}.")
    return told


def _counted(found: CauseFigures | None, cause: str) -> str:
    if found is None or not found.counted:
        return f"none to {cause}"
    where = words.either(list(found.places), "and")
    return f"{words.number(found.counted)} to {cause} ({where}, {days_of(found.days)})"


def _silent(found: CauseFigures) -> str:
    figures = f"{words.number(found.counted)}, of {words.count(len(found.places), 'place')},"
    return f"; for {figures} no cause is told, which says neither that an attack played a part nor that none did"


def _other(found: CauseFigures, cause: str) -> str:
    return f"{words.number(found.figures - found.counted)} to {cause} ({days_of(found.other_days)})"
