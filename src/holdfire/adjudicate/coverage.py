"""Coverage: on how many of the place-days of a clause did a source report that would have told."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from holdfire.adjudicate.facets import within
from holdfire.adjudicate.plan import ClausePlan, Plan
from holdfire.places import Place, answer
from holdfire.terms import code_list
from holdfire.terms.instants import midnight


@dataclass(frozen=True)
class Sight:
    """What a source sees whenever it reports: acts, in an area and all below it."""

    source_id: str
    place: str
    acts: tuple[str, ...]


@dataclass(frozen=True)
class Covered:
    """Place-days of a clause: those that the sources covered, and all."""

    covered: int
    total: int


def days_in_force(clause: ClausePlan, plan: Plan, first: date, last: date) -> list[date]:
    """Return the days of the period on which a clause is or may be in force."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    if clause.start is None or clause.end is None:
        return days
    opens, closes = clause.start, clause.end
    return [
        d
        for d in days
        if within(midnight(d, plan.zone), midnight(d + timedelta(days=1), plan.zone), opens, closes) is not False
    ]


def units_in_scope(clause: ClausePlan, plan: Plan, sights: list[Sight]) -> list[str]:
    """Return the areas to count: first-level units that the clause's place reaches, or may reach.

    A clause without a place reaches every area that the sources of the case speak of.
    """
    countries = sorted({plan.areas.lineage(s.place)[-1] for s in sights})
    if clause.scope is not None:
        countries = sorted(set(countries) | set(clause.scope.countries()))
    units = [u for c in countries for u in (plan.areas.below(c) or (c,))]
    if clause.scope is None:
        return units
    return [u for u in units if answer(Place("", u, None, None, None), clause.scope) is not False]


def acts_of(clause: ClausePlan) -> list[str]:
    """Return the acts that a clause forbids or may forbid, sorted; any attack where it names none."""
    term = clause.clause.act
    return sorted({*term.certainly, *term.possibly}) if term else ["attack"]


def unseen_acts(clause: ClausePlan, sights: list[Sight]) -> list[str]:
    """Return the acts of a clause that no source of the case claims to report, wherever it looks."""
    seen = {a for s in sights for a in s.acts}
    return [a for a in acts_of(clause) if not seen & set(code_list("act").lineage(a))]


def covered_days(
    clause: ClausePlan, plan: Plan, calendar: pl.DataFrame, sights: list[Sight], days: list[date]
) -> Covered:
    """Count the place-days on which every prohibited act would have been reported (see `covered_each_day`)."""
    return summed(covered_each_day(clause, plan, calendar, sights, days).values())


def summed(shares: Collection[Covered]) -> Covered:
    """Return the place-days of several days as one."""
    return Covered(sum(s.covered for s in shares), sum(s.total for s in shares))


def covered_each_day(
    clause: ClausePlan, plan: Plan, calendar: pl.DataFrame, sights: list[Sight], days: list[date]
) -> dict[date, Covered]:
    """Count for each of some days the places for which every prohibited act would have been reported.

    A day counts for an area if, for each act that the clause forbids (or may forbid), a source that reports such
    acts there did report on that day. An act broader than what the sources see is not covered.
    """
    reported = {
        (source, place, day)
        for source, place, day in calendar.filter(pl.col("reported"))
        .select("source_id", "place_code", "day")
        .iter_rows()
    }
    lines = [set(code_list("act").lineage(act)) for act in acts_of(clause)]
    telling = [[s for s in sights if line & set(s.acts)] for line in lines]
    areas = [plan.areas.lineage(u) for u in units_in_scope(clause, plan, sights)]

    def told(area: tuple[str, ...], day: date) -> bool:
        return all(
            any(s.place in area and (s.source_id, s.place, day) in reported for s in of_act) for of_act in telling
        )

    return {day: Covered(sum(told(area, day) for area in areas), len(areas)) for day in days}
