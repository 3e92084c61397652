"""Who retells whom: a claim is as many witnesses as it has origins, however many outlets print it."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl


def origin(name: str, retells: Mapping[str, str]) -> str:
    """Return the group whose claims a group repeats, or the group itself; chains are followed to their end."""
    while name in retells:
        name = retells[name]
    return name


def traced(reports: pl.DataFrame, retells: Mapping[str, str]) -> pl.DataFrame:
    """Return reports (tables.REPORTS) whose source groups are the origins that these retell, each once and sorted.

    `retells` maps a source group, or an outlet, to the group whose claims it repeats; chains are followed to their
    end. A report of which no origin is stated gets one if its outlet is known to retell somebody.
    """
    if not retells:
        return reports

    groups = []
    for stated, outlet in reports.select("source_groups", "outlet").iter_rows():
        names = [outlet] if stated is None and outlet in retells else stated
        groups.append(None if names is None else sorted({origin(n, retells) for n in names}))
    return reports.with_columns(pl.Series("source_groups", groups, pl.List(pl.String)))
