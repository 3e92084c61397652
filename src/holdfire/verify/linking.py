"""Which reports speak of the same incident: the interface that linkers fill, and the first of them."""

from __future__ import annotations

from typing import Protocol

import polars as pl


class Linker(Protocol):
    """Gives every report the id of its incident.

    Takes a table of tables.REPORTS; returns one of `report_id, incident_id`, one row per report. The answer may
    not depend on the order of the rows.
    """

    def __call__(self, reports: pl.DataFrame) -> pl.DataFrame: ...


def as_listed(reports: pl.DataFrame) -> pl.DataFrame:
    """Link as the list itself judged: reports with the same `same_as` are one incident, the others stand alone.

    A `same_as` may point to a report that points on; chains are followed. The incident takes the least
    report_id of its reports.
    """
    parent = {r: r for r in reports["report_id"].to_list()}

    def root(report: str) -> str:
        while parent[report] != report:
            parent[report] = parent[parent[report]]
            report = parent[report]
        return report

    for report, same in reports.select("report_id", "same_as").iter_rows():
        if same in parent:
            a, b = sorted((root(report), root(same)))
            parent[b] = a
    return pl.DataFrame(
        [(r, root(r)) for r in sorted(parent)],
        schema={"report_id": pl.String, "incident_id": pl.String},
        orient="row",
    )
