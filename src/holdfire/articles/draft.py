"""The files of a draft: an agreement with a reading for each understanding, and rows of the tables that cases read.

What the articles leave open is `unsaid` in the agreement and empty in a table: `holdfire lint` then says what is
missing. Nothing is filled in.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from holdfire.articles.draft_agreement import drafted_agreement
from holdfire.articles.draft_tables import (
    OUTAGE_COLUMNS,
    STATEMENT_COLUMNS,
    TALKS_COLUMNS,
    TEMPERATURE_COLUMNS,
    cited,
    outage_rows,
    report_rows,
    statement_rows,
    talks_rows,
    temperature_rows,
)
from holdfire.articles.proposal import Proposed
from holdfire.monitor.incident_list import COLUMNS as REPORT_COLUMNS
from holdfire.places import Areas
from holdfire.terms import write_yaml
from holdfire.terms.instants import UNSAID

FORTNIGHT = timedelta(days=13)
_HEADER = """\
# A draft, read from articles. Nothing in it was decided by anybody until it was accepted at review; see proposal.json.
# `unsaid` stands for what the articles leave open; `holdfire lint` says what a case still needs.
# A facet that is left out was not named, and so asks nothing.
"""


def draft_files(items: list[Proposed], areas: Areas, title: str, time_zone: str | None) -> dict[str, str]:
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
    files["agreement.yaml"] = _HEADER + write_yaml(drafted_agreement(items, told, title, time_zone))
    files["case.yaml"] = write_yaml(_case(items, title, files))
    return files


def _csv(columns: Iterable[str], rows: list[dict[str, Any]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(columns), restval="", lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({k: "" if v is None else v for k, v in row.items()})
    return out.getvalue()


def _case(items: list[Proposed], title: str, files: dict[str, str]) -> dict[str, Any]:
    """Return a case file around the draft, so that it can be linted; its period begins with the first article."""
    days = sorted({p.article.published for p in items if p.article.published})
    kinds = (("reports", "incident_list"), ("temperatures", "conditions"), ("outages", "outages"))
    return {
        "title": title,
        "period": {"first": days[0], "last": days[-1] + FORTNIGHT} if days else {"first": UNSAID, "last": UNSAID},
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
