"""The files of a draft: an agreement with a reading for each understanding, and rows of the tables that cases read.

What the articles leave open is `unsaid` in the agreement and empty in a table: `holdfire lint` then says what is
missing. Nothing is filled in.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from holdfire.articles.draft_agreement import drafted_agreement
from holdfire.articles.draft_tables import (
    OUTAGE_COLUMNS,
    STATEMENT_COLUMNS,
    TALKS_COLUMNS,
    TEMPERATURE_COLUMNS,
    cited,
    days_of,
    outage_rows,
    report_rows,
    statement_rows,
    talks_rows,
    temperature_rows,
)
from holdfire.articles.items import Incident
from holdfire.articles.proposal import Proposed
from holdfire.articles.text import Article
from holdfire.monitor.incident_list import COLUMNS as REPORT_COLUMNS
from holdfire.places import Areas, Gazetteer
from holdfire.terms import write_yaml
from holdfire.terms.instants import UNSAID

FORTNIGHT = timedelta(days=13)
_HEADER = """\
# A draft, read from articles. Nothing in it was decided by anybody until it was accepted at review; see proposal.json.
# `unsaid` stands for what the articles leave open. Where a comment beside it says FILL IN, a case needs it; else it may
# stay. `holdfire lint` on this folder lists what is missing, here and in the tables, with file and line.
# A facet that is left out was not named, and so asks nothing. The `text` of a clause quotes the article: put it into
# your own words before you publish it.
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


def draft_files(
    items: list[Proposed], areas: Areas, gazetteer: Gazetteer, title: str, time_zone: str | None
) -> dict[str, str]:
    """Return the text of every file of the draft by its name. Tables without a row are left out."""
    told = cited(items)
    tables = {
        "statements.csv": (STATEMENT_COLUMNS, statement_rows(told)),
        "reports.csv": (REPORT_COLUMNS, report_rows(items, areas)),
        "temperatures.csv": (TEMPERATURE_COLUMNS, temperature_rows(items)),
        "outages.csv": (OUTAGE_COLUMNS, outage_rows(items)),
        "talks.csv": (TALKS_COLUMNS, talks_rows(items)),
    }
    files = {name: _csv(columns, rows) for name, (columns, rows) in tables.items() if rows or name == "statements.csv"}
    articles = dict.fromkeys(p.article for p in items)
    header = _HEADER + "".join(f"# Read from {_of(a)}.\n" for a in articles)
    agreement = drafted_agreement(items, told, title, time_zone)
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


def _case(items: list[Proposed], title: str, files: dict[str, str]) -> dict[str, Any]:
    """Return a case file around the draft, so that it can be linted.

    Its period runs from the first incident or article to a fortnight from the last article.
    """
    days = sorted({p.article.published for p in items if p.article.published})
    told = [days_of(p.item.day)[0] for p in items if isinstance(p.item, Incident)]
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
