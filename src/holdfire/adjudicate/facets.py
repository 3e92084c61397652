"""The answers of facets: true, false, or null for unknown (DESIGN section 4).

Every function takes incidents and one part of a clause, and returns a nullable boolean per incident. Facts are
asked once per distinct value, since many incidents share them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl

from holdfire.adjudicate.plan import ClausePlan, Plan
from holdfire.places import Place, answer
from holdfire.terms import Condition, Term, code_list
from holdfire.terms.codelist import ListName
from holdfire.terms.instants import Span

COLUMNS_OF: dict[str, tuple[str, ...]] = {
    "actor": ("actor",),
    "act": ("acts", "weapons"),
    "target": ("targets",),
    "place": ("place_code", "lon", "lat", "radius_km"),
    "time": ("start", "end"),
    "condition": ("place_code", "start", "end"),
}


def conjunction(answers: list[bool | None]) -> bool | None:
    """Strong Kleene and: false if any is false, else unknown if any is unknown, else true."""
    if any(a is False for a in answers):
        return False
    return None if any(a is None for a in answers) else True


def disjunction(answers: list[bool | None]) -> bool | None:
    """Strong Kleene or: true if any is true, else unknown if any is unknown, else false."""
    if any(a is True for a in answers):
        return True
    return None if any(a is None for a in answers) else False


def negation(value: bool | None) -> bool | None:
    """Strong Kleene not: unknown stays unknown."""
    return None if value is None else not value


def core_and_fringe(core: bool | None, fringe: bool | None, out: bool | None) -> bool | None:
    """In the core true, beyond the fringe or left out false, between them unknown."""
    if fringe is False or out is True:
        return False
    return True if core is True and out is False else None


def coded(term: Term, name: ListName, codes: list[str | None] | None, every: bool = False) -> bool | None:
    """Ask a coded term of the codes of one incident; null codes mean that nothing was stated.

    A prohibition is met if any code is the term's. A permission covers an incident only if `every` code is:
    who may strike a barracks may not strike the houses beside it in the same attack.
    """
    listing = code_list(name)
    answers = [_one(term, listing, code) for code in codes or [None]]
    return conjunction(answers) if every else disjunction(answers)


def _one(term: Term, listing: Any, code: str | None) -> bool | None:
    core = listing.matches([code], term.certainly) if term.certainly else False
    fringe = disjunction([core, listing.matches([code], term.possibly) if term.possibly else False])
    out = listing.matches([code], term.besides) if term.besides else False
    return core_and_fringe(core, fringe, out)


def within(start: datetime | None, end: datetime | None, opens: Span, closes: Span) -> bool | None:
    """Ask a window of one incident's interval [start, end); an instant has start equal to end."""
    if start is None or end is None:
        return None
    before = opens.earliest is not None and start < opens.earliest and end <= opens.earliest
    after = closes.latest is not None and start >= closes.latest
    if before or after:
        return False
    open_for_sure = opens.latest is not None and start >= opens.latest
    endless = closes.earliest is None and closes.latest is None
    in_time = endless or (closes.earliest is not None and end <= closes.earliest and start < closes.earliest)
    return True if open_for_sure and in_time else None


def _per_value(incidents: pl.DataFrame, columns: tuple[str, ...], ask: Callable[..., bool | None]) -> pl.Series:
    """Answer once per distinct combination of columns, for every incident."""
    known: dict[Any, bool | None] = {}
    answers = []
    for values in incidents.select(columns).iter_rows():
        key = tuple(tuple(v) if isinstance(v, list) else v for v in values)
        if key not in known:
            known[key] = ask(*values)
        answers.append(known[key])
    return pl.Series(answers, dtype=pl.Boolean)


def everywhere(incidents: pl.DataFrame) -> pl.Series:
    """The answer of a facet that asks nothing."""
    return pl.repeat(True, len(incidents), dtype=pl.Boolean, eager=True)


def facet(name: str, incidents: pl.DataFrame, clause: ClausePlan, plan: Plan) -> pl.Series:
    """Answer one facet of one clause. A facet that rests on less than the standard of proof is unknown."""
    ask = facet_question(name, clause, plan)
    if ask is None:
        return everywhere(incidents)
    answers = _per_value(incidents, COLUMNS_OF[name], ask)
    rests_on = {"condition": ["place", "time"]}.get(name, [name])
    unproven = pl.any_horizontal(*[pl.col("unproven_facets").list.contains(f) for f in rests_on])
    proven = incidents.select(pl.when(unproven.fill_null(False)).then(None).otherwise(True)).to_series()
    return incidents.select(pl.when(proven.is_null()).then(None).otherwise(answers)).to_series()


def facet_question(name: str, clause: ClausePlan, plan: Plan) -> Callable[..., bool | None] | None:
    """Return what a clause asks of the columns of a facet; null if it asks nothing."""
    if name == "time":
        opens, closes = clause.start, clause.end
        return None if opens is None or closes is None else lambda s, e: within(s, e, opens, closes)
    if name == "place":
        scope = clause.scope
        if scope is None:
            return None
        return lambda code, lon, lat, radius: answer(Place("", code, lon, lat, radius), scope, plan.areas)
    if name == "condition":
        condition = clause.condition
        return None if condition is None else lambda code, s, e: held(condition, code, s, e, plan)
    every = clause.clause.norm == "permission"
    if name == "act":
        act, weapon = clause.term("act"), clause.term("weapon")
        if act is None and weapon is None:
            return None
        return lambda acts, weapons: conjunction(
            [
                True if act is None else coded(act, "act", acts, every),
                True if weapon is None else coded(weapon, "weapon", weapons, every),
            ]
        )
    term = clause.term(name)
    if term is None:
        return None
    if name == "actor":
        return lambda code: coded(term, "actor", [code])
    return lambda codes: coded(term, "target", codes, every)


def held(
    condition: Condition, code: str | None, start: datetime | None, end: datetime | None, plan: Plan
) -> bool | None:
    """Ask a condition of the place and the days that an incident touches; unknown where nobody observed it."""
    if code is None or start is None or end is None:
        return None
    answers = {_on(condition, plan.observed.get((condition.fact, code, d))) for d in _days(start, end, plan)}
    return answers.pop() if len(answers) == 1 else None


def _days(start: datetime, end: datetime, plan: Plan) -> list[date]:
    first = start.astimezone(plan.zone).date()
    last = max(start, end - timedelta(microseconds=1)).astimezone(plan.zone).date()
    return [first + timedelta(days=n) for n in range(min((last - first).days, 366) + 1)]


def _on(condition: Condition, value: tuple[float | None, float | None] | None) -> bool | None:
    low, high = value or (None, None)
    if low is None or high is None:
        return None
    if condition.at_most is not None:
        return True if high <= condition.at_most else False if low > condition.at_most else None
    assert condition.at_least is not None
    return True if low >= condition.at_least else False if high < condition.at_least else None
