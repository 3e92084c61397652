"""What findings and verdicts would be if reports were linked otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import polars as pl

from holdfire.adjudicate.counting import Count, Row, count
from holdfire.adjudicate.plan import Plan
from holdfire.verify import Redrawn, counted_by

Key = tuple[str, str]
_OWN = ("incident_id", "reading_id", "clause_id", "verdict", "munitions")


@dataclass(frozen=True)
class Doubt:
    """One clause under other plausible linkings of the reports, each drawn with the probability of its links.

    `least` is the range of the lower bounds of its violations over the draws, `most` that of the upper bounds, and
    `violated` the share of draws under which it was violated at least once.
    """

    draws: int
    least: tuple[int, int]
    most: tuple[int, int]
    violated: float


def doubts(
    verdicts: pl.DataFrame,
    incidents: pl.DataFrame,
    redrawn: Redrawn,
    plan: Plan,
    judge: Callable[[pl.DataFrame], pl.DataFrame],
) -> tuple[dict[Key, Doubt], pl.DataFrame]:
    """Return the doubt of every clause, and verdicts with their column `stable` (tables.VERDICTS_TOLD)."""
    counts_for = pl.col("verdict").is_in(["violation", "undetermined"])
    new = judge(redrawn.incidents).select(_OWN)
    old = verdicts.select(_OWN).filter(counts_for)
    asked = new.filter(counts_for)
    # Incidents that are outside for sure under every clause count for nothing, as tallies or as parts.
    known = incidents.filter(pl.col("incident_id").is_in(old["incident_id"].unique().implode()))
    clauses = [(c.reading_id, c.clause_id) for c in plan.of_norm("prohibition")]
    moved = redrawn.incidents.filter(pl.col("incident_id").is_in(asked["incident_id"].unique().implode()))
    # Whether a tally counts an incident hangs on those two alone, and is the same in every draw that has both.
    part_of = counted_by(pl.concat([known, moved]))
    chosen, others = _rows(old), _rows(asked)
    counts: dict[Key, list[Count]] = {c: [] for c in clauses}
    for gone, come in zip(redrawn.gone, redrawn.come, strict=True):
        for key, found in counts.items():
            kept = [row for row in chosen.get(key, []) if row[0] not in gone]
            new_ones = [row for row in others.get(key, []) if row[0] in come]
            found.append(count([*kept, *new_ones], part_of))
    return {k: _doubt(c) for k, c in counts.items() if c}, verdicts.with_columns(_stable(verdicts, redrawn, new))


def _rows(verdicts: pl.DataFrame) -> dict[Key, list[Row]]:
    """Return the verdicts of every clause."""
    found: dict[Key, list[Row]] = {}
    for incident, reading, clause, verdict, munitions in verdicts.select(_OWN).iter_rows():
        found.setdefault((reading, clause), []).append((incident, verdict, munitions))
    return found


def _doubt(counts: list[Count]) -> Doubt:
    least = [c.violations - c.absorbed for c in counts]
    most = [c.violations + c.undetermined for c in counts]
    violated = sum(c.violations > 0 for c in counts) / len(counts)
    return Doubt(len(counts), (min(least), max(least)), (min(most), max(most)), violated)


def _stable(verdicts: pl.DataFrame, redrawn: Redrawn, new: pl.DataFrame) -> pl.Series:
    """Return the share of draws in which the incident that holds an incident's first report is judged the same."""
    draws = len(redrawn.gone)
    found = {(i, r, c): v for i, r, c, v in new.select(_OWN[:4]).iter_rows()}
    holder = {m: i for i, members in redrawn.incidents.select("incident_id", "report_ids").iter_rows() for m in members}

    def shares() -> Iterator[float | None]:
        for incident, reading, clause, verdict in verdicts.select(_OWN[:4]).iter_rows():
            moved = [holder[f"{n}/{incident}"] for n, gone in enumerate(redrawn.gone) if incident in gone]
            other = sum(found[i, reading, clause] != verdict for i in moved)
            yield 1 - other / draws if draws else None

    return pl.Series("stable", list(shares()), pl.Float64)
