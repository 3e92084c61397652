"""Talks as a calendar: rounds, and the deadlines of the obligations that they are to bring about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from holdfire.adjudicate import Finding
from holdfire.publish import words
from holdfire.publish.content import Content
from holdfire.publish.ical import Event, Status, calendar
from holdfire.publish.obligations import MET
from holdfire.publish.talks import STATUS, occupied, standings, told
from holdfire.terms.standing import Standing
from holdfire.terms.talks import Item, Round

IN_CALENDAR: dict[str, Status] = {
    "held": "CONFIRMED",
    "confirmed": "CONFIRMED",
    # A calendar has no word for a meeting that is put off: on these days it does not take place.
    "postponed": "CANCELLED",
    "cancelled": "CANCELLED",
}


def talks_calendar(content: Content) -> str:
    """Return the talks of a case as iCalendar; a round whose time nobody said is left out."""
    title = content.talks.title if content.talks else content.title
    both = standings(content)
    meetings = (_meeting(r, s, content) for r, s in both if isinstance(r, Round) and r.time is not None)
    return calendar(title, [*(m for m in meetings if m), *_deadlines([s for s, _ in both], content)], content.version)


def _meeting(meeting: Round, standing: Standing, content: Content) -> Event | None:
    assert meeting.time is not None
    agreement = content.agreement
    names = {p.id: p.name for p in agreement.parties}
    window = meeting.time.bounds(agreement.zone)
    when = occupied(meeting.time, agreement.zone)
    if when is None:
        return None
    vague = any(s.earliest != s.latest for s in window)
    cited = {*meeting.cites, *meeting.time.cites, *(s.statement for s in meeting.said)}
    statements = sorted((agreement.statement(c) for c in cited), key=lambda s: (s.said_on, s.id))
    status = IN_CALENDAR.get(standing.status, "TENTATIVE")
    vaguely = [f"When was left vague: from {words.bound(window[0], agreement.zone)}."] if vague else []
    sources = [f"{s.id}: {s.outlet}, {s.said_on}, {s.url}" for s in statements]
    return Event(
        uid=f"round-{meeting.id}@{agreement.id}.holdfire",
        as_of=statements[-1].said_on,
        revision=len(meeting.said),
        starts=when[0],
        ends=when[1],
        status="TENTATIVE" if vague and status == "CONFIRMED" and standing.status != "held" else status,
        summary=f"{meeting.title} ({STATUS[standing.status]})",
        description="\n".join([told(standing, names), *vaguely, *sources]),
        location=meeting.place,
        url=next((u for s in reversed(statements) if (u := words.web(s.url))), None),
    )


def _deadlines(subjects: list[Round | Item], content: Content) -> Iterator[Event]:
    findings = {f"{f.reading_id}/{f.clause_id}": f for f in content.findings}
    for name in dict.fromkeys(d for s in subjects for d in s.due):
        if name in findings and (deadline := findings[name].deadline) is not None:
            yield _deadline(findings[name], deadline, content)


def _deadline(finding: Finding, deadline: datetime, content: Content) -> Event:
    agreement = content.agreement
    reading = next(r for r in agreement.readings if r.id == finding.reading_id)
    clause = next(c for c in reading.clauses if c.id == finding.clause_id)
    cited = sorted((agreement.statement(c) for c in clause.cites), key=lambda s: (s.said_on, s.id))
    whole = deadline.astimezone(agreement.zone).time() == time()
    day = deadline.astimezone(agreement.zone).date()
    return Event(
        uid=f"due-{reading.id}-{clause.id}@{agreement.id}.holdfire",
        as_of=max([reading.stated_on, *(s.said_on for s in cited)]),
        revision=len(cited),
        starts=day - timedelta(days=1) if whole else deadline,
        ends=day if whole else None,
        status="CONFIRMED",
        summary=f"Due: {clause.text.rstrip('.')} ({reading.title})",
        description=f"Status: {MET.get(finding.status, words.STATUS[finding.status])}.",
        url=next((u for s in reversed(cited) if (u := words.web(s.url))), None),
    )
