"""The stages of a run, each a function of the case and of what the stages before it found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import polars as pl

from holdfire import tables
from holdfire.adjudicate import (
    DayFinding,
    Finding,
    Horizon,
    Plan,
    compile_plan,
    contested,
    day_findings,
    doubts,
    findings,
    judge_batch,
    obligations,
)
from holdfire.case.folder import Case
from holdfire.case.knowledge import memory_of, observed_as_of
from holdfire.engine import Run, run_here
from holdfire.monitor import Observed, gather, observe
from holdfire.monitor.memory import remember
from holdfire.monitor.retelling import traced
from holdfire.problems import InputError, Problem, bad, suggest
from holdfire.terms.instants import midnight
from holdfire.verify import Linked, check_decisions, drawn, incidents, link, redrawn, with_fires

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Judged:
    """What adjudicating a case gives."""

    plan: Plan
    verdicts: pl.DataFrame
    contested: pl.DataFrame
    findings: list[Finding]
    days: list[DayFinding]


def monitor(case: Case, tell: Tell = lambda _: None, as_of: date | None = None) -> Observed:
    """Read every source of a case, as it is or as it was known by the end of a day. Raises InputError."""
    observed = []
    problems: list[Problem] = []
    for source in case.file.sources:
        tell(f"reading {source.id}")
        try:
            one = observed_as_of(case, source, as_of) if as_of else observe(source, case.setting)
            observed.append(one)
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    gathered = gather(observed)
    ids = gathered.reports["report_id"]
    if ids.is_duplicated().any():
        twice = gathered.reports.filter(ids.is_duplicated())["report_id"][0]
        raise bad(str(case.folder), f"report_id '{twice}' comes from two sources", "ids that differ", "Rename one.")
    if as_of is None:
        _check_claims(case, ids.to_list())
    return replace(gathered, reports=traced(gathered.reports, case.file.retells))


def _check_claims(case: Case, reports: list[str]) -> None:
    """Refuse a claim about an incident that no report tells of; as of an earlier day, it may not have been known."""
    for claim in case.claims.claims if case.claims else []:
        if claim.incident is not None and claim.incident not in reports:
            found = f"claim '{claim.id}' speaks of '{claim.incident}', which is no report"
            where = str(case.folder / (case.file.claims or ""))
            raise bad(where, found, "the id of a report", suggest(claim.incident, reports))


def remember_files(case: Case) -> list[str]:
    """Keep a dated snapshot of every source's file that changed since the last one; returns which did."""
    now = datetime.now(UTC)
    sources = case.file.sources
    return [s.id for s in sources if s.path and remember(memory_of(case), s, case.folder / s.path, now)]


@dataclass(frozen=True)
class Verified:
    """What verifying a case gives: incidents, the linking that made them, and others that are plausible."""

    incidents: pl.DataFrame
    linked: Linked
    alternatives: pl.DataFrame


def verify(case: Case, reports: pl.DataFrame, detections: pl.DataFrame | None = None) -> Verified:
    """Link the reports that can fall into the case's period into incidents, and see what sensors saw there."""
    opens = midnight(case.file.period.first, case.zone)
    closes = midnight(case.file.period.last + timedelta(days=1), case.zone)
    in_period = reports.filter(pl.col("start").is_null() | ((pl.col("end") > opens) & (pl.col("start") < closes)))
    practice = case.practice
    check_decisions(practice.decisions, set(reports["report_id"].to_list()))
    linked = link(in_period, practice)
    found = incidents(in_period, case.file.standard, case.verifying, linked.links)
    seen = tables.empty(tables.DETECTIONS) if detections is None else detections
    return Verified(with_fires(found, seen), linked, drawn(linked))


def adjudicate(
    case: Case,
    observed: Observed,
    found: pl.DataFrame,
    alternatives: pl.DataFrame,
    run: Run = run_here,
    as_of: date | None = None,
) -> Judged:
    """Judge incidents and positions under every reading of the agreement, and incidents as they might be linked too.

    `as_of` is the last day of which anything is known; null: the period is over.
    """
    plan = compile_plan(case.agreement, case.areas, case.gazetteer, observed.conditions, observed.lines)

    def judge(table: pl.DataFrame) -> pl.DataFrame:
        return run(partial(judge_batch, plan=plan), table)

    verdicts = judge(found).sort("incident_id", "reading_id", "clause_id")
    others = redrawn(found, observed.reports, alternatives, case.file.standard, case.verifying)
    linking, verdicts = doubts(verdicts, found, others, plan, judge)
    period, calendar = case.file.period, observed.calendar
    horizon = Horizon(period.first, period.last, min(period.last, as_of or period.last), case.zone)
    duties = obligations(found, plan, calendar, case.sights, case.proof, horizon)
    order = {(c.reading_id, c.clause_id): n for n, c in enumerate(plan.clauses)}
    whole = findings(verdicts, found, plan, calendar, case.sights, period.first, period.last, linking)
    days = day_findings(verdicts, found, plan, calendar, case.sights, period.first, period.last)
    return Judged(
        plan,
        verdicts,
        contested(verdicts, [r.id for r in case.agreement.readings]),
        sorted([*whole, *(f for f, _ in duties)], key=lambda f: order[f.reading_id, f.clause_id]),
        sorted([*days, *(d for _, own in duties for d in own)], key=lambda d: order[d.reading_id, d.clause_id]),
    )
