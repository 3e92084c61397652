"""What was borne on the days of a reading, in sentences: heat, power and cold, the causes that are told, strikes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from holdfire.assess import CausePart, HazardTotal, ReadingExposure
from holdfire.assess.exposure_days import COLD
from holdfire.publish import words
from holdfire.publish.exposure_amounts import OF_UNIT, PERSON, degrees, reach

LACKING = {"no_heat": "heat", "no_power": "power"}
CAUSES = {"attack": "an attack", "grid_failure": "a grid failure", "weather": "the weather", "other": "something else"}
FEW_DAYS = 2


def sentence(found: ReadingExposure, below_c: float, hazards: Collection[str]) -> str:
    """Return what was borne in the days of a reading: heat, power and cold, and of how many days it is known.

    `hazards` are those that the case asks of; nothing is said of the others, not even that it is not known.
    """
    tops = {hazard: _top(found, hazard) for hazard in LACKING if hazard in hazards}
    causes = {hazard: causes_of(top) for hazard, top in tops.items() if top is not None}
    alike = len(causes) > 1 and len(set(causes.values())) == 1
    parts = [
        _lacking(hazard, top) + ("" if alike or top is None else f" Cause: {causes[hazard]}.")
        for hazard, top in tops.items()
    ]
    if alike:
        parts.append(f"Cause of both: {next(iter(causes.values()))}.")
    return " ".join([*parts, *([_cold(found, below_c)] if COLD in hazards else [])])


def energy_sentence(found: ReadingExposure) -> str:
    """Return how many incidents violate the reading by striking energy for sure, and how many more may."""
    sure = found.violations - found.absorbed
    more = found.violations + found.undetermined - sure
    if not sure:
        rest = f" for sure; {words.number(more)} may." if more else ", or may."
        return f"No incident violates this reading by striking energy{rest}"
    told = f"{words.count(sure, 'incident')} {'violates' if sure == 1 else 'violate'} this reading by striking energy"
    return f"{told}, and up to {words.number(more)} more may." if more else f"{told}."


def _top(found: ReadingExposure, hazard: str) -> HazardTotal | None:
    """Return the place and quantity that is known on most days; null where none is."""
    mine = [t for t in found.totals if t.hazard == hazard and t.kinds != ("forecast",)]
    return max(
        mine, key=lambda t: (len(t.days), t.count_min is not None, t.count_max or t.count_min or 0), default=None
    )


def _lacking(hazard: str, top: HazardTotal | None) -> str:
    """Return what a place lacked, as it was counted."""
    if top is None:
        return f"Without {LACKING[hazard]}: no figure was reported."
    when = f" on {_days(top)}" if len(top.days) == 1 else f" at a time (figures of {_days(top)})"
    return f"In {top.place_name}, {_count(top)} {top.quantity}{when}{_lasting(top)}."


def causes_of(total: HazardTotal) -> str:
    """Return what sources put an outage down to; where not all days are alike, with days and amounts."""
    if len(total.causes) == 1:
        return _cause(total.causes[0])
    unit = OF_UNIT[total.unit]
    told = []
    for part in total.causes:
        amount = reach(part.unit_hours_min, part.unit_hours_max, unit)
        told.append(f"{_cause(part)} on {days_of(part.days)} ({amount})")
    return "; ".join(told)


def causes_by_place(totals: Sequence[HazardTotal]) -> str | None:
    """Return what sources put every outage down to, and of how many they do not tell; null where there is none."""
    outages = [t for t in totals if t.causes]
    named = [t for t in outages if any(part.attributed_to for part in t.causes)]
    told = [f"{t.place_name}, {t.quantity}: {causes_of(t)}." for t in named]
    if silent := len(outages) - len(named):
        of = "Of all the others" if named else "Of all of these"
        told.append(f"{of if silent > 1 else 'Of the other one' if named else 'Of it'} no cause is told.")
    return f"Cause of the outages, by the sources. {' '.join(told)}" if told else None


def _cause(part: CausePart) -> str:
    """Return 'an attack', 'not told', or what some figures of a day say and others do not."""
    if not part.attributed_to:
        return "not told"
    first, *others = [CAUSES[c] for c in part.attributed_to]
    others += ["not told"] if part.untold else []
    return words.either([f"{first} by some figures", *(f"{c} by others" for c in others)], "and") if others else first


def days_of(days: Sequence[date]) -> str:
    """Return '2 Feb and 3 Feb', or '4 days'."""
    return f"{len(days)} days" if len(days) > FEW_DAYS else words.either([words.day(d) for d in days], "and")


def _count(total: HazardTotal) -> str:
    if total.count_max is not None:
        return f"{'' if total.count_min == total.count_max else 'up to '}{words.number(total.count_max)}"
    return "an unknown number of" if total.count_min is None else f"at least {words.number(total.count_min)}"


def _lasting(total: HazardTotal) -> str:
    """Return what it comes to over the days; nothing where neither number nor hours bound it."""
    unit = OF_UNIT[total.unit]
    if not total.hours_min and total.unit_hours_max is None:
        return ""
    told = f": {reach(total.unit_hours_min, total.unit_hours_max, unit)}"
    if total.unit != "people" and total.person_hours_max is not None:
        told += f" ({reach(total.person_hours_min or 0, total.person_hours_max, PERSON)})"
    return told


def _cold(found: ReadingExposure, below_c: float) -> str:
    """Return person-hours below the threshold in the place that is known on most days, or how little is known."""
    cold = [t for t in found.totals if t.hazard == "cold" and t.threshold_c == below_c]
    known = [t for t in cold if t.kinds != ("forecast",)]
    below = f"Below {degrees(below_c)}"
    if not known:
        return f"{below}: not known of any day{'; there are only forecasts' if cold else ''}."
    top = max(known, key=lambda t: (len(t.days), t.count_max or 0))
    others = top.of - len(top.days)
    rest = f"; of the other {words.count(others, 'day')} it is not known" if others else ""
    if top.count_max is None:
        hours = f"{words.reach(top.hours_min, top.hours_max)} hours, for people whose number is not known,"
    else:
        hours = reach(top.person_hours_min or 0, top.person_hours_max, PERSON)
    return f"{below}: {hours} in {top.place_name} on {_days(top)}{rest}."


def _days(total: HazardTotal) -> str:
    """Return the days on which something is known, by name if they are one or two."""
    if len(total.days) == total.of > 1:
        return f"all {total.of} days"
    if len(total.days) <= FEW_DAYS:
        return words.either([words.day(d) for d in total.days], "and")
    return f"{len(total.days)} of {total.of} days"
