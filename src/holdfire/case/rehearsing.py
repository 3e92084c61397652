"""The draft of a case laid over its own past: which days of it, from which sources, and what they would have told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

import polars as pl

from holdfire.adjudicate import Plan, Rehearsal, compile_plan, rehearse
from holdfire.adjudicate.coverage import unseen_acts
from holdfire.adjudicate.settling import figures, options
from holdfire.case.file import Period
from holdfire.case.folder import Case
from holdfire.case.outputs import provenance
from holdfire.case.stages import monitor, verify
from holdfire.monitor import Observed
from holdfire.problems import bad
from holdfire.publish import Rehearsing, SourceSeen

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Rehearsed:
    """A rehearsal with what is told of it: `past` is the case with the days of the past as its period."""

    past: Case
    plan: Plan
    rehearsal: Rehearsal
    sources: list[SourceSeen]
    unseen: dict[str, list[str]]

    def document(self) -> dict[str, Any]:
        """Return what rehearsal.json holds."""
        told = self.rehearsal
        plain = ("first", "last", "every", "days", "placements", "used", "apart", "incidents", "tallies", "timeless")
        return {
            "provenance": provenance(self.past),
            **{name: getattr(told, name) for name in plain},
            "readings": [asdict(r) for r in told.readings],
            "frame": {name: asdict(getattr(told, name)) for name in ("judged", "contested", "sharp")},
            "settling": figures(told.settling),
            "sources": [asdict(s) for s in self.sources],
            "unseen_acts": self.unseen,
        }

    def options(self) -> pl.DataFrame:
        """Return what agreeing on one term or on two settles (tables.SETTLING)."""
        return options(self.rehearsal.settling, self.rehearsal.used)

    def content(self) -> Rehearsing:
        """Return what the page is told."""
        source = provenance(self.past)
        return Rehearsing(
            self.past.agreement,
            self.plan,
            self.past.areas,
            self.rehearsal,
            self.sources,
            self.unseen,
            self.past.file.standard,
            source["holdfire"],
            source["inputs"],
        )


def rehearse_case(
    case: Case,
    first: date | None = None,
    last: date | None = None,
    every: int = 1,
    tell: Callable[[str], None] = lambda _: None,
) -> Rehearsed:
    """Lay the agreement of a case over the days from first to last, both of the case's time zone.

    Null `first`: the first day of which a source tells that says what it covers, or any source if none does. Null
    `last`: the day before the agreement was announced. Raises InputError if there is no such past.
    """
    last = last or case.agreement.announced_on - DAY
    if first is None:
        first = _first_day(case, monitor(case).reports, last)
    if last < first:
        raise bad("rehearse", f"a past from {first} to {last}", "days in order", "Name an earlier --from.")
    past = replace(case, file=case.file.model_copy(update={"period": Period(first=first, last=last)}))
    observed = monitor(past, tell)
    tell(f"verifying {len(observed.reports)} reports")
    found = verify(past, observed.reports, observed.detections).incidents
    plan = compile_plan(case.agreement, case.areas, case.gazetteer, observed.conditions, observed.lines)
    tell(f"laying the draft over {len(found)} incidents")
    told = rehearse(found, plan, first, last, case.zone, every, _reported(past, observed))
    sights = case.sights
    unseen: dict[str, list[str]] = {}
    for clause in plan.of_norm("prohibition"):
        acts = unseen.setdefault(clause.reading_id, [])
        acts += [a for a in unseen_acts(clause, sights) if a not in acts]
    return Rehearsed(past, plan, told, _seen(past, observed), unseen)


def _first_day(case: Case, reports: pl.DataFrame, last: date) -> date:
    covering = [s.id for s in case.file.sources if s.covers]
    days = reports.with_columns(pl.col("start").dt.convert_time_zone(str(case.zone)).dt.date().alias("day"))
    told = days.filter(pl.col("source_id").is_in(covering)) if covering else days
    first = told["day"].min()
    if not isinstance(first, date) or first > last:
        found = f"no source tells of a day up to {last}"
        raise bad("rehearse", found, "reports of the days before the draft", "Name another past with --from and --to.")
    return first


def _reported(past: Case, observed: Observed) -> set[date] | None:
    """Return the days on which a source reported that says what it covers; null where none says so."""
    covering = [s.id for s in past.file.sources if s.covers]
    if not covering:
        return None
    told = observed.calendar.filter(pl.col("reported") & pl.col("source_id").is_in(covering))
    return set(told["day"].to_list())


def _seen(past: Case, observed: Observed) -> list[SourceSeen]:
    """Return what every source of reports tells of the past."""
    period = past.file.period
    total = (period.last - period.first).days + 1
    day = pl.col("start").dt.convert_time_zone(str(past.zone)).dt.date()
    reports = observed.reports.with_columns(day.alias("day")).filter(
        pl.col("day").is_between(period.first, period.last)
    )
    out = []
    for source in past.file.sources:
        mine = reports.filter(pl.col("source_id") == source.id)
        if not len(mine) and not source.covers:
            continue
        calendar = observed.calendar.filter((pl.col("source_id") == source.id) & pl.col("reported"))
        kept = source.covers is not None
        days = sorted(mine["day"].unique().to_list())
        out.append(
            SourceSeen(
                source.id,
                source.title,
                source.covers.place if source.covers else None,
                tuple(source.covers.acts) if source.covers else (),
                calendar["day"].n_unique() if kept else None,
                total,
                len(mine),
                int(mine["tally"].sum()),
                days[0] if days else None,
                days[-1] if days else None,
                source.limits,
            )
        )
    return out
