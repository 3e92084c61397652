"""The plain way: each sentence by itself, capitalised words beside a speech verb, the code lists, the nearest number.

It stands for reading without structure: no quotes, no pronouns, no clauses, no negation. Its months, verbs and number
words are English.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from holdfire.monitor.coding import acts_of, mentions
from holdfire.places import Areas, Gazetteer

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
NAME = r"((?:[A-Z][\w'-]+ ?){1,4})"
SAID = re.compile(rf"{NAME} (?:said|told|announced|warned|confirmed|denied)|said {NAME}")
NUMBERS = {
    w: n
    for n, w in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    )
}
COUNT = rf"(\d[\d,]*|{'|'.join(NUMBERS)})"
CUES = {
    "confirmation": "confirm",
    "denial": "deni|reject",
    "warning": "warn",
    "talks": "talks|negotiat",
    "violation-claim": "violat|breach",
    "cold": "cold|freez",
    "outage": "without (?:power|heat|electricity)",
    "end": r"until|for \w+ days|week",
    "targets": "energy|infrastructure|hospital",
}


Read = tuple[str, int, int, dict[str, list[Any]]]


def read(text: str, published: date, gazetteer: Gazetteer, areas: Areas) -> list[Read]:
    """Return items as the scoring takes them: kind, span and values."""
    found: list[Read] = []
    for hit in re.finditer(r"[^.!?\n]+[.!?\n]", text):
        said = hit.group()
        by = SAID.search(said)
        speaker = (by[1] or by[2]).strip() if by else None
        place = next((w for w in re.findall(r"[A-Z][\w-]+", said) if areas.find(w) or gazetteer.find(w)), None)
        day = _day(said, published)
        about = [k for k, cue in CUES.items() if re.search(cue, said, re.IGNORECASE)]

        def note(kind: str, hit: re.Match[str] = hit, **values: Any) -> None:
            listed = {k: v if isinstance(v, list) else [v] for k, v in values.items() if v not in (None, [])}
            found.append((kind, hit.start(), hit.end(), listed))

        if speaker and about:
            note("statement", speaker=speaker, said_on=day, about=about)
        if re.search(r"truce|ceasefire|pause|halt", said) and re.search(r"agree|announce|promis|declare|will", said):
            terms = {"acts": acts_of(None, said), "targets": mentions("target", said), "place": place}
            note("pledge", announcer=speaker, starts=day, lasts=_length(said), **terms)
        killed, injured = _near(said, "kill|dead|died"), _near(said, "injur|wound")
        if killed is not None or injured is not None or re.search(r"\b(?:struck|hit|shelled|bombed)\b", said):
            values = {"killed_min": killed, "killed_max": killed, "injured_min": injured, "injured_max": injured}
            codes = {"weapon": mentions("weapon", said), "target": mentions("target", said)}
            note("incident", day=day, place=place, said_by=speaker, **codes, **values)
        if about.count("outage") or re.search(r"degrees|temperature", said):
            number = re.search(r"-?\d[\d,]*", said)
            value = float(number[0].replace(",", "")) if number else None
            fact = "outage" if "outage" in about else "cold"
            note("fact", fact=fact, value_min=value, value_max=value, place=place, day=day)
        if re.search(r"talks|meet|summit", said) and re.search(r"will|scheduled|planned", said):
            note("talks", day=day, place=place, status="scheduled")
    return found


def _day(said: str, published: date) -> str | None:
    if hit := re.search(rf"(\d{{1,2}}) ({'|'.join(MONTHS)})|({'|'.join(MONTHS)}) (\d{{1,2}})\b", said):
        number, month = int(hit[1] or hit[4]), MONTHS.index(hit[2] or hit[3]) + 1
        try:
            return date(published.year, month, number).isoformat()
        except ValueError:
            return None
    if hit := re.search("|".join(DAYS), said):
        return (published - timedelta(days=(published.weekday() - DAYS.index(hit[0])) % 7)).isoformat()
    return None


def _length(said: str) -> str | None:
    hit = re.search(rf"{COUNT}[- ](day|week|hour)", said)
    if hit is None:
        return None
    number = NUMBERS.get(hit[1]) or int(hit[1].replace(",", ""))
    return f"{number} {hit[2]}{'s' if number > 1 else ''}"


def _near(said: str, cue: str) -> int | None:
    word = re.search(cue, said)
    counts = [(abs(m.start() - word.start()), m[1]) for m in re.finditer(rf"\b{COUNT}\b", said)] if word else []
    if not counts:
        return None
    nearest = min(counts)[1]
    return NUMBERS[nearest] if nearest in NUMBERS else int(nearest.replace(",", ""))
