"""Cold, heat and power in words: a sentence for each reading that can be quoted, then the figures behind it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from holdfire.assess import EnergyDay, HazardTotal, ReadingExposure, Sensitivity
from holdfire.assess.exposure_days import COLD
from holdfire.publish import words
from holdfire.publish.content import Content
from holdfire.publish.exposure_amounts import OF_UNIT, degrees, reach
from holdfire.publish.exposure_lead import cause_sentences, elsewhere, lead
from holdfire.publish.exposure_sentences import CAUSES, LACKING, causes_by_place, energy_sentence, sentence

MEASURES = {
    "temperature_min": "lowest temperature, \N{DEGREE SIGN}C",
    "temperature_max": "highest temperature, \N{DEGREE SIGN}C",
}


def exposure_view(content: Content) -> dict[str, Any] | None:
    """Return what the section on cold, heat and power shows; null where the case asks of none of them."""
    found = content.assessment.exposure
    if not found.hazards:
        return None
    titles = {r.id: r.title for r in content.agreement.readings}
    below = found.terms.below_c[0]
    outages = not LACKING.keys().isdisjoint(found.hazards)
    told = {t.hazard for h in found.readings for t in h.totals}
    hazards = [h for h in found.hazards if h in told]
    return {
        "title": _title(COLD in found.hazards, outages),
        "lead": lead(found.known, found.hazards, below),
        "elsewhere": elsewhere(found.known, found.hazards),
        "causes": cause_sentences(found.known.causes) if outages else [],
        "windows": [_window(own, titles, below, hazards) for own in _windows(found.readings)],
        "below": degrees(below) if COLD in found.hazards else None,
        "sensitivity": [_sensitivity(s, titles[s.reading_id]) for s in found.sensitivity],
        "figures": _figures(content),
        "population": any(t.hazard == COLD and t.count_max for h in found.readings for t in h.totals),
    }


def _windows(readings: Sequence[ReadingExposure]) -> list[list[ReadingExposure]]:
    """Put together the readings of the same days: what was borne in these is told once."""
    groups: dict[tuple[Any, ...], list[ReadingExposure]] = {}
    for found in readings:
        days = tuple(b.day for b in found.beside)
        groups.setdefault((found.first, found.last, days), []).append(found)
    return list(groups.values())


def _window(
    own: Sequence[ReadingExposure], titles: Mapping[str, str], below_c: float, hazards: Collection[str]
) -> dict[str, Any]:
    one = own[0]
    energy = [energy_sentence(h) for h in own]
    if len(own) > 1:
        energy = [f"{titles[h.reading_id]}: {told}" for h, told in zip(own, energy, strict=True)]
    return {
        "titles": "; ".join(titles[h.reading_id] for h in own),
        "days": words.days(one.first, one.last),
        "sentence": sentence(one, below_c, hazards),
        "energy": " ".join(energy),
        "totals": [_total(t) for t in one.totals],
        "causes": causes_by_place(one.totals),
        "strikes": [_strikes(h, titles[h.reading_id]) for h in own],
    }


def _strikes(found: ReadingExposure, title: str) -> dict[str, Any]:
    """Return the days of a reading of which something is to be told, and how many others there are."""
    shown = [b for b in found.beside if b.violations or b.undetermined or b.cold_min is not None]
    others = len(found.beside) - len(shown)
    return {
        "title": title,
        "days": [_beside(b) for b in shown],
        "cold": any(b.after_min is not None for b in found.beside),
        "rest": words.count(others, "other day" if shown else "day") if others else None,
    }


def _title(cold: bool, outages: bool) -> str:
    parts = [*(["in the cold"] if cold else []), *(["without heat or power"] if outages else [])]
    title = ", ".join(parts)
    return title[0].upper() + title[1:]


def _amount(total: HazardTotal) -> str:
    return reach(total.unit_hours_min, total.unit_hours_max, OF_UNIT[total.unit])


def _total(total: HazardTotal) -> dict[str, Any]:
    cold = total.hazard == "cold"
    what = f"below {degrees(total.threshold_c)}" if total.threshold_c is not None else total.quantity
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
            "limit": degrees(s.first_c)
            if s.first_c == s.last_c
            else f"{words.number(s.first_c)} to {degrees(s.last_c)}",
            "violations": s.violations,
            "undetermined": s.undetermined,
            "own": any(s.first_c <= limit <= s.last_c for limit in found.limits),
        }
        for s in found.steps
    ]
    return {
        "title": title,
        "clause": found.clause_id,
        "limits": words.either([degrees(limit) for limit in found.limits], "and"),
        "steps": steps,
        "sentence": sensitivity_sentence(found),
    }


def sensitivity_sentence(found: Sensitivity) -> str:
    """Return by how much violations move between the coldest threshold and the warmest."""
    first, last = found.steps[0], found.steps[-1]
    span = f"from {words.number(first.first_c)} to {degrees(last.last_c)}"
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
                "said_by": row["said_by"],
                "cause": CAUSES.get(row["attributed_to"]),
                "url": row["url"],
            }
        )
    return sorted(rows, key=lambda r: (r["day"], r["fact"], r["place"], r["kind"], r["value"] or "", r["url"] or ""))
