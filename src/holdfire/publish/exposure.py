"""Cold, heat and power in words: a sentence for each reading that can be quoted, then the figures behind it."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any

from holdfire.assess import EnergyDay, HazardTotal, ReadingExposure, Sensitivity
from holdfire.assess.exposure_days import COLD
from holdfire.publish import words
from holdfire.publish.content import Content

MEASURES = {
    "temperature_min": "lowest temperature, \N{DEGREE SIGN}C",
    "temperature_max": "highest temperature, \N{DEGREE SIGN}C",
}
LACKING = {"no_heat": "heat", "no_power": "power"}
PERSON, OF_UNIT = "person-hours", {"buildings": "building-hours", "customers": "customer-hours"}
OF_UNIT |= {"households": "household-hours", "people": PERSON}
DIGITS = 3
FEW_DAYS = 2


def exposure_view(content: Content) -> dict[str, Any] | None:
    """Return what the section on cold, heat and power shows; null where the case asks of none of them."""
    found = content.assessment.exposure
    if not found.hazards:
        return None
    titles = {r.id: r.title for r in content.agreement.readings}
    below = found.terms.below_c[0]
    readings = [
        {
            "title": titles[h.reading_id],
            "days": words.days(h.first, h.last),
            "sentence": sentence(h, below, found.hazards),
            "energy": energy_sentence(h),
            "beside": [_beside(b) for b in h.beside],
            "totals": [_total(t) for t in h.totals],
        }
        for h in found.readings
    ]
    outages = not LACKING.keys().isdisjoint(found.hazards)
    return {
        "title": _title(COLD in found.hazards, outages),
        "readings": readings,
        "below": _degrees(below) if COLD in found.hazards else None,
        "sensitivity": [_sensitivity(s, titles[s.reading_id]) for s in found.sensitivity],
        "figures": _figures(content),
        "population": any(t.hazard == "cold" and t.count_max for h in found.readings for t in h.totals),
    }


def _title(cold: bool, outages: bool) -> str:
    parts = [*(["in the cold"] if cold else []), *(["without heat or power"] if outages else [])]
    title = ", ".join(parts)
    return title[0].upper() + title[1:]


def sentence(found: ReadingExposure, below_c: float, hazards: Collection[str]) -> str:
    """Return what was borne in the days of a reading: heat, power and cold, and of how many days it is known.

    `hazards` are those that the case asks of; nothing is said of the others, not even that it is not known.
    """
    parts = [_lacking(found, hazard) for hazard in LACKING if hazard in hazards]
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


def about(value: float, up: bool) -> str:
    """Return a bound with three digits, rounded so that it stays a bound: 70,855,224 is at most 70.9 million."""
    if value < 10**DIGITS:
        return words.number(math.ceil(value) if up else math.floor(value))
    step = 10 ** (math.floor(math.log10(value)) + 1 - DIGITS)
    rounded = (math.ceil(value / step) if up else math.floor(value / step)) * step
    for size, name in ((10**9, "billion"), (10**6, "million")):
        if rounded >= size:
            return f"{rounded / size:.{DIGITS}g} {name}"
    return words.number(rounded)


def reach(low: float, high: float | None, unit: str) -> str:
    """Return '3 to 5 million person-hours', 'up to 5 million person-hours', or what is open."""
    if high is None:
        return f"at least {about(low, up=False)} {unit}" if low else f"{unit} without a bound"
    if low == high:
        return f"{about(low, up=False)} {unit}"
    return f"{about(low, up=False)} to {about(high, up=True)} {unit}" if low else f"up to {about(high, up=True)} {unit}"


def _lacking(found: ReadingExposure, hazard: str) -> str:
    """Return the place and quantity that is known on most days, as it was counted."""
    thing = LACKING[hazard]
    mine = [t for t in found.totals if t.hazard == hazard and t.kinds != ("forecast",)]
    if not mine:
        return f"Without {thing}: no figure was reported."
    top = max(mine, key=lambda t: (len(t.days), t.count_min is not None, t.count_max or t.count_min or 0))
    when = f" on {_days(top)}" if len(top.days) == 1 else f" at a time (figures of {_days(top)})"
    return f"In {top.place_name}, {_count(top)} {top.quantity}{when}{_lasting(top)}."


def _count(total: HazardTotal) -> str:
    if total.count_max is not None:
        return f"{'' if total.count_min == total.count_max else 'up to '}{words.number(total.count_max)}"
    return "an unknown number of" if total.count_min is None else f"at least {words.number(total.count_min)}"


def _lasting(total: HazardTotal) -> str:
    """Return what it comes to over the days; an upper bound alone where nobody stated for how long."""
    unit = OF_UNIT[total.unit]
    if total.hours_min:
        told = f": {reach(total.unit_hours_min, total.unit_hours_max, unit)}"
    elif total.unit_hours_max is None:
        told = ", nobody stated for how long"
    else:
        told = f": up to {about(total.unit_hours_max, up=True)} {unit}, as nobody stated for how long"
    if total.unit != "people" and total.person_hours_max is not None:
        told += f" ({reach(total.person_hours_min or 0, total.person_hours_max, PERSON)})"
    return told


def _cold(found: ReadingExposure, below_c: float) -> str:
    """Return person-hours below the threshold in the place that is known on most days, or how little is known."""
    cold = [t for t in found.totals if t.hazard == "cold" and t.threshold_c == below_c]
    known = [t for t in cold if t.kinds != ("forecast",)]
    below = f"Below {_degrees(below_c)}"
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


def _amount(total: HazardTotal) -> str:
    return reach(total.unit_hours_min, total.unit_hours_max, OF_UNIT[total.unit])


def _degrees(value: float) -> str:
    return f"{words.number(value)} \N{DEGREE SIGN}C"


def _total(total: HazardTotal) -> dict[str, Any]:
    cold = total.hazard == "cold"
    what = f"below {_degrees(total.threshold_c)}" if total.threshold_c is not None else total.quantity
    people = total.person_hours_max is not None or bool(total.person_hours_min)
    person_hours = reach(total.person_hours_min or 0, total.person_hours_max, "") if people else None
    return {
        "place": total.place_name,
        "what": what,
        "count": words.reach(total.count_min, total.count_max) or ("population not known" if cold else "open"),
        "hours": words.reach(total.hours_min, total.hours_max),
        "amount": _amount(total) if total.count_max is not None or total.unit_hours_min else "not known",
        "person_hours": person_hours if total.unit != "people" else None,
        "days": f"{len(total.days)} of {total.of}",
        "kind": "" if total.kinds == ("observed",) else words.either(list(total.kinds), "and"),
    }


def _beside(day: EnergyDay) -> dict[str, Any]:
    def cold(low: float | None, high: float | None) -> str | None:
        return None if low is None else reach(low, high, "")

    return {
        "day": day.day,
        "violations": day.violations,
        "undetermined": day.undetermined,
        "cold": cold(day.cold_min, day.cold_max),
        "after": cold(day.after_min, day.after_max),
        "known": day.days_known,
    }


def _sensitivity(found: Sensitivity, title: str) -> dict[str, Any]:
    steps = [
        {
            "limit": _degrees(s.first_c)
            if s.first_c == s.last_c
            else f"{words.number(s.first_c)} to {_degrees(s.last_c)}",
            "violations": s.violations,
            "undetermined": s.undetermined,
            "own": any(s.first_c <= limit <= s.last_c for limit in found.limits),
        }
        for s in found.steps
    ]
    return {
        "title": title,
        "clause": found.clause_id,
        "limits": words.either([_degrees(limit) for limit in found.limits], "and"),
        "steps": steps,
        "sentence": sensitivity_sentence(found),
    }


def sensitivity_sentence(found: Sensitivity) -> str:
    """Return by how much violations move between the coldest threshold and the warmest."""
    first, last = found.steps[0], found.steps[-1]
    span = f"from {words.number(first.first_c)} to {_degrees(last.last_c)}"
    open_ = max(s.undetermined for s in found.steps)
    if len(found.steps) == 1:
        return (
            f"At every threshold {span}: {words.count(first.violations, 'violation')}, "
            f"{words.number(first.undetermined)} undetermined. What decides is of which days temperatures are known."
        )
    low, high = (f([s.violations for s in found.steps]) for f in (min, max))
    return (
        f"With the threshold {span}: {words.reach(low, high)} violations, and up to {words.number(open_)} undetermined."
    )


def _figures(content: Content) -> list[dict[str, Any]]:
    """Return what was reported of heat, power and cold on the days of the period, in order."""
    first, last = content.period
    rows = []
    for row in content.conditions.iter_rows(named=True):
        if row["fact"] == "alert_hours" or not first <= row["day"] <= last:
            continue
        rows.append(
            {
                "day": row["day"],
                "place": row["place_name"] or "",
                "fact": MEASURES.get(row["fact"], row["fact"]),
                "value": words.reach(row["value_min"], row["value_max"]),
                "kind": row["kind"],
                "url": row["url"],
            }
        )
    return sorted(rows, key=lambda r: (r["day"], r["fact"], r["place"], r["kind"], r["value"] or "", r["url"] or ""))
