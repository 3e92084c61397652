"""The tables of a draft: a row for each statement, incident, figure and round of talks. What was not read is empty."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from holdfire.articles.items import Fact, Found, Incident, Many, Statement, Talks, value_of, values_of
from holdfire.articles.proposal import Proposed
from holdfire.articles.text import Article
from holdfire.places import Areas
from holdfire.terms import code_list
from holdfire.terms.instants import UNSAID

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


@dataclass(frozen=True)
class Cited:
    """A row of statements.csv, and where in which article it was read."""

    id: str
    article: Article
    item: Statement
    about: Found


def cited(items: list[Proposed]) -> list[Cited]:
    """Return the statements that were read, once for each thing that they are about."""
    found: list[Cited] = []
    for p in items:
        if isinstance(p.item, Statement):
            for about in p.item.about:
                found.append(Cited(f"R{len(found) + 1:03}", p.article, p.item, about))
    return found


def statement_rows(told: list[Cited]) -> list[dict[str, Any]]:
    """Return the rows of statements.csv."""
    return [
        {
            "statement_id": c.id,
            "speaker": value_of(c.item.speaker),
            "role": value_of(c.item.role),
            "party": value_of(c.item.party),
            "said_on": value_of(c.item.said_on),
            "outlet": value_of(c.item.via) or c.article.outlet,
            "url": c.article.url,
            "about": c.about.value,
            "value": " ".join(c.article.text[c.about.start : c.about.end].split()),
        }
        for c in told
    ]


def report_rows(items: list[Proposed], areas: Areas) -> list[dict[str, Any]]:
    """Return the rows of reports.csv, an incident list."""
    rows = []
    for p in items:
        if not isinstance(p.item, Incident):
            continue
        item, article = p.item, p.article
        first, last, precision = days_of(item.day)
        place, admin, exact = _place(item.place, areas)
        actor = str(item.actor.value) if item.actor else None
        known = actor is not None and code_list("actor").find(actor) is not None
        said_by = value_of(item.said_by)
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
                    k: value_of(getattr(item, k))
                    for k in ("killed_min", "killed_max", "injured_min", "injured_max", "launched")
                },
                "claimed_by": said_by,
                "source_group": slug(str(said_by)) if said_by else None,
                "notes": f"by {actor}" if actor and not known else None,
                "same_as": None,
            }
        )
    return rows


def days_of(day: Found | None) -> tuple[str | None, str | None, str]:
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


def temperature_rows(items: list[Proposed]) -> list[dict[str, Any]]:
    """Return the rows of temperatures.csv."""
    return [
        {
            "date": days_of(p.item.day)[1],
            "place": value_of(p.item.place),
            "kind": "forecast" if p.item.forecast else "observed",
            "measure": UNSAID,
            "value_c_min": value_of(p.item.value_min),
            "value_c_max": value_of(p.item.value_max),
            "issued_on": p.article.published if p.item.forecast else None,
            "url": p.article.url,
            "context_id": p.id,
        }
        for p in items
        if isinstance(p.item, Fact) and value_of(p.item.fact) == "cold"
    ]


def outage_rows(items: list[Proposed]) -> list[dict[str, Any]]:
    """Return the rows of outages.csv."""
    rows = []
    for p in items:
        if not isinstance(p.item, Fact) or value_of(p.item.fact) != "outage":
            continue
        low, high = value_of(p.item.value_min), value_of(p.item.value_max)
        unit = str(value_of(p.item.quantity) or "").split(" without")[0]
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
                "date": days_of(p.item.day)[1],
                "place": value_of(p.item.place),
                "quantity": value_of(p.item.quantity),
                "value": low if low is not None else high,
                "unit": unit + mark,
                "said_by": value_of(p.item.said_by),
                "outlet": p.article.outlet,
                "url": p.article.url,
                "attributed_to": "unstated",
            }
        )
    return rows


def talks_rows(items: list[Proposed]) -> list[dict[str, Any]]:
    """Return the rows of talks.csv."""
    return [
        {
            "talks_id": p.id,
            "day": value_of(p.item.day),
            "place": value_of(p.item.place),
            "parties": "; ".join(map(str, values_of(p.item.parties))),
            "topics": "; ".join(map(str, values_of(p.item.topics))),
            "status": value_of(p.item.status),
            "outlet": p.article.outlet,
            "url": p.article.url,
        }
        for p in items
        if isinstance(p.item, Talks)
    ]


def slug(name: str) -> str:
    """Return a name as an identifier; letters that identifiers do not take are spelt by their code point."""
    plain = "".join(c if c.isascii() else f"u{ord(c):x}" for c in name.casefold())
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80] or "unnamed"
