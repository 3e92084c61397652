"""Talks in words: where each round and each item stands, and who said what of it when."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from holdfire import tables
from holdfire.adjudicate import Finding
from holdfire.publish import words
from holdfire.publish.content import Content
from holdfire.publish.obligations import MET, due_by
from holdfire.terms.instants import Span
from holdfire.terms.model import Window
from holdfire.terms.standing import Spoken, Standing, item_standing, round_standing
from holdfire.terms.talks import Item, Round

STATUS = {
    "agreed": "agreed by all",
    "claimed": "claimed agreed",
    "disputed": "disputed",
    "rejected": "rejected",
    "open": "open",
    "unknown": "no word",
    "held": "held",
    "confirmed": "confirmed by all",
    "announced": "announced",
    "in_doubt": "in doubt",
    "postponed": "postponed",
    "cancelled": "cancelled",
}
# The look of a badge; red is kept for violations.
LOOK = {
    **dict.fromkeys(("agreed", "held", "confirmed"), "held"),
    **dict.fromkeys(("claimed", "disputed", "announced", "in_doubt"), "unproven"),
    **dict.fromkeys(("rejected", "postponed", "cancelled"), "pending"),
    **dict.fromkeys(("open", "unknown"), "not_in_force"),
}
SAYS = {
    "held": "held",
    "not_held": "not held",
    "cancels": "cancelled",
    "postpones": "postponed",
    "doubts": "may not take place as set",
    "confirms": "to take place",
    "announces": "to take place",
    "accepts": "accepted",
    "reports_agreement": "agreed",
    "denies_agreement": "not agreed",
    "rejects": "rejected",
    "conditional": "offered on a condition",
    "proposes": "proposed",
    "asks": "asked for",
    "mentions": "spoken of",
    "no_comment": "no comment",
}


def standings(content: Content) -> list[tuple[Round | Item, Standing]]:
    """Return the rounds, then the items of the talks of a case, each with where it stands; none without talks."""
    talks, agreement = content.talks, content.agreement
    if talks is None:
        return []
    rounds = [(r, round_standing(r, talks, agreement)) for r in talks.rounds]
    return [*rounds, *((i, item_standing(i, talks, agreement)) for i in talks.items)]


def talks_view(content: Content) -> dict[str, Any] | None:
    """Return what the page tells of the talks; null where the case has none."""
    if content.talks is None:
        return None
    names = {p.id: p.name for p in content.agreement.parties}
    both = [(subject, standing, _view(subject, standing, names, content)) for subject, standing in standings(content)]
    return {
        "title": content.talks.title,
        "lead": lead(content),
        "rounds": [v for s, _, v in both if isinstance(s, Round)],
        "items": [v for s, k, v in both if isinstance(s, Item) and k.status != "unknown"],
        "unspoken": [v for s, k, v in both if isinstance(s, Item) and k.status == "unknown"],
        "timeline": _timeline(both, names, content.agreement.zone),
    }


def lead(content: Content) -> str:
    """Return the sentence to quote: the last round that anybody spoke of, and how much of the agenda is agreed."""
    names = {p.id: p.name for p in content.agreement.parties}
    both = standings(content)
    rounds = [(r, s) for r, s in both if isinstance(r, Round)]
    items = [s for i, s in both if isinstance(i, Item)]
    said = []
    if rounds:
        last, standing = rounds[-1]
        said.append(f"{last.title}: {told(standing, names)}")
        if standing.status in ("announced", "confirmed"):
            said.append("No statement in the case says whether it took place.")
    if items:
        count = {status: sum(s.status == status for s in items) for status in STATUS}
        agreed = words.number(count["agreed"]) if count["agreed"] else "none"
        parts = [f"Of {words.count(len(items), 'item')} on the agenda, {agreed} is agreed by every party's own word"]
        if count["agreed"] > 1:
            parts = [parts[0].replace(" is agreed", " are agreed")]
        if claimed := count["claimed"] + count["disputed"]:
            parts.append(f"{words.number(claimed)} {'is' if claimed == 1 else 'are'} claimed to be")
        if count["unknown"]:
            parts.append(f"on {words.number(count['unknown'])} the case has no statement of any party")
        said.append("; ".join(parts) + ".")
    return " ".join(said)


def told(standing: Standing, names: dict[str, str]) -> str:
    """Return what each party said last, with the days on which it did, and of whom there is no word."""
    heard = [s for s in standing.spoken if s.counts or (s.says == "held" and s.on_record)]
    parts = []
    for phrase in dict.fromkeys(SAYS.values()):
        saying: dict[str, list[str]] = {}
        for s in heard:
            if SAYS[s.says] == phrase:
                speaker = names[s.party] if s.party else s.statement.speaker
                saying.setdefault(speaker, []).append(words.day(s.statement.said_on))
        if saying:
            who = [f"{name} ({words.either(list(dict.fromkeys(days)), 'and')})" for name, days in saying.items()]
            parts.append(f"{phrase}, {'says' if len(who) == 1 else 'say'} {words.either(who, 'and')}")
    said = "; ".join(parts)
    silent = words.either([names[p] for p in standing.silent])
    sentences = [f"{said[0].upper()}{said[1:]}."] if said else []
    return " ".join([*sentences, *([f"No word from {silent}."] if silent else [])])


def _view(subject: Round | Item, standing: Standing, names: dict[str, str], content: Content) -> dict[str, Any]:
    findings = {f"{f.reading_id}/{f.clause_id}": f for f in content.findings}
    return {
        "id": subject.id,
        "title": subject.title,
        "where": _where(subject, names) if isinstance(subject, Round) else "",
        "status": STATUS[standing.status],
        "look": LOOK[standing.status],
        "told": told(standing, names),
        "note": subject.note,
        "due": [_due(findings[d], content) for d in subject.due if d in findings],
    }


def _where(meeting: Round, names: dict[str, str]) -> str:
    """Return where a round was to be, of whom, and who mediates, as far as anybody said."""
    place = meeting.place if meeting.place and meeting.place not in meeting.title else None
    parties = words.either([names[p] for p in meeting.parties], "and")
    mediators = words.either([names[p] for p in meeting.mediators], "and")
    parts = [place, parties and f"of {parties}", mediators and f"mediated by {mediators}"]
    said = ", ".join(p for p in parts if p)
    return f"{said[0].upper()}{said[1:]}." if said else ""


def _due(finding: Finding, content: Content) -> str:
    """Return an obligation that a round or an item is to bring about: its text, its deadline, what came of it."""
    titles = {r.id: r.title for r in content.agreement.readings}
    texts = {(c.reading_id, c.clause_id): c.clause.text for c in content.plan.clauses}
    text = texts[finding.reading_id, finding.clause_id].rstrip(".")
    came = MET.get(finding.status, words.STATUS[finding.status])
    return f"{titles[finding.reading_id]}: {text}. {due_by(finding.deadline, content.plan.zone)}: {came}."


def _timeline(
    both: list[tuple[Round | Item, Standing, dict[str, Any]]], names: dict[str, str], zone: ZoneInfo
) -> list[tuple[date, dict[str, list[dict[str, Any]]]]]:
    """Return, by day, the rounds that were to begin and what was said; what speaks of several things stands once."""
    days: dict[date, dict[str, list[dict[str, Any]]]] = {}
    entries: dict[str, dict[str, Any]] = {}
    for subject, standing, view in both:
        for s in standing.spoken:
            entry = entries.setdefault(s.statement.id, _entry(s, names))
            entry["on"].append((subject.title, SAYS[s.says]))
        if isinstance(subject, Round) and subject.time and (when := occupied(subject.time, zone)):
            first = when[0].astimezone(zone).date() if isinstance(when[0], datetime) else when[0]
            days.setdefault(first, {"rounds": [], "said": []})["rounds"].append(view)
    for entry in sorted(entries.values(), key=lambda e: (e["statement"].said_on, e["statement"].id)):
        days.setdefault(entry["statement"].said_on, {"rounds": [], "said": []})["said"].append(entry)
    return sorted(days.items())


def _entry(spoken: Spoken, names: dict[str, str]) -> dict[str, Any]:
    party = names[spoken.party] if spoken.party else "no party"
    return {
        "statement": spoken.statement,
        "party": party if spoken.on_record else f"{party}, not on the record",
        "on": [],
    }


def talks_table(content: Content) -> pl.DataFrame:
    """Return tables.TALKS: a row per statement on a round or an item, and one for each that nobody spoke of."""
    rows: list[dict[str, object]] = []
    for subject, standing in standings(content):
        about: dict[str, object] = {
            "kind": "round" if isinstance(subject, Round) else "item",
            "id": subject.id,
            "title": subject.title,
            "topic": subject.topic if isinstance(subject, Item) else None,
            "status": standing.status,
        }
        rows += [
            {
                **about,
                "day": s.statement.said_on,
                "party": s.party,
                "speaker": s.statement.speaker,
                "says": s.says,
                "on_record": s.on_record,
                "counts": s.counts,
                "statement_id": s.statement.id,
                "outlet": s.statement.outlet,
                "url": s.statement.url,
            }
            for s in standing.spoken
        ] or [about]
    return tables.frame(rows, tables.TALKS)


def occupied(window: Window, zone: ZoneInfo) -> tuple[date | datetime, date | datetime | None] | None:
    """Return what a window takes of a calendar: instants where they were said, else every day that it may touch.

    The last day is not included. Null: nobody said when it starts.
    """
    start, end = window.bounds(zone)
    if start.earliest is None:
        return None
    if end.latest is None:
        end = Span(None, None)
    sharp = start.earliest == start.latest and end.earliest == end.latest
    if sharp and not all(_midnight(i, zone) for i in (start.earliest, end.latest) if i is not None):
        return start.earliest, end.latest
    first = start.earliest.astimezone(zone).date()
    latest = end.latest or start.latest or start.earliest
    local = latest.astimezone(zone)
    last = local.date() if local.time() == time() and local.date() > first else local.date() + timedelta(days=1)
    return first, last


def _midnight(instant: datetime, zone: ZoneInfo) -> bool:
    return instant.astimezone(zone).time() == time()
