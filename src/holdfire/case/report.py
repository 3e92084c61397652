"""What the report is told: everything a run found, put together for `publish`."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from holdfire import __version__
from holdfire.adjudicate import Finding
from holdfire.assess import Assessment
from holdfire.case.folder import Case
from holdfire.case.outputs import provenance
from holdfire.case.stages import Judged
from holdfire.monitor import Observed, days_between
from holdfire.monitor.memory import files_of
from holdfire.publish import Content, DayContext, SourceNote
from holdfire.verify import repeated

LIMITS = [
    "A verdict is about a clause under one reading of it. It is not a judgement of lawfulness or of guilt.",
    "What nobody reported does not appear, and is never read as quiet: see the coverage beside each finding.",
    "A tally of a night counts located incidents of that night too. Where both are known, a finding adds them once.",
    "Reports were linked into incidents by what they say and by what people decided; other links are possible.",
]


def content(
    case: Case,
    observed: Observed,
    found: pl.DataFrame,
    judged: Judged,
    assessment: Assessment,
    as_of: date | None = None,
    catalogue: Path | None = None,
) -> Content:
    """Return what the report page tells of a run, with what is known now or was known by the end of a day.

    `catalogue` is the file that the assessment's base rate is from.
    """
    period = case.file.period
    return Content(
        title=case.file.title + (f", as known on {as_of.day} {as_of:%B %Y}" if as_of else ""),
        period=(period.first, period.last),
        standard=case.file.standard,
        version=__version__,
        inputs=provenance(case, catalogue=catalogue)["inputs"],
        agreement=case.agreement,
        plan=judged.plan,
        areas=case.areas,
        incidents=found,
        reports=observed.reports,
        conditions=observed.conditions,
        verdicts=judged.verdicts,
        contested=judged.contested,
        findings=judged.findings,
        days=judged.days,
        context=_context(case, observed, assessment.nights),
        assessment=assessment,
        sources=_sources(case, observed),
        repeated=repeated(observed.reports),
        limits=LIMITS,
        talks=case.talks,
        claims=case.claims,
    )


def _context(case: Case, observed: Observed, nights: pl.DataFrame) -> list[DayContext]:
    """Return what each day was like; an observed temperature goes before an analysed one, that before a forecast."""
    period = case.file.period
    launched = {day: (drones, missiles) for day, drones, missiles in nights.iter_rows()}
    coldest: dict[tuple[str, date], float] = {}
    stated = pl.col("value_min").is_not_null() & pl.col("value_max").is_not_null()
    lows = observed.conditions.filter((pl.col("fact") == "temperature_min") & stated)
    for kind, day, low in lows.select("kind", "day", "value_min").iter_rows():
        coldest[kind, day] = min(low, coldest.get((kind, day), low))
    hours = observed.conditions.filter(pl.col("fact") == "alert_hours").group_by("day").agg(pl.col("value_min").mean())
    alerts = dict(hours.iter_rows())
    out = []
    for day in days_between(period.first, period.last):
        kind = next((k for k in ("observed", "analysed", "forecast") if (k, day) in coldest), None)
        drones, missiles = launched.get(day, (None, None))
        low = coldest[kind, day] if kind else None
        out.append(DayContext(day, drones, missiles, low, kind, alerts.get(day)))
    return out


def _sources(case: Case, observed: Observed) -> list[SourceNote]:
    period = case.file.period
    days = days_between(period.first, period.last)
    out = []
    for source in case.file.sources:
        calendar = observed.calendar.filter(pl.col("source_id") == source.id)
        reported = set(calendar.filter(pl.col("reported"))["day"].to_list())
        out.append(
            SourceNote(
                source_id=source.id,
                title=source.title,
                publisher=source.publisher,
                url=source.url,
                licence=source.licence,
                reports=len(observed.reports.filter(pl.col("source_id") == source.id)),
                days_reported=len(reported),
                days_total=len(days) if len(calendar) else 0,
                missing_days=tuple(d for d in days if d not in reported) if len(calendar) else (),
                limits=source.limits,
                refused=tuple(observed.refused.filter(pl.col("source_id") == source.id)["found"].to_list()),
                files=tuple(sorted(files_of(case.folder, source.path))),
            )
        )
    return out


def headline(case: Case, judged: Judged) -> list[str]:
    """Return one line per reading for the terminal: its gravest finding, with bounds and coverage."""
    lines = []
    for reading in case.agreement.readings:
        mine = [f for f in judged.findings if f.reading_id == reading.id]
        lines.append(f"{reading.title}: " + "; ".join(_told(f, case.agreement.zone) for f in mine))
    return lines


def _told(finding: Finding, zone: ZoneInfo) -> str:
    if finding.norm == "obligation":
        return _obligation_told(finding, zone)
    least, most = finding.violations - finding.absorbed, finding.violations + finding.undetermined
    bounds = f"{least} to {most} violations"
    return f"{finding.clause_id} {finding.status}, {bounds}, {finding.covered} of {finding.total} place-days covered"


def _obligation_told(finding: Finding, zone: ZoneInfo) -> str:
    said = f"{finding.clause_id} {finding.status}"
    if finding.deadline is not None:
        said += f", due by {(finding.deadline.astimezone(zone) - timedelta(microseconds=1)).date()}"
    if finding.area_km2 is not None:
        held = finding.area_km2.at_deadline or finding.area_km2.at_end
        if held is not None and finding.status != "held":
            most = "any" if held[1] is None else f"{held[1]:.1f}"
            said += f", {held[0]:.1f} to {most} km2 held"
        return f"{said}, maps of {finding.covered} of {finding.total} days" if finding.total else said
    return f"{said}, {finding.covered} of {finding.total} place-days covered"
