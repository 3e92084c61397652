"""Which independent lists an incident is on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from holdfire.places import Areas
from holdfire.terms.instants import midnight

Lists = Mapping[str, Sequence[str]]


def listed(
    incidents: pl.DataFrame, reports: pl.DataFrame, lists: Lists, first: date, last: date, zone: ZoneInfo
) -> tuple[list[tuple[str | None, frozenset[str]]], int]:
    """Return the place code and the lists of every incident that surely lies in a window of days, both ends included.

    Takes tables.INCIDENTS, tables.REPORTS, and the source groups and sources that make up each list. Tallies are no
    incidents. The second value counts the incidents on some list that may lie in the window or not.
    """
    told = reports.select("report_id", "source_id", "source_groups").to_dicts()
    at = {r["report_id"]: _lists_of(r, lists) for r in told}
    opens, closes = midnight(first, zone), midnight(last + timedelta(days=1), zone)
    inside, unsure = [], 0
    for row in incidents.filter(~pl.col("tally")).sort("incident_id").iter_rows(named=True):
        on = frozenset(name for report in row["report_ids"] for name in at[report])
        if not on or (row["start"] is not None and (row["start"] >= closes or row["end"] <= opens)):
            continue
        if row["start"] is None or row["start"] < opens or row["end"] > closes:
            unsure += 1
        else:
            inside.append((row["place_code"], on))
    return inside, unsure


def _lists_of(report: dict[str, Any], lists: Lists) -> set[str]:
    """Return the lists that name an origin of a report; else those that name its source.

    What an outlet retells is on the list of whom it retells, and on no second one.
    """
    origins = set(report["source_groups"] or ())
    return {name for name, own in lists.items() if origins & set(own)} or {
        name for name, own in lists.items() if report["source_id"] in own
    }


def within(
    found: Sequence[tuple[str | None, frozenset[str]]], place: str, areas: Areas
) -> tuple[list[frozenset[str]], int]:
    """Return the lists of the incidents in an area, and how many others may lie there.

    These are the ones of which no area, or only a wider one, is known.
    """
    inside, unsure = [], 0
    for code, on in found:
        if code is not None and place in areas.lineage(code):
            inside.append(on)
        elif code is None or code in areas.lineage(place):
            unsure += 1
    return inside, unsure
