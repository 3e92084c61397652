"""Clauses that nobody could ever verify with the sources of a case, whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl

from holdfire.adjudicate.coverage import Sight, acts_of, covered_days, days_in_force, units_in_scope, unseen_acts
from holdfire.adjudicate.obligations import of_positions
from holdfire.adjudicate.plan import ClausePlan, Plan
from holdfire.terms import code_list
from holdfire.terms.lint import Example, Place, Precedent, Rule
from holdfire.terms.lint.literature import DISENGAGEMENT, GUIDANCE, VICTORY_DAY


@dataclass(frozen=True)
class Watch:
    """A plan, and what the sources of its case can see of it: their calendar (tables.CALENDAR), over a period."""

    plan: Plan
    calendar: pl.DataFrame
    sights: list[Sight]
    first: date
    last: date


def _unverifiable(watch: Watch) -> Iterator[Place]:
    for clause in watch.plan.clauses:
        found = None
        if clause.clause.norm == "prohibition":
            found = _unwatched(clause, watch)
        elif clause.clause.norm == "obligation" and of_positions(clause):
            found = None if watch.plan.lines.sources() else "no source of the case maps who holds what ground"
        elif clause.clause.norm == "obligation":
            found = _unseen(clause, watch)
        if found:
            yield Place(("readings", clause.reading_id, "clauses", clause.clause_id), found)


def _unwatched(clause: ClausePlan, watch: Watch) -> str | None:
    """Return why on no day in force would every forbidden act have been told; null if on some day it would."""
    if unseen := _unseen(clause, watch):
        return unseen
    days = days_in_force(clause, watch.plan, watch.first, watch.last)
    if days and not covered_days(clause, watch.plan, watch.calendar, watch.sights, days).covered:
        return "the sources that would tell reported on none of its days, or nowhere in its place"
    return None


def _unseen(clause: ClausePlan, watch: Watch) -> str | None:
    labels = code_list("act")
    unseen = unseen_acts(clause, watch.sights)
    if unseen:
        told = ", ".join(labels.label(a).lower() for a in unseen)
        return f"no source of the case claims to report every {told}, so that it could never be shown to be kept"
    areas = [watch.plan.areas.lineage(u) for u in units_in_scope(clause, watch.plan, watch.sights)]
    for act in acts_of(clause):
        line = set(labels.lineage(act))
        if not any(s.place in area for s in watch.sights if line & set(s.acts) for area in areas):
            return f"no source of the case claims to report {labels.label(act).lower()} in its place"
    return None


def _unobserved(watch: Watch) -> Iterator[Place]:
    observed = {fact for fact, _, _ in watch.plan.observed}
    for clause in watch.plan.clauses:
        condition = clause.condition
        if condition is not None and condition.fact not in observed:
            found = f"no source of the case observes '{condition.fact}', so that what hangs on it stays open"
            yield Place(("readings", clause.reading_id, "clauses", clause.clause_id, "condition"), found)


UNVERIFIABLE: Rule[Watch] = Rule(
    "unverifiable",
    "A clause that nobody could verify",
    "gap",
    "Where no source would tell of a violation, silence proves nothing and the clause can never be shown to have been "
    "kept.",
    Precedent(
        "Ukraine held in 2019 that seven days of quiet at Zolote and Petrivske had to be confirmed by the OSCE "
        "mission before forces drew back: a term that hung on what a third party could observe, every day.",
        DISENGAGEMENT,
    ),
    (GUIDANCE,),
    "The commission watches by [cameras, patrols, flights] every day and publishes a bulletin for each, also when "
    "nothing was seen; what it cannot watch is not forbidden by this clause.",
    Example(
        "case",
        """\
sources:
  - {id: s, kind: incident_list, title: Press, path: data/reports.csv, publisher: P, licence: L, act: attack}""",
        """\
sources:
  - {id: s, kind: attack_bulletins, title: The commission, path: data/launches.csv, publisher: P, licence: L,
     actor: russia_forces, place: UA, covers: {place: UA, acts: [attack]}}""",
    ),
    _unverifiable,
)
CONDITION_UNOBSERVED: Rule[Watch] = Rule(
    "condition-unobserved",
    "A condition that nobody observes",
    "gap",
    "An incident under such a condition is undetermined for good: nobody can say whether the clause applied.",
    Precedent(
        "In the truce of May 2025 violations were to be answered, and a mirror response was later claimed for every "
        "attack; no source observes which attack answers which (VD-S003, VD-S013).",
        VICTORY_DAY,
    ),
    (GUIDANCE,),
    "It holds in a region on each day for which the station named in annex B observed a minimum of -10 C or less; the "
    "observation is published by noon of the next day.",
    Example(
        "clause",
        "condition: {fact: answers_a_breach, at_least: 1}",
        "condition: {fact: temperature_min, at_most: -10}",
    ),
    _unobserved,
)
