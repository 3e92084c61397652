"""Findings: one clause of one reading over a period, as violated, held or unproven, with bounds and coverage.

Here are those of prohibitions; those of obligations are in holdfire.adjudicate.obligations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl

from holdfire.adjudicate.counting import counted, parts
from holdfire.adjudicate.coverage import Covered, Sight, covered_days, covered_each_day, days_in_force, unseen_acts
from holdfire.adjudicate.doubt import Doubt
from holdfire.adjudicate.plan import ClausePlan, Plan

Figures = tuple[float, float | None]  # at least and at most; null is unbounded


@dataclass(frozen=True)
class GroundThen:
    """Ground held in the place of an obligation (km2): on the first and on the last day on which it binds.

    While it is pending, the last day is the last one known. Null: it has not come, or nothing is known of it.
    """

    at_deadline: Figures | None
    at_end: Figures | None


@dataclass(frozen=True)
class GroundHeld(GroundThen):
    """What the sources of lines of control agree on, and what each of them says."""

    by_source: dict[str, GroundThen]


@dataclass(frozen=True)
class Finding:
    """What one clause of one reading came to.

    `start` and `end` bound the time in which the clause is or may be in force, in UTC; null is unbounded. The
    number of violations lies in [violations - absorbed, violations + undetermined]: so many of the violating
    incidents are tallies of which another is a part. Munitions of incidents of which no figure is known add none.
    `covered` and `total` are place-days; `unseen_acts` are those of the clause that no source claims to report.
    `linking` says what it would be under other linkings; null if none was drawn.

    Of an obligation (`norm`), `start` and `end` bound the time in which it is to be done or kept. One to keep out of a
    place counts days: those on which it surely was not kept (`violations`) or that is not known (`undetermined`), and
    those of which there are maps (`covered`, `total`). One to do something counts one violation if it was not done, and
    the incidents that may be what was to be done. `evidence` are the ids that it rests on: incidents, sources, and maps
    as SOURCE:DAY; null for a prohibition, whose evidence is its verdicts.
    """

    reading_id: str
    clause_id: str
    start: datetime | None
    end: datetime | None
    status: str
    violations: int
    undetermined: int
    absorbed: int
    munitions_violating: int
    munitions_undetermined: int
    covered: int
    total: int
    unseen_acts: list[str]
    linking: Doubt | None = None
    norm: str = "prohibition"
    deadline: datetime | None = None
    area_km2: GroundHeld | None = None
    evidence: list[str] | None = None


@dataclass(frozen=True)
class DayFinding:
    """What one clause came to on one day; an incident belongs to the day by whose end it had ended.

    `area_km2` is the ground held in the place of an obligation; null where it is not known, or the clause is another.
    `evidence` is that of the day; null for a prohibition.
    """

    reading_id: str
    clause_id: str
    day: date
    status: str
    violations: int
    undetermined: int
    covered: int
    total: int
    norm: str = "prohibition"
    area_km2: Figures | None = None
    evidence: list[str] | None = None


def status(violations: int, undetermined: int, coverage: Covered) -> str:
    """Return violated, held or unproven. Held needs full coverage of at least one place-day."""
    if violations:
        return "violated"
    whole = coverage.total > 0 and coverage.covered == coverage.total
    return "held" if not undetermined and whole else "unproven"


def findings(
    verdicts: pl.DataFrame,
    incidents: pl.DataFrame,
    plan: Plan,
    calendar: pl.DataFrame,
    sights: list[Sight],
    first: date,
    last: date,
    linking: Mapping[tuple[str, str], Doubt] | None = None,
) -> list[Finding]:
    """Return one finding per prohibition of every reading, over the days of the period in which it is in force."""
    out = []
    part_of = parts(incidents)
    for clause in plan.of_norm("prohibition"):
        mine = _of(verdicts, clause)
        days = days_in_force(clause, plan, first, last)
        coverage = covered_days(clause, plan, calendar, sights, days)
        count = counted(mine, part_of)
        out.append(
            Finding(
                clause.reading_id,
                clause.clause_id,
                clause.start.earliest if clause.start else None,
                clause.end.latest if clause.end else None,
                status(count.violations, count.undetermined, coverage) if days else "not_in_force",
                count.violations,
                count.undetermined,
                count.absorbed,
                count.munitions_violating,
                count.munitions_undetermined,
                coverage.covered,
                coverage.total,
                unseen_acts(clause, sights),
                (linking or {}).get((clause.reading_id, clause.clause_id)),
            )
        )
    return out


def day_findings(
    verdicts: pl.DataFrame,
    incidents: pl.DataFrame,
    plan: Plan,
    calendar: pl.DataFrame,
    sights: list[Sight],
    first: date,
    last: date,
) -> list[DayFinding]:
    """Return one finding per prohibition and day of the period."""
    zone = str(plan.zone)
    ended = incidents.select(
        "incident_id",
        pl.max_horizontal(pl.col("start"), pl.col("end") - pl.duration(microseconds=1))
        .dt.convert_time_zone(zone)
        .dt.date()
        .alias("day"),
    )
    counts = (
        verdicts.join(ended, on="incident_id")
        .group_by("reading_id", "clause_id", "day")
        .agg(
            (pl.col("verdict") == "violation").sum().alias("violations"),
            (pl.col("verdict") == "undetermined").sum().alias("undetermined"),
        )
    )
    at = {(r, c, d): (v, u) for r, c, d, v, u in counts.iter_rows()}
    out = []
    for clause in plan.of_norm("prohibition"):
        in_force = set(days_in_force(clause, plan, first, last))
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        for day, coverage in covered_each_day(clause, plan, calendar, sights, days).items():
            violations, undetermined = at.get((clause.reading_id, clause.clause_id, day), (0, 0))
            binding = day in in_force or violations or undetermined
            out.append(
                DayFinding(
                    clause.reading_id,
                    clause.clause_id,
                    day,
                    status(violations, undetermined, coverage) if binding else "not_in_force",
                    violations,
                    undetermined,
                    coverage.covered,
                    coverage.total,
                )
            )
    return out


def _of(verdicts: pl.DataFrame, clause: ClausePlan) -> pl.DataFrame:
    return verdicts.filter((pl.col("reading_id") == clause.reading_id) & (pl.col("clause_id") == clause.clause_id))
