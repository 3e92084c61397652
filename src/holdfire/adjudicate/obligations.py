"""Obligations: what must be done, or be so, by a deadline: pending, held, violated or unproven.

One to withdraw, or to keep forces apart, is about positions: from its deadline on, the actors it binds hold no ground
in its place. Any other is about something done once, by the deadline. Neither is broken by silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import isinf
from zoneinfo import ZoneInfo

import polars as pl

from holdfire.adjudicate.coverage import Covered, Sight, acts_of, covered_each_day, summed, units_in_scope, unseen_acts
from holdfire.adjudicate.deeds import deeds, due_time
from holdfire.adjudicate.facets import within
from holdfire.adjudicate.findings import DayFinding, Figures, Finding, GroundHeld, GroundThen, status
from holdfire.adjudicate.plan import ClausePlan, Plan
from holdfire.adjudicate.positions import UNKNOWN_HOLD, Bounds, Hold, Proof, held_on
from holdfire.kleene import conjunction
from holdfire.terms import code_list
from holdfire.terms.instants import Span, midnight

Found = tuple[Finding, list[DayFinding]]
NEVER_SAID = Span(None, None)


@dataclass(frozen=True)
class Horizon:
    """The days over which obligations are looked at, and the last of them of which anything can be known.

    They are days of the time zone of calendars and maps.
    """

    first: date
    last: date
    known: date
    zone: ZoneInfo

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    def within(self, day: date, opens: Span, closes: Span) -> bool | None:
        """Tell whether a day lies in a window: surely, surely not, or perhaps or in part."""
        return within(midnight(day, self.zone), midnight(day + timedelta(days=1), self.zone), opens, closes)

    def passed(self, instant: datetime | None) -> bool:
        """Tell whether an instant lies in what is known; one that nobody gave does not."""
        return instant is not None and midnight(self.known + timedelta(days=1), self.zone) >= instant

    def first_from(self, instant: datetime) -> date:
        """Return the first day that begins at an instant or later; a map of an earlier one may show what was before."""
        day = instant.astimezone(self.zone).date()
        return day if midnight(day, self.zone) >= instant else day + timedelta(days=1)


def of_positions(clause: ClausePlan) -> bool:
    """Tell whether an obligation is about who holds what ground, which maps show.

    They do not show weapons or targets, nor what is to be so only under a condition.
    """
    act = clause.clause.act
    codes = [*act.certainly, *act.possibly] if act else []
    more = (clause.clause.weapon, clause.clause.target, clause.clause.condition)
    return more == (None, None, None) and all("withdrawal" in code_list("act").lineage(c) for c in codes)


def binding_time(clause: ClausePlan) -> tuple[Span | None, Span]:
    """Return from and until when what an obligation asks is to be so, or can be done in time."""
    if not of_positions(clause):
        return due_time(clause)
    closes, deadline = clause.end or NEVER_SAID, clause.deadline
    if deadline is None or clause.start is None:
        return clause.start or Span(deadline, deadline), closes
    earliest, latest = clause.start.earliest, clause.start.latest
    return Span(max(earliest or deadline, deadline), None if latest is None else max(latest, deadline)), closes


def obligations(
    incidents: pl.DataFrame, plan: Plan, calendar: pl.DataFrame, sights: list[Sight], proof: Proof, horizon: Horizon
) -> list[Found]:
    """Return one finding per obligation of every reading, each with its findings by day.

    `incidents` are tables.INCIDENTS, `calendar` is tables.CALENDAR. `proof` says which maps count.
    """
    return [
        _kept(clause, plan, proof, horizon)
        if of_positions(clause)
        else _done(clause, plan, incidents, calendar, sights, horizon)
        for clause in plan.of_norm("obligation")
    ]


def _kept(clause: ClausePlan, plan: Plan, proof: Proof, horizon: Horizon) -> Found:
    """Judge an obligation to hold no ground in a place, day by day."""
    due = None if clause.deadline is None else horizon.first_from(clause.deadline)
    closes = clause.end.latest if clause.end else None
    over = clause.deadline is not None and closes is not None and closes <= clause.deadline
    holds = {d: held_on(clause, plan, proof, d) for d in horizon.days if d <= horizon.known}
    days = []
    for day in horizon.days:
        in_force: bool | None = True
        if over:
            in_force = False
        elif clause.start is not None:
            in_force = horizon.within(day, clause.start, clause.end or NEVER_SAID)
        days.append(_kept_on(day, clause, holds.get(day), in_force, due))
    binding = [d for d in days if d.total]
    violated, open_ = [d for d in binding if d.violations], [d for d in binding if d.undetermined]
    coverage = Covered(sum(d.covered for d in binding), len(binding))
    if over or (due is not None and due <= horizon.known and not binding):
        told = "not_in_force"
    elif due is None or due > horizon.known:
        told = "pending"
    else:
        told = status(len(violated), len(open_), coverage)
    deciding = {"violated": violated, "held": binding, "unproven": open_ or binding}.get(told, [])
    if told == "pending":
        deciding = [d for d in days if d.day == horizon.known]
    opens, until = binding_time(clause)
    finding = Finding(
        clause.reading_id,
        clause.clause_id,
        opens.earliest if opens else None,
        until.latest,
        told,
        violations=len(violated),
        undetermined=len(open_),
        absorbed=0,
        munitions_violating=0,
        munitions_undetermined=0,
        covered=coverage.covered,
        total=coverage.total,
        unseen_acts=[],
        norm="obligation",
        deadline=clause.deadline,
        area_km2=_ground_held(holds, told, [d.day for d in binding], horizon.known),
        evidence=list(dict.fromkeys(m for d in deciding for m in d.evidence or ())),
    )
    return finding, days


def _kept_on(day: date, clause: ClausePlan, hold: Hold | None, in_force: bool | None, due: date | None) -> DayFinding:
    """Judge one day; `hold` is null where the day lies ahead, and `due` is the first day on which it binds."""
    ahead, hold = hold is None, hold or UNKNOWN_HOLD
    binds = in_force is not False and due is not None and day >= due
    violated = conjunction([in_force, hold.answer]) if binds else False
    if in_force is False:
        told = "not_in_force"
    elif not binds or ahead:
        told = "pending"
    else:
        told = status(violated is True, violated is None, Covered(hold.mapped, 1))
    return DayFinding(
        clause.reading_id,
        clause.clause_id,
        day,
        told,
        violations=int(violated is True),
        undetermined=int(violated is None),
        covered=int(binds and hold.mapped),
        total=int(binds),
        norm="obligation",
        area_km2=_figures(hold.agreed),
        evidence=list(hold.maps),
    )


def _ground_held(holds: Mapping[date, Hold], told: str, binding: list[date], known: date) -> GroundHeld:
    """Return the ground held on the first and on the last day that bind; of what is pending, on the last one known."""
    reached = [d for d in binding if d <= known]
    first = holds[reached[0]] if reached else UNKNOWN_HOLD
    last = holds.get(known if told == "pending" else reached[-1] if reached else date.min, UNKNOWN_HOLD)
    by_source = {
        s: GroundThen(_figures(first.by_source.get(s)), _figures(last.by_source.get(s)))
        for s in sorted({*first.by_source, *last.by_source})
    }
    return GroundHeld(_figures(first.agreed), _figures(last.agreed), by_source)


def _figures(bounds: Bounds | None) -> Figures | None:
    return None if bounds is None else (bounds[0], None if isinf(bounds[1]) else bounds[1])


def _done(
    clause: ClausePlan,
    plan: Plan,
    incidents: pl.DataFrame,
    calendar: pl.DataFrame,
    sights: list[Sight],
    horizon: Horizon,
) -> Found:
    """Judge an obligation to do something by the deadline, or within its window if that ends sooner."""
    opens, closes = due_time(clause)
    begins = opens or Span(*(midnight(horizon.first, horizon.zone),) * 2)
    found = deeds(incidents, clause, plan, begins, horizon.zone)
    due = [d for d in horizon.days if horizon.within(d, begins, closes) is not False]
    shares = covered_each_day(clause, plan, calendar, sights, due)
    coverage = summed(shares.values())
    evidence = found.open_
    if found.sure:
        told, evidence = "held", found.sure
    elif not due:
        told = "not_in_force"
    elif not horizon.passed(closes.latest):
        told = "pending"
    elif found.open_ or not coverage.total or coverage.covered < coverage.total:
        told = "unproven"
    else:
        told, evidence = "violated", [*found.late, *_watching(clause, plan, sights)]
    finding = Finding(
        clause.reading_id,
        clause.clause_id,
        opens.earliest if opens else None,
        closes.latest,
        told,
        violations=int(told == "violated"),
        undetermined=0 if found.sure else len(found.open_),
        absorbed=0,
        munitions_violating=0,
        munitions_undetermined=0,
        covered=coverage.covered,
        total=coverage.total,
        unseen_acts=unseen_acts(clause, sights),
        norm="obligation",
        deadline=clause.deadline,
        evidence=evidence,
    )
    days = []
    for day in horizon.days:
        share = shares.get(day, Covered(0, 0))
        on_day = _on_day(day, told, due, found.done, horizon.known)
        days.append(
            DayFinding(
                clause.reading_id,
                clause.clause_id,
                day,
                on_day,
                violations=int(on_day == "violated"),
                undetermined=finding.undetermined if on_day == "unproven" else 0,
                covered=share.covered,
                total=share.total,
                norm="obligation",
                evidence=evidence if on_day in ("held", "violated", "unproven") else [],
            )
        )
    return finding, days


def _on_day(day: date, told: str, due: list[date], done: date | None, known: date) -> str:
    """Return what is to be said of a day: nothing before its time, then that it is due, then what came of it."""
    if done is not None and day >= done:
        return "held"
    if not due or day < due[0]:
        return "not_in_force"
    return "pending" if day <= due[-1] or day > known else told


def _watching(clause: ClausePlan, plan: Plan, sights: list[Sight]) -> list[str]:
    """Return the sources that would have told of the act in the place, sorted."""
    lines = [plan.areas.lineage(u) for u in units_in_scope(clause, plan, sights)]
    acts = {b for a in acts_of(clause) for b in code_list("act").lineage(a)}
    return sorted({s.source_id for s in sights if acts & set(s.acts) and any(s.place in line for line in lines)})
