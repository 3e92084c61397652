"""The files of a draft: an agreement with a reading for each understanding, and rows of the tables that cases read.

What the articles leave open is `unsaid` in the agreement and empty in a table: `holdfire lint` then says what is
missing. Nothing is filled in.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from holdfire.articles.items import Fact, Found, Incident, Many, Pledge, Statement, Talks, Understanding
from holdfire.articles.parties import actor_of
from holdfire.articles.pledges import PROPOSED
from holdfire.articles.proposal import Proposed
from holdfire.articles.text import Article
from holdfire.monitor.incident_list import COLUMNS as REPORT_COLUMNS
from holdfire.places import Areas, Gazetteer
from holdfire.terms import code_list, named_list, write_yaml
from holdfire.terms.instants import UNSAID, length

STATEMENT_COLUMNS = ("statement_id", "speaker", "role", "party", "said_on", "outlet", "url", "about", "value")
TEMPERATURE_COLUMNS = (
    "date",
    "place",
    "kind",
    "measure",
    "value_c_min",
    "value_c_max",
    "issued_on",
    "url",
    "context_id",
)
OUTAGE_COLUMNS = (
    "context_id",
    "date",
    "time_or_period",
    "place",
    "quantity",
    "value",
    "unit",
    "said_by",
    "outlet",
    "url",
    "attributed_to",
)
TALKS_COLUMNS = ("talks_id", "day", "place", "parties", "topics", "status", "outlet", "url")
FORTNIGHT = timedelta(days=13)
_HEADER = """\
# A draft, read from articles. Nothing in it was decided by anybody until it was accepted at review; see proposal.json.
# `unsaid` stands for what the articles leave open. Where a comment beside it says FILL IN, a case needs it; else it may
# stay. `holdfire lint` on this folder lists what is missing, here and in the tables, with file and line.
# A facet that is left out was not named, and so asks nothing.
"""
# What a person has to write or may leave, by the line that stands for it.
_HINTS = {
    "announced_on: unsaid": "FILL IN: the day on which it was announced, as in 2026-01-29",
    "form: unsaid": "FILL IN: verbal or written",
    "time_zone: unsaid": "FILL IN: that of the dates, as in Europe/Kyiv",
    "stated_on: unsaid": "FILL IN: the day on which this was first said, as in 2026-01-29",
    "- unsaid": "FILL IN: who these are, such as state_forces or rebel_group (docs/reference.md); clauses refer to it",
    "starts: unsaid": "may stay",
    "ends: unsaid": "may stay",
    "first: unsaid": "FILL IN: the first day to look at, as in 2026-01-29",
    "last: unsaid": "FILL IN: the last day to look at",
}
_NOWHERE = "FILL IN: in no list of places; write one that is, draw it under `zones`, or take `place` out"


# Of each bound side that the code list does not know, the list of its codes: `unsaid`, for a person to fill in once.
Uncoded = Mapping[str, list[str]]


@dataclass(frozen=True)
class Cited:
    """A row of statements.csv, and where in which article it was read."""

    id: str
    article: Article
    item: Statement
    about: Found


def draft_files(
    items: list[Proposed], areas: Areas, gazetteer: Gazetteer, title: str, time_zone: str | None
) -> dict[str, str]:
    """Return the text of every file of the draft by its name. Tables without a row are left out."""
    cited = _cited(items)
    tables = {
        "statements.csv": (STATEMENT_COLUMNS, _statements(cited)),
        "reports.csv": (REPORT_COLUMNS, _reports(items, areas)),
        "temperatures.csv": (TEMPERATURE_COLUMNS, _temperatures(items)),
        "outages.csv": (OUTAGE_COLUMNS, _outages(items)),
        "talks.csv": (TALKS_COLUMNS, _talks(items)),
    }
    files = {name: _csv(columns, rows) for name, (columns, rows) in tables.items() if rows or name == "statements.csv"}
    articles = dict.fromkeys(p.article for p in items)
    header = _HEADER + "".join(f"# Read from {_of(a)}.\n" for a in articles)
    agreement = _agreement(items, cited, title, time_zone)
    hints = _HINTS | {f"- {name}": _NOWHERE for name in _unplaced(agreement, areas, gazetteer)}
    files["agreement.yaml"] = header + _hinted(write_yaml(agreement), hints)
    files["case.yaml"] = _hinted(write_yaml(_case(items, title, files)), _HINTS)
    return files


def _of(article: Article) -> str:
    """Return an article's name, with its day and outlet where they are known."""
    day = f"of {article.published}" if article.published else "of a day that it does not give"
    return f"{article.name}, {day}" + (f" ({article.outlet})" if article.outlet else "")


def _unplaced(agreement: dict[str, Any], areas: Areas, gazetteer: Gazetteer) -> set[str]:
    """Return the places that clauses name and no list knows."""
    clauses = (clause for reading in agreement["readings"] for clause in reading["clauses"])
    named = {str(name) for clause in clauses for name in clause.get("place", {}).get("certainly", ())}
    return {name for name in named if areas.find(name) is None and gazetteer.find(name) is None}


def _hinted(text: str, hints: Mapping[str, str]) -> str:
    """Return YAML text with what to fill in beside every line that a person has to complete."""
    lines = ((line, hints.get(line.strip())) for line in text.splitlines())
    return "".join(f"{line}  # {hint}\n" if hint else f"{line}\n" for line, hint in lines)


def _csv(columns: Iterable[str], rows: list[dict[str, Any]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(columns), restval="", lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({k: "" if v is None else v for k, v in row.items()})
    return out.getvalue()


def _value(found: Found | None) -> Any:
    return None if found is None else found.value


def _values(found: Many) -> list[Any]:
    return [f.value for f in found]


def _cited(items: list[Proposed]) -> list[Cited]:
    found: list[Cited] = []
    for p in items:
        if isinstance(p.item, Statement):
            for about in p.item.about:
                found.append(Cited(f"R{len(found) + 1:03}", p.article, p.item, about))
    return found


def _statements(cited: list[Cited]) -> list[dict[str, Any]]:
    return [
        {
            "statement_id": c.id,
            "speaker": _value(c.item.speaker),
            "role": _value(c.item.role),
            "party": _value(c.item.party),
            "said_on": _value(c.item.said_on),
            "outlet": _value(c.item.via) or c.article.outlet,
            "url": c.article.url,
            "about": c.about.value,
            "value": " ".join(c.article.text[c.about.start : c.about.end].split()),
        }
        for c in cited
    ]


def _reports(items: list[Proposed], areas: Areas) -> list[dict[str, Any]]:
    rows = []
    for p in items:
        if not isinstance(p.item, Incident):
            continue
        item, article = p.item, p.article
        first, last, precision = _days(item.day)
        place, admin, exact = _place(item.place, areas)
        actor = str(item.actor.value) if item.actor else None
        known = actor is not None and code_list("actor").find(actor) is not None
        said_by = _value(item.said_by)
        rows.append(
            {
                "report_id": p.id,
                "source_outlet": article.outlet,
                "source_url": article.url,
                "published_date": article.published,
                "event_date_start": first,
                "event_date_end": last,
                "time_precision": precision,
                "place_name": place,
                "admin1": admin,
                "place_kind": None,
                "place_precision": exact,
                "actor": actor if known else "unknown",
                "weapon": _labels("weapon", item.weapon),
                "target": _labels("target", item.target) or "not stated",
                "target_class": item.target[0].value if len(item.target) == 1 else "unknown",
                **{
                    k: _value(getattr(item, k))
                    for k in ("killed_min", "killed_max", "injured_min", "injured_max", "launched")
                },
                "claimed_by": said_by,
                "source_group": _slug(str(said_by)) if said_by else None,
                "notes": f"by {actor}" if actor and not known else None,
                "same_as": None,
            }
        )
    return rows


def _days(day: Found | None) -> tuple[str | None, str | None, str]:
    if day is None:
        return None, None, "day"
    text = str(day.value)
    if text.startswith("night of "):
        evening = date.fromisoformat(text.removeprefix("night of "))
        return evening.isoformat(), (evening + timedelta(days=1)).isoformat(), "night"
    return text, text, "day"


def _place(place: Found | None, areas: Areas) -> tuple[str | None, str | None, str]:
    """Return a place's name, its region and how exact it is, as incident lists have them."""
    if place is None:
        return None, None, "unknown"
    name = str(place.value)
    area = areas.find(name)
    if area is None:
        return name, None, "settlement"
    if area.part_of is None:
        return name, None, "country"
    return name, area.name, "settlement" if area.name.endswith(" city") else "oblast"


def _labels(name: Any, found: Many) -> str | None:
    return ", ".join(code_list(name).label(str(f.value)) for f in found) or None


def _temperatures(items: list[Proposed]) -> list[dict[str, Any]]:
    return [
        {
            "date": _days(p.item.day)[1],
            "place": _value(p.item.place),
            "kind": "forecast" if p.item.forecast else "observed",
            "measure": UNSAID,
            "value_c_min": _value(p.item.value_min),
            "value_c_max": _value(p.item.value_max),
            "issued_on": p.article.published if p.item.forecast else None,
            "url": p.article.url,
            "context_id": p.id,
        }
        for p in items
        if isinstance(p.item, Fact) and _value(p.item.fact) == "cold"
    ]


def _outages(items: list[Proposed]) -> list[dict[str, Any]]:
    rows = []
    for p in items:
        if not isinstance(p.item, Fact) or _value(p.item.fact) != "outage":
            continue
        low, high = _value(p.item.value_min), _value(p.item.value_max)
        unit = str(_value(p.item.quantity) or "").split(" without")[0]
        mark = (
            " (at least)"
            if high is None and low is not None
            else " (nearly)"
            if low is None and high is not None
            else ""
        )
        rows.append(
            {
                "context_id": p.id,
                "date": _days(p.item.day)[1],
                "place": _value(p.item.place),
                "quantity": _value(p.item.quantity),
                "value": low if low is not None else high,
                "unit": unit + mark,
                "said_by": _value(p.item.said_by),
                "outlet": p.article.outlet,
                "url": p.article.url,
                "attributed_to": "unstated",
            }
        )
    return rows


def _talks(items: list[Proposed]) -> list[dict[str, Any]]:
    return [
        {
            "talks_id": p.id,
            "day": _value(p.item.day),
            "place": _value(p.item.place),
            "parties": "; ".join(map(str, _values(p.item.parties))),
            "topics": "; ".join(map(str, _values(p.item.topics))),
            "status": _value(p.item.status),
            "outlet": p.article.outlet,
            "url": p.article.url,
        }
        for p in items
        if isinstance(p.item, Talks)
    ]


def _slug(name: str) -> str:
    """Return a name as an identifier; letters that identifiers do not take are spelt by their code point."""
    plain = "".join(c if c.isascii() else f"u{ord(c):x}" for c in name.casefold())
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80] or "unnamed"


def _agreement(items: list[Proposed], cited: list[Cited], title: str, time_zone: str | None) -> dict[str, Any]:
    pledges = [(p, p.item) for p in items if isinstance(p.item, Pledge) and _value(p.item.status) != PROPOSED]
    understood = [(p, p.item) for p in items if isinstance(p.item, Understanding)]
    bound = list(dict.fromkeys(str(f.value) for _, pledge in pledges for f in pledge.parties))
    uncoded = {side: named_list([UNSAID], f"{_slug(side)}-forces") for side in bound if actor_of(side) is None}
    readings: list[dict[str, Any]] = []
    for p, pledge in pledges:
        _add(readings, _announced(p, pledge, cited, uncoded))
    for p, item in understood:
        _add(readings, _understood(p, item, cited, bound, uncoded))
    held = [r.pop("_party") for r in readings]
    names = dict.fromkeys([*bound, *held])
    announced = sorted(str(pledge.announced_on.value) for _, pledge in pledges if pledge.announced_on)
    return {
        "id": _slug(title),
        "title": title,
        "announced_on": date.fromisoformat(announced[0]) if announced else UNSAID,
        "form": UNSAID,
        "time_zone": time_zone or UNSAID,
        "parties": [_party(name, uncoded) for name in names],
        "statements": "statements.csv",
        "readings": readings,
    }


def _party(name: str, uncoded: Uncoded) -> dict[str, Any]:
    actor = actor_of(name)
    actors = [actor] if actor else uncoded.get(name)
    return {"id": _slug(name), "name": name, **({"actors": actors} if actors else {})}


def _add(readings: list[dict[str, Any]], reading: dict[str, Any]) -> None:
    """Add a reading, or its citations to one that says the same."""
    for other in readings:
        if other["held_by"] == reading["held_by"] and _norms(other) == _norms(reading):
            other["cites"] = sorted({*other["cites"], *reading["cites"]})
            return
    taken = {r["id"] for r in readings}
    base, number = reading["id"], 1
    while reading["id"] in taken:
        number += 1
        reading["id"] = f"{base}-{number}"
    readings.append(reading)


def _norms(reading: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the clauses of a reading without where they were read."""
    return [{k: v for k, v in clause.items() if k != "text"} for clause in reading["clauses"]]


def _cites(p: Proposed, cited: list[Cited]) -> list[str]:
    """Return the statements in whose words any value of an item stands."""
    spans = [(p.item.start, p.item.end), *((f.start, f.end) for _, f in p.item.found())]
    return [
        c.id
        for c in cited
        if c.article == p.article and any(c.item.start < end and start < c.item.end for start, end in spans)
    ]


def _holder_of(pledge: Pledge, p: Proposed, cited: list[Cited]) -> str:
    """Return whose understanding an announcement is: that of the announcer's side, or of the announcer alone."""
    name = _value(pledge.announcer)
    sides = [c.item.party for c in cited if c.item.party and _value(c.item.speaker) == name]
    return str(sides[0].value) if sides else str(name or "Whoever announced it")


def _announced(p: Proposed, pledge: Pledge, cited: list[Cited], uncoded: Uncoded) -> dict[str, Any]:
    holder = _holder_of(pledge, p, cited)
    status = _value(pledge.status)
    window = _window(pledge.starts, pledge.ends, pledge.lasts)
    summary = f"As announced by {_value(pledge.announcer) or 'somebody unnamed'}" + (
        ", on a condition." if status == "conditional" else "."
    )
    clauses = []
    for side in _values(pledge.parties) or [None]:
        clause: dict[str, Any] = {
            "id": f"{_slug(str(side))}-holds-fire" if side else "hold-fire",
            "norm": "prohibition",
            "text": _said(p),
            "time": dict(window),  # each clause its own: one mapping would be written as an alias
            **_actor(side, uncoded),
            **_term("act", pledge.acts),
            **_term("target", pledge.targets),
            **_term("place", pledge.place),
        }
        clauses.append(clause)
    return {
        "_party": holder,
        "id": "announced",
        "title": f"As {_value(pledge.announcer) or 'somebody'} announced it"
        + (", conditional" if status == "conditional" else ""),
        "held_by": _slug(holder),
        "stated_on": date.fromisoformat(str(pledge.announced_on.value)) if pledge.announced_on else UNSAID,
        "summary": summary,
        "cites": _cites(p, cited),
        "clauses": clauses,
    }


def _understood(
    p: Proposed, item: Understanding, cited: list[Cited], bound: list[str], uncoded: Uncoded
) -> dict[str, Any]:
    holder = str(_value(item.holder) or "Whoever understands it so")
    clauses: list[dict[str, Any]] = []
    restricts = any((item.starts, item.ends, item.lasts, item.acts, item.targets, item.places))
    if restricts or not (item.allows_acts or item.allows_targets):
        for side in bound or [None]:  # type: ignore[list-item]
            clauses.append(
                {
                    "id": f"{_slug(str(side))}-holds-fire" if side else "hold-fire",
                    "norm": "prohibition",
                    "text": _said(p),
                    "time": _window(item.starts, item.ends, item.lasts),
                    **_actor(side, uncoded),
                    **_term("act", item.acts),
                    **_term("target", item.targets),
                    **_term("place", item.places),
                }
            )
    if item.allows_acts or item.allows_targets:
        right = {**_term("act", item.allows_acts), **_term("target", item.allows_targets)}
        clauses.append({"id": "stays-allowed", "norm": "permission", "text": _said(p), **right})
    by = _value(item.said_by)
    told = f", as told by {by}" if by and by != holder else ""
    return {
        "_party": holder,
        "id": _slug(holder),
        "title": f"As {holder} understands it",
        "held_by": _slug(holder),
        "stated_on": UNSAID,
        "summary": f"What {holder} takes the truce to cover{told}.",
        "cites": _cites(p, cited),
        "clauses": clauses,
    }


def _said(p: Proposed) -> str:
    return f"Read from characters {p.item.start} to {p.item.end} of {p.article.name}."


def _actor(side: str | None, uncoded: Uncoded) -> dict[str, Any]:
    """Return who is bound."""
    if side is None:
        return {}
    code = actor_of(side)
    return {"actor": {"certainly": [code] if code else uncoded[side]}}


def _term(facet: str, found: Many) -> dict[str, Any]:
    return {facet: {"certainly": _values(found)}} if found else {}


def _window(starts: Found | None, ends: Found | None, lasts: Found | None) -> dict[str, Any]:
    window: dict[str, Any] = {"starts": _value(starts) or UNSAID}
    if ends is not None:
        return {**window, "ends": ends.value, **({"note": f"Said to last {lasts.value}, too."} if lasts else {})}
    if lasts is None:
        return {**window, "ends": UNSAID}
    try:
        length(str(lasts.value))
    except ValueError:
        return {**window, "ends": UNSAID, "note": f"Said to last {lasts.value}."}
    return {**window, "lasts": lasts.value}


def _case(items: list[Proposed], title: str, files: dict[str, str]) -> dict[str, Any]:
    """Return a case file around the draft, so that it can be linted.

    Its period runs from the first incident or article to a fortnight from the last article.
    """
    days = sorted({p.article.published for p in items if p.article.published})
    told = [_days(p.item.day)[0] for p in items if isinstance(p.item, Incident)]
    first = min([*days, *(date.fromisoformat(day) for day in told if day)], default=None)
    kinds = (("reports", "incident_list"), ("temperatures", "conditions"), ("outages", "outages"))
    return {
        "title": title,
        "period": {"first": first, "last": days[-1] + FORTNIGHT} if days else {"first": UNSAID, "last": UNSAID},
        "agreement": "agreement.yaml",
        "standard": "reported",
        "sources": [
            {
                "id": name,
                "kind": kind,
                "title": f"{name.capitalize()} read from articles",
                "path": f"{name}.csv",
                "publisher": "the articles named per row",
                "licence": "facts read from articles; check before publishing",
                **({"act": "attack"} if name == "reports" else {}),
            }
            for name, kind in kinds
            if f"{name}.csv" in files
        ],
    }
