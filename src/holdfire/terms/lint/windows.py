"""When: starts, ends and the zone they are told in, and readings that do not agree on them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from holdfire.terms.instants import UNSAID, Span
from holdfire.terms.lint.literature import (
    COLD_SPELL,
    ETH_PRIO,
    GUIDANCE,
    HAGUE,
    MORATORIUM_END,
    MORATORIUM_UNSURE,
    TWELVE_DAYS,
)
from holdfire.terms.lint.rule import Example, Place, Precedent, Rule, clauses, moment
from holdfire.terms.lint.wording import FIRST_DAY, LAST_DAY, ZONE
from holdfire.terms.model import Agreement, Clause, FuzzyBound, Reading, Window

_WITH_OFFSET = re.compile(r"T.*(?:Z|[+-]\d{2}:?\d{2})$")


def _start_unsaid(agreement: Agreement) -> Iterator[Place]:
    for at, _, clause in clauses(agreement, "prohibition"):
        if clause.time is None:
            yield Place(at, "nothing says when it begins")
        elif clause.time.starts == UNSAID:
            yield Place((*at, "time", "starts"), "when it begins was left unsaid")


def _end_unsaid(agreement: Agreement) -> Iterator[Place]:
    for at, _, clause in clauses(agreement, "prohibition"):
        if clause.time is None or (clause.time.ends is None and clause.time.lasts is None):
            yield Place(at, "nothing says when it ends, or that it has no end")
        elif clause.time.ends == UNSAID:
            yield Place((*at, "time", "ends"), "when it ends was left unsaid")


def _between(bound: Span, agreement: Agreement) -> str:
    zone = agreement.zone
    if bound.earliest is not None and bound.earliest == bound.latest:
        return f"at {moment(bound.earliest, zone)}"
    low = "any time" if bound.earliest is None else moment(bound.earliest, zone)
    high = "any time" if bound.latest is None else moment(bound.latest, zone)
    return f"somewhere between {low} and {high}"


def _vague(agreement: Agreement, bound: str) -> Iterator[Place]:
    for at, _, clause in clauses(agreement):
        if clause.time is None:
            continue
        written = getattr(clause.time, bound)
        span = clause.time.bounds(agreement.zone)[0 if bound == "starts" else 1]
        if written not in (None, UNSAID) and span.earliest != span.latest:
            verb = "begins" if bound == "starts" else "ends"
            yield Place((*at, "time", bound), f"it {verb} {_between(span, agreement)}")


def _start_fuzzy(agreement: Agreement) -> Iterator[Place]:
    return _vague(agreement, "starts")


def _end_fuzzy(agreement: Agreement) -> Iterator[Place]:
    return _vague(agreement, "ends")


def _windows(reading: Reading) -> list[tuple[Clause, Window]]:
    return [(c, c.time) for c in reading.clauses if c.norm == "prohibition" and c.time is not None]


def outer_bounds(reading: Reading, agreement: Agreement) -> tuple[Span, Span] | None:
    """Return when the first prohibition of a reading begins and the last one ends; null where a bound is open."""
    bounds = [w.bounds(agreement.zone) for _, w in _windows(reading)]
    starts, ends = [b[0] for b in bounds], [b[1] for b in bounds]
    early, late = [s.earliest for s in starts if s.earliest], [s.latest for s in starts if s.latest]
    soon, last = [s.earliest for s in ends if s.earliest], [s.latest for s in ends if s.latest]
    if not bounds or {len(early), len(late), len(soon), len(last)} != {len(bounds)}:
        return None
    return Span(min(early), min(late)), Span(max(soon), max(last))


def apart(a: Span, b: Span) -> bool:
    """Tell whether two bounds surely differ: what either may mean, the other cannot."""
    if a.earliest is None or a.latest is None or b.earliest is None or b.latest is None:
        return False
    return a.latest < b.earliest or b.latest < a.earliest


def _disputed(agreement: Agreement, which: int) -> Iterator[Place]:
    verb = ("begins", "ends")[which]
    known = [(r, b) for r in agreement.readings if (b := outer_bounds(r, agreement)) is not None]
    for n, (reading, bounds) in enumerate(known):
        for other, others in known[:n]:
            if apart(bounds[which], others[which]):
                clause, window = _windows(reading)[0]
                key = "starts" if which == 0 else "ends" if window.ends is not None else "lasts"
                mine, theirs = _between(bounds[which], agreement), _between(others[which], agreement)
                found = f"under '{reading.id}' it {verb} {mine}, under '{other.id}' {theirs}"
                yield Place(("readings", reading.id, "clauses", clause.id, "time", key), found)
                break


def _start_disputed(agreement: Agreement) -> Iterator[Place]:
    return _disputed(agreement, 0)


def _end_disputed(agreement: Agreement) -> Iterator[Place]:
    return _disputed(agreement, 1)


def _named_after(agreement: Agreement) -> Iterator[Place]:
    for reading in agreement.readings:
        bounds = outer_bounds(reading, agreement)
        ended = bounds[1].latest if bounds else None
        if ended is None:
            continue
        last_day = (ended - timedelta(microseconds=1)).astimezone(agreement.zone).date()
        if reading.stated_on > last_day:
            found = f"first stated on {reading.stated_on}, when the time it names was over"
            yield Place(("readings", reading.id, "stated_on"), found)


def _zone_unsaid(agreement: Agreement) -> Iterator[Place]:
    if agreement.time_zone_stated:
        return
    written = [t for _, _, clause in clauses(agreement) for t in _written(clause)]
    local = [t for t in written if not _WITH_OFFSET.search(t)]
    if local:
        found = f"nobody named a time zone, and {len(local)} of {len(written)} times have no offset, as '{local[0]}'"
        yield Place(("time_zone",), found)


def _written(clause: Clause) -> Iterator[str]:
    bounds = [clause.deadline, *((clause.time.starts, clause.time.ends) if clause.time else ())]
    for bound in bounds:
        if isinstance(bound, FuzzyBound):
            yield from (bound.no_earlier, bound.no_later)
        elif bound is not None and bound != UNSAID:
            yield bound


START_UNSAID = Rule(
    "start-unsaid",
    "No start",
    "gap",
    "An incident in the first hours is a violation to one side and the last of the fighting to the other.",
    Precedent(
        "No day or hour was named for the pause of January 2026; the Kremlin's spokesman said that neither side had "
        "said when the request was made (CS-S002, CS-S097).",
        COLD_SPELL,
    ),
    (GUIDANCE, ETH_PRIO),
    f"This agreement takes effect at 00:00 {ZONE} on {FIRST_DAY}.",
    Example("clause", "time: {starts: unsaid, ends: 2026-02-06}", "time: {starts: 2026-01-30T00:00, ends: 2026-02-06}"),
    _start_unsaid,
)
START_FUZZY = Rule(
    "start-fuzzy",
    "A start that can be read in more than one way",
    "trap",
    "Every incident between the two starts is contested, and a length counted from the start carries the doubt to the "
    "end.",
    Precedent(
        "On 23 June 2025 a ceasefire of Israel and Iran was announced for about six hours later. Missiles came shortly "
        "before and after that hour, by Israel's account; one killed at least four people, and Israel struck again.",
        TWELVE_DAYS,
    ),
    (GUIDANCE, HAGUE),
    f"This agreement takes effect at 00:00 {ZONE} on {FIRST_DAY}. Weapons released before then and still in flight are "
    "no violation.",
    Example(
        "clause",
        "time: {starts: night of 2026-01-29, lasts: 1 week}",
        "time: {starts: 2026-01-30T00:00, lasts: 1 week}",
    ),
    _start_fuzzy,
)
START_DISPUTED = Rule(
    "start-disputed",
    "Readings begin at different times",
    "trap",
    "What happened between the two starts is judged differently by each side, and nothing in the agreement decides.",
    Precedent(
        "The energy moratorium of 2025 began on 18 March in the Kremlin's list, published a week later; Ukraine, with "
        "which the United States agreed on measures on 25 March, confirmed no start.",
        MORATORIUM_UNSURE,
    ),
    (GUIDANCE,),
    "The parties confirm to each other, through the mediator and in writing, the same hour of entry into force.",
    Example(
        "agreement",
        """\
readings:
  - {id: one, title: One, held_by: north, stated_on: 2026-01-29, summary: A week., clauses: [
      {id: c, norm: prohibition, text: No attacks., time: {starts: 2026-01-25, ends: 2026-02-06}}]}
  - {id: two, title: Two, held_by: south, stated_on: 2026-01-29, summary: A week., clauses: [
      {id: c, norm: prohibition, text: No attacks., time: {starts: 2026-01-30, ends: 2026-02-06}}]}""",
        """\
readings:
  - {id: one, title: One, held_by: north, stated_on: 2026-01-29, summary: A week., clauses: [
      {id: c, norm: prohibition, text: No attacks., time: {starts: 2026-01-30, ends: 2026-02-06}}]}
  - {id: two, title: Two, held_by: south, stated_on: 2026-01-29, summary: A week., clauses: [
      {id: c, norm: prohibition, text: No attacks., time: {starts: 2026-01-30, ends: 2026-02-06}}]}""",
    ),
    _start_disputed,
)
END_UNSAID = Rule(
    "end-unsaid",
    "No end",
    "gap",
    "Without a term either side may resume; with notice or without is then the next dispute.",
    Precedent(
        "In April 2025 the Kremlin's spokesman could not say on which day the energy moratorium ended, and no start or "
        "end had been published by all who were to keep it.",
        MORATORIUM_UNSURE,
    ),
    (HAGUE, GUIDANCE),
    f"It ends at 24:00 {ZONE} on {LAST_DAY}, unless the parties extend it in writing before then. Or: "
    "it has no end, and a party that withdraws gives 72 hours' written notice.",
    Example("clause", "time: {starts: 2026-01-30}", "time: {starts: 2026-01-30, lasts: 1 week}"),
    _end_unsaid,
)
END_FUZZY = Rule(
    "end-fuzzy",
    "An end that can be read in more than one way",
    "trap",
    "'Until the 1st' may take that day in or leave it out; a strike on that day is a violation, or the first after it.",
    Precedent(
        "The Kremlin named 1 February as the end of the pause of January 2026 and, asked again, added nothing: whether "
        "the day belonged to it stayed open (CS-S007, CS-S048).",
        COLD_SPELL,
    ),
    (GUIDANCE,),
    f"It ends at 24:00 {ZONE} on {LAST_DAY}; that day is part of it.",
    Example(
        "clause",
        "time: {starts: 2026-01-30, ends: {no_earlier: 2026-02-01T00:00, no_later: 2026-02-02T00:00}}",
        "time: {starts: 2026-01-30, ends: 2026-02-02T00:00}",
    ),
    _end_fuzzy,
)
END_DISPUTED = Rule(
    "end-disputed",
    "Readings end at different times",
    "trap",
    "A strike after the first end and before the last is the gravest kind of dispute: a violation, or a resumption.",
    Precedent(
        "Thirty days from 18 March 2025 end on 16 April. On that day the Kremlin's spokesman said that the moratorium "
        "on strikes on energy had no date of its end; days later he said that it had expired.",
        MORATORIUM_END,
    ),
    (GUIDANCE, HAGUE),
    f"The last hour of this agreement is 24:00 {ZONE} on {LAST_DAY}, whatever else was said of its length.",
    Example(
        "agreement",
        """\
readings:
  - {id: one, title: One, held_by: north, stated_on: 2026-01-29, summary: A week., clauses: [
      {id: c, norm: prohibition, text: No attacks., time: {starts: 2026-01-30, lasts: 1 week}}]}
  - {id: two, title: Two, held_by: south, stated_on: 2026-01-29, summary: A week., clauses: [
      {id: c, norm: prohibition, text: No attacks., time: {starts: 2026-01-30, ends: 2026-02-01}}]}""",
        """\
readings:
  - {id: one, title: One, held_by: north, stated_on: 2026-01-29, summary: A week., clauses: [
      {id: c, norm: prohibition, text: No attacks., time: {starts: 2026-01-30, lasts: 1 week}}]}
  - {id: two, title: Two, held_by: south, stated_on: 2026-01-29, summary: A week., clauses: [
      {id: c, norm: prohibition, text: No attacks., time: {starts: 2026-01-30, ends: 2026-02-05}}]}""",
    ),
    _end_disputed,
)
NAMED_AFTER = Rule(
    "named-after",
    "A time that was named when it was over",
    "trap",
    "Who names the days when what happened on them is known can choose those that suit.",
    Precedent(
        "That the pause of January 2026 had run from Sunday to Sunday, to 1 February, was first said on 3 February, "
        "after the largest attack of that week (CS-S028).",
        COLD_SPELL,
    ),
    (GUIDANCE,),
    "Start and end are those published before entry into force; later statements do not change them.",
    Example("reading", "stated_on: 2026-02-09", "stated_on: 2026-01-29"),
    _named_after,
)
TIME_ZONE_UNSAID = Rule(
    "time-zone-unsaid",
    "No time zone",
    "gap",
    "Where the sides keep different clocks, every midnight comes twice.",
    Precedent(
        "Iran's hour for the ceasefire of 24 June 2025 was told as 4 a.m. Tehran time. Its state media then said that "
        "another zone's 4 a.m. was meant, which is 7:30 in Tehran.",
        TWELVE_DAYS,
    ),
    (GUIDANCE,),
    f"All times in this agreement are {ZONE}.",
    Example(
        "agreement",
        "time_zone: Europe/Kyiv\ntime_zone_stated: false",
        "time_zone: Europe/Kyiv\ntime_zone_stated: true",
    ),
    _zone_unsaid,
)
