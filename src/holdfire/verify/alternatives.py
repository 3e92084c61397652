"""Other linkings that are plausible: how incidents would look if doubtful links had gone the other way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from holdfire import tables
from holdfire.verify.incidents import merged
from holdfire.verify.linking import Linked, alternatives
from holdfire.verify.standard import Standard

DRAWS = 40
SEED = 20260129


@dataclass(frozen=True)
class Redrawn:
    """Incidents that only other linkings have (tables.INCIDENTS), and how each linking differs from the one chosen.

    `gone` and `come` hold for every draw the incidents of the chosen linking that it has not, and those of the table
    that it has instead, by their ids: an id here is the draw, a slash, and the incident_id.
    """

    incidents: pl.DataFrame
    gone: list[frozenset[str]]
    come: list[frozenset[str]]


def drawn(linked: Linked, draws: int = DRAWS, seed: int = SEED) -> pl.DataFrame:
    """Return tables.ALTERNATIVES: for every drawn linking, the reports that it puts elsewhere.

    A draw that agrees with the chosen linking has one row of nulls, so that draws can be counted.
    """
    rows: list[dict[str, object]] = []
    for number, links in enumerate(alternatives(linked, draws, seed)):
        changed = links.join(linked.links, on="report_id", suffix="_chosen").filter(
            pl.col("incident_id") != pl.col("incident_id_chosen")
        )
        if changed.is_empty():
            rows.append({"draw": number})
        rows += [{"draw": number, **r} for r in changed.select("report_id", "incident_id").to_dicts()]
    return tables.frame(rows, tables.ALTERNATIVES).sort("draw", "report_id")


def redrawn(
    chosen: pl.DataFrame, reports: pl.DataFrame, draws: pl.DataFrame, standard: Standard, verifying: frozenset[str]
) -> Redrawn:
    """Merge the incidents that drawn linkings have beside the chosen ones (tables.INCIDENTS), each once a draw."""
    base = {r: i for i, members in chosen.select("incident_id", "report_ids").iter_rows() for r in members}
    gone, come, moved = [], [], []
    for number, changes in _changes(draws, base):
        affected = {base[r] for r in changes} | set(changes.values())
        now = {r: changes.get(r, i) for r, i in base.items() if i in affected}
        gone.append(frozenset(base[r] for r in now))
        come.append(frozenset(f"{number}/{i}" for i in now.values()))
        moved += [(r, f"{number}/{i}") for r, i in now.items()]
    wanted = pl.DataFrame(moved, schema={"report_id": pl.String, "as": pl.String}, orient="row")
    copies = wanted.join(reports, on="report_id").with_columns(
        (pl.col("as").str.split("/").list.first() + "/" + pl.col("report_id")).alias("report_id")
    )
    links = copies.select("report_id", pl.col("as").alias("incident_id"))
    return Redrawn(merged(copies.drop("as"), links, standard, verifying), gone, come)


def _changes(draws: pl.DataFrame, known: dict[str, str]) -> Iterator[tuple[int, dict[str, str]]]:
    for (number,), rows in draws.group_by("draw", maintain_order=True):
        pairs = rows.select("report_id", "incident_id").iter_rows()
        yield int(str(number)), {r: i for r, i in pairs if r in known}
