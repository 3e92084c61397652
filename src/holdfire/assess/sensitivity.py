"""How much hangs on a threshold: clauses with a temperature in them, judged again at one threshold after another.

The condition of a clause, or of a zone that its place names (the towns in extreme cold), keeps its fact and its side
and gets another limit; everything else stays. A case may name further clauses, of which nobody said such a test, to be
judged as if they bound only where it was that cold.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import partial

import polars as pl

from holdfire.adjudicate import Plan, compile_plan, count_batch
from holdfire.engine import run_here
from holdfire.places import Areas, Gazetteer
from holdfire.terms import Agreement, Clause, Condition

COLDEST, WARMEST = -20, 0
# Towns in the cold are drawn anew for every day and threshold, which takes seconds a threshold.
STEP_C, STEP_OF_ZONES_C = 1, 5
DECIDES_ALONE = ("actor", "act", "target", "time")
FACT = "temperature_min"


@dataclass(frozen=True)
class Step:
    """Violations and undetermined incidents of a clause, from one limit to another in degrees C, both included."""

    first_c: float
    last_c: float
    violations: int
    undetermined: int


@dataclass(frozen=True)
class Sensitivity:
    """One clause at all thresholds. `limits` are its own; none where it is only judged as if it had one."""

    reading_id: str
    clause_id: str
    limits: tuple[float, ...]
    steps: list[Step]


def sensitivity(
    agreement: Agreement,
    areas: Areas,
    gazetteer: Gazetteer,
    conditions: pl.DataFrame,
    lines: pl.DataFrame,
    incidents: pl.DataFrame,
    verdicts: pl.DataFrame,
    as_if: Collection[tuple[str, str]] = (),
) -> list[Sensitivity]:
    """Judge the prohibitions with a temperature in them at -20 to 0 degrees C, and at their own limits.

    Steps are of one degree, or of five where an agreement draws towns by their temperature. Of the incidents, only
    those are judged again that `verdicts` (tables.VERDICT_ROWS) does not put outside whatever the temperature.
    `as_if` names prohibitions, as (reading, clause), that are given a lowest temperature of at most the threshold.
    Thresholds that no temperature of `conditions` tells apart give the same counts, and are judged once.
    """
    asked = {
        (r.id, c.id): limits
        for r in agreement.readings
        for c in r.clauses
        if c.norm == "prohibition" and ((limits := own_limits(c, agreement)) or (r.id, c.id) in as_if)
    }
    if not asked:
        return []
    own = {limit for limits in asked.values() for limit in limits}
    low, high = math.floor(min([COLDEST, *own])), math.ceil(max([WARMEST, *own]))
    drawn = any(z.towns is not None and z.towns.condition is not None for z in agreement.zones)
    step = STEP_OF_ZONES_C if drawn else STEP_C
    thresholds = sorted({*map(float, range(low, high + 1, step)), float(high), *own})
    incidents = _open(incidents, verdicts, asked)
    known = conditions.filter(pl.col("fact").str.starts_with("temperature"))
    values = [v for c in ("value_min", "value_max") for v in known[c].drop_nulls()]
    counts: dict[tuple[int, int], dict[tuple[str, str], tuple[int, int]]] = {}
    told: dict[tuple[str, str], list[Step]] = {key: [] for key in asked}
    for threshold in thresholds:
        apart = sum(v <= threshold for v in values), sum(v < threshold for v in values)
        if apart not in counts:
            changed = at(agreement, threshold, as_if)
            plan = compile_plan(changed, areas, gazetteer, conditions, lines)
            counts[apart] = _counted(plan, asked, incidents)
        for key in asked:
            told[key] = _with(told[key], threshold, counts[apart][key])
    return [Sensitivity(*key, limits, told[key]) for key, limits in asked.items()]


def own_limits(clause: Clause, agreement: Agreement) -> tuple[float, ...]:
    """Return the limits of temperature in the condition of a clause and in the zones that its place is made of."""
    found = [clause.condition] if clause.condition is not None else []
    zones = {z.id: z for z in agreement.zones}
    place = clause.place
    names = [*place.certainly, *place.possibly, *place.besides] if place is not None else []
    seen: set[str] = set()
    while names:
        name = names.pop()
        if name in zones and name not in seen:
            seen.add(name)
            names += zones[name].names()
            towns = zones[name].towns
            if towns is not None and towns.condition is not None:
                found.append(towns.condition)
    return tuple(sorted({limit for c in found if (limit := _limit(c)) is not None}))


def at(agreement: Agreement, threshold: float, as_if: Collection[tuple[str, str]] = ()) -> Agreement:
    """Return the agreement with another limit in every condition of temperature."""
    zones = []
    for zone in agreement.zones:
        towns = zone.towns
        if towns is not None and towns.condition is not None:
            towns = towns.model_copy(update={"condition": _moved(towns.condition, threshold)})
            zone = zone.model_copy(update={"towns": towns})
        zones.append(zone)
    readings = []
    for reading in agreement.readings:
        clauses = []
        for clause in reading.clauses:
            condition = clause.condition
            if condition is None and (reading.id, clause.id) in as_if:
                condition = Condition(fact=FACT, at_most=threshold)
            elif condition is not None:
                condition = _moved(condition, threshold)
            clauses.append(clause.model_copy(update={"condition": condition}))
        readings.append(reading.model_copy(update={"clauses": clauses}))
    return agreement.model_copy(update={"zones": zones, "readings": readings})


def _limit(condition: Condition) -> float | None:
    if not condition.fact.startswith("temperature"):
        return None
    return condition.at_most if condition.at_most is not None else condition.at_least


def _moved(condition: Condition, threshold: float) -> Condition:
    if _limit(condition) is None:
        return condition
    side = "at_most" if condition.at_most is not None else "at_least"
    return condition.model_copy(update={side: threshold})


def _open(incidents: pl.DataFrame, verdicts: pl.DataFrame, asked: Collection[tuple[str, str]]) -> pl.DataFrame:
    """Return the incidents that no facet apart from place and condition puts outside of all the clauses."""
    outside = pl.any_horizontal(pl.col(f).eq(False).fill_null(False) for f in DECIDES_ALONE)
    keys = pl.DataFrame(sorted(asked), schema={"reading_id": pl.String, "clause_id": pl.String}, orient="row")
    kept = verdicts.join(keys, on=["reading_id", "clause_id"]).filter(~outside)["incident_id"].unique()
    return incidents.filter(pl.col("incident_id").is_in(kept.to_list()))


def _counted(
    plan: Plan, asked: Iterable[tuple[str, str]], incidents: pl.DataFrame
) -> dict[tuple[str, str], tuple[int, int]]:
    wanted = set(asked)
    kept = tuple(c for c in plan.clauses if (c.reading_id, c.clause_id) in wanted or c.clause.norm == "permission")
    table = run_here(partial(count_batch, plan=replace(plan, clauses=kept)), incidents)
    counts = table.group_by("reading_id", "clause_id").agg(pl.col("violations").sum(), pl.col("undetermined").sum())
    return {(r, c): (v, u) for r, c, v, u in counts.iter_rows()}


def _with(steps: list[Step], threshold: float, count: tuple[int, int]) -> list[Step]:
    if steps and (steps[-1].violations, steps[-1].undetermined) == count:
        return [*steps[:-1], replace(steps[-1], last_c=threshold)]
    return [*steps, Step(threshold, threshold, *count)]
