"""What was said: pledges that those who are bound did not confirm, and statements that contradict a term."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from holdfire.terms.instants import Length, Span, length, midnight
from holdfire.terms.lint.actors import binds, fighting
from holdfire.terms.lint.figures import days, lengths, tongues
from holdfire.terms.lint.literature import COLD_SPELL, GUIDANCE, HAGUE, TWELVE_DAYS
from holdfire.terms.lint.rule import Example, Place, Precedent, Rule
from holdfire.terms.lint.windows import apart, outer_bounds
from holdfire.terms.model import Agreement, Party, Reading, Statement

LONGEST = 3660
"""Longer lengths, in days or hours, are taken for a slip."""
_YEAR = re.compile(r"\b(?:19|20|21)\d{2}\b")
_UNSURE = re.compile(
    r"\b(about|after|almost|around|ask\w*|at least|at most|before|could|exten\w+|if|less|longer|may|might|more|most"
    r"|near\w*|next|no|not|offer\w*|only|or|over|perhaps|possibl\w+|propos\w+|read\w*|rumou?r\w*|short\w*|should"
    r"|since|some|than|under|until further|up to|want\w*|whether|would)\b|\?",
    re.IGNORECASE,
)


def of_party(statement: Statement, party: Party) -> bool:
    """Tell whether a statement is a party's own, by the party's id or name."""
    return (statement.party or "").casefold() in (party.id.casefold(), party.name.casefold())


def _unconfirmed(agreement: Agreement) -> Iterator[Place]:
    """Say once for each party, of the first reading that binds it by name, unless that is its own."""
    for party in fighting(agreement):
        for reading in agreement.readings:
            named = [c for c in reading.clauses if c.norm != "permission" and c.actor is not None]
            if not any(binds(c, party) for c in named):
                continue
            if reading.held_by == party.id:
                break
            if found := _confirmation(agreement, party, reading):
                yield Place(("readings", reading.id, "held_by"), found)
            break


def _confirmation(agreement: Agreement, party: Party, reading: Reading) -> str | None:
    mine = sorted((s for s in agreement.statements if of_party(s, party)), key=lambda s: (s.said_on, s.id))
    confirmed = next((s for s in mine if s.about == "confirmation"), None)
    before = [s for s in mine if s.about == "denial" and (confirmed is None or s.said_on < confirmed.said_on)]
    denied = f"; before that it denied it or declined to say ({before[0].id})" if before and confirmed else ""
    bound = f"'{reading.id}' binds {party.name}, which did not state it"
    if confirmed is None:
        return f"{bound} and {f'denied it or declined to say ({before[0].id})' if before else 'never confirmed it'}"
    late = (confirmed.said_on - reading.stated_on).days
    if late <= 0:
        return None
    return f"{bound} and confirmed it {late} day{'s' if late > 1 else ''} later ({confirmed.id}){denied}"


def _contradicted(agreement: Agreement) -> Iterator[Place]:
    parties = {p.id: p for p in agreement.parties}
    for reading in agreement.readings:
        bounds = outer_bounds(reading, agreement)
        for statement in agreement.statements:
            later = statement.said_on >= reading.stated_on
            if bounds is None or not later or not of_party(statement, parties[reading.held_by]):
                continue
            if found := _against(statement, bounds, agreement):
                yield Place(("statements", statement.id), f"{statement.id} says {found} of '{reading.id}'")


def _against(statement: Statement, bounds: tuple[Span, Span], agreement: Agreement) -> str | None:
    """Return what a statement says against a window; null where it is not sure to say anything against it."""
    if statement.about not in ("start", "end", "duration") or _UNSURE.search(statement.value):
        return None
    english = tongues()["en"]
    named, lasting = days(statement.value, english), lengths(statement.value, english)
    if len(named) == 1 and not lasting and statement.about != "duration":
        day = _nearest(named[0], statement.said_on)
        if day is None or {*_YEAR.findall(statement.value)} - {str(day.year)}:
            return None
        said = Span(midnight(day, agreement.zone), midnight(day + timedelta(days=1), agreement.zone))
        differs = apart(said, bounds[0 if statement.about == "start" else 1])
        return f"{day.day} {day:%b %Y} and differs from the {statement.about}" if differs else None
    if len(lasting) == 1 and not named and statement.about != "start":
        number, unit = lasting[0]
        if unit == "month" or not 0 < number <= LONGEST:
            return None
        told = length(f"{number} {unit}s")
        return f"{number} {unit}s and differs from the length" if _differs(told, bounds, agreement) else None
    return None


def _nearest(named: tuple[int, int], said_on: date) -> date | None:
    """Return the day of that name nearest to when it was said; null for one that does not exist."""
    found = []
    for year in (said_on.year - 1, said_on.year, said_on.year + 1):
        if not 1900 < year < 2200:
            continue
        try:
            found.append(date(year, *named))
        except ValueError:
            continue
    return min(found, key=lambda d: abs(d - said_on)) if found else None


def _differs(told: Length, bounds: tuple[Span, Span], agreement: Agreement) -> bool:
    """Tell whether a window surely is not of a length, by more than the day that words may leave open."""
    start, end = bounds
    if start.earliest is None or start.latest is None or end.earliest is None or end.latest is None:
        return False
    least, most = end.earliest - start.latest, end.latest - start.earliest
    said = timedelta(days=told.days, hours=told.hours)
    return not least - timedelta(days=1) <= said <= most + timedelta(days=1)


UNCONFIRMED = Rule(
    "unconfirmed",
    "Announced by another, not confirmed by who is bound",
    "trap",
    "A party that did not say it was bound can say later that it never was, or that it was bound to something else.",
    Precedent(
        "The US president announced on 23 June 2025 that Israel and Iran had agreed to a ceasefire; Iran's foreign "
        "minister answered that there was no agreement, and that Iran would stop if Israel did.",
        TWELVE_DAYS,
    ),
    (GUIDANCE, HAGUE),
    "Each party announces its own undertaking, in the words of the agreed text, before the hour of entry into force.",
    Example(
        "agreement",
        """\
statements:
  - {id: S1, speaker: An envoy, said_on: 2026-01-29, outlet: A wire, url: "https://example.org/1", about: scope,
     value: The north will not fire for a week.}""",
        """\
statements:
  - {id: S1, speaker: An envoy, said_on: 2026-01-29, outlet: A wire, url: "https://example.org/1", about: scope,
     value: The north will not fire for a week.}
  - {id: S2, speaker: A spokeswoman, party: The north, said_on: 2026-01-29, outlet: A wire,
     url: "https://example.org/2", about: confirmation, value: The north confirms its undertaking of a week.}""",
    ),
    _unconfirmed,
)
CONTRADICTED = Rule(
    "contradicted",
    "Said again, and otherwise",
    "trap",
    "A party that gives two dates for one term has left it to the others to choose, and they will choose differently.",
    Precedent(
        "Ukraine's president counted the week of the pause of January 2026 from the night to the 30th, and later said "
        "that it was to run from after the talks of 23 and 24 January until the next round (CS-S020, CS-S063).",
        COLD_SPELL,
    ),
    (GUIDANCE,),
    "Statements to the press do not change this agreement; only a text signed by both parties does.",
    Example(
        "agreement",
        """\
statements:
  - {id: S1, speaker: A minister, party: south, said_on: 2026-02-02, outlet: A wire, url: "https://example.org/1",
     about: end, value: It ends on 9 February.}""",
        """\
statements:
  - {id: S1, speaker: A minister, party: south, said_on: 2026-02-02, outlet: A wire, url: "https://example.org/1",
     about: end, value: It ends on 5 February.}""",
    ),
    _contradicted,
)
