"""The exposure of each reading's days, summed by place, and strikes on energy beside the cold of the day and after.

That the two stand beside each other says nothing of cause. Grids also fail of themselves, what is struck one week is
missed in the next, and a strike may be felt where no figure was reported.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from holdfire.adjudicate import Plan, absorbed, days_in_force, parts
from holdfire.assess.exposure_causes import AMOUNTS, CausePart, cause_parts
from holdfire.assess.exposure_days import unless_open
from holdfire.terms import code_list

ENERGY = "energy"
DECIDING = ("observed", "analysed")
Row = dict[str, Any]


@dataclass(frozen=True)
class HazardTotal:
    """One hazard in one place over the days of a reading (`of` so many) on which something is known of it (`days`).

    Columns are those of tables.EXPOSURE. Counts are the lowest and the highest of any day, hours and person-hours are
    summed over days; null: a day leaves them open. `kinds` tells what they rest on: forecasts stand by themselves.
    `causes` parts the days of an outage by what sources say caused it.
    """

    place_name: str
    hazard: str
    threshold_c: float | None
    quantity: str | None
    unit: str
    kinds: tuple[str, ...]
    days: tuple[date, ...]
    of: int
    count_min: float | None
    count_max: float | None
    hours_min: float
    hours_max: float
    unit_hours_min: float
    unit_hours_max: float | None
    person_hours_min: float | None
    person_hours_max: float | None
    causes: tuple[CausePart, ...]


@dataclass(frozen=True)
class EnergyDay:
    """One day: incidents that had energy as their target, beside person-hours in the cold.

    `violations` are incidents that violate a prohibition of the reading and surely struck energy; `undetermined` those
    of which one or the other is not known. Cold is below the first threshold of the case, in settlements of which
    temperature and population are known (`places`): on the day, and from it to the end of the period, of which
    `days_known` days are known. Nulls where nothing is known.
    """

    day: date
    violations: int
    undetermined: int
    places: int
    cold_min: float | None
    cold_max: float | None
    days_known: int
    after_min: float | None
    after_max: float | None


@dataclass(frozen=True)
class EnergyIncident:
    """An incident that surely violates a reading and surely had energy as its target (`sure`), or may.

    It belongs to the day by whose end it had ended; null where no time was stated.
    """

    reading_id: str
    incident_id: str
    day: date | None
    sure: bool


@dataclass(frozen=True)
class ReadingExposure:
    """The exposure of the days on which a reading is or may be in force.

    Of all incidents on energy, `violations` violate it and `undetermined` may. `absorbed` of the violations are tallies
    of which another one is a part, so that there are at least violations - absorbed.
    """

    reading_id: str
    first: date
    last: date
    violations: int
    absorbed: int
    undetermined: int
    totals: list[HazardTotal]
    beside: list[EnergyDay]


def reading_exposures(
    table: pl.DataFrame,
    plan: Plan,
    incidents: pl.DataFrame,
    verdicts: pl.DataFrame,
    first: date,
    last: date,
    below_c: float,
) -> list[ReadingExposure]:
    """Return the exposure of every reading with a prohibition in force in the period, from tables.EXPOSURE.

    Days are set beside the cold below one threshold, in degrees C.
    """
    struck = strikes_on_energy(incidents, verdicts, str(plan.zone))
    part_of = parts(incidents)
    cold = _cold_days(table, below_c)
    out = []
    for reading in dict.fromkeys(c.reading_id for c in plan.clauses):
        clauses = [c for c in plan.of_norm("prohibition") if c.reading_id == reading]
        days = sorted({d for c in clauses for d in days_in_force(c, plan, first, last)})
        if not days:
            continue
        mine = [s for s in struck if s.reading_id == reading]
        sure = [s.incident_id for s in mine if s.sure]
        out.append(
            ReadingExposure(
                reading,
                days[0],
                days[-1],
                len(sure),
                len(absorbed(sure, part_of)),
                len(mine) - len(sure),
                totals(table, days),
                [_beside(day, mine, cold) for day in days],
            )
        )
    return out


def totals(table: pl.DataFrame, days: Sequence[date]) -> list[HazardTotal]:
    """Sum the exposure of some days by place, hazard, threshold and quantity; forecasts apart."""
    groups: dict[tuple[Any, ...], dict[date, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in table.filter(pl.col("day").is_in(list(days))).iter_rows(named=True):
        what = row["place_name"], row["hazard"], row["threshold_c"], row["quantity"], row["unit"]
        groups[(*what, row["kind"] in DECIDING)][row["day"]].append(row)
    out = []
    for what, by_day in groups.items():
        best = [deciding(by_day[d]) for d in sorted(by_day)]
        out.append(
            HazardTotal(
                what[0],
                what[1],
                what[2],
                what[3],
                what[4],
                tuple(sorted({r["kind"] for r in best})),
                tuple(sorted(by_day)),
                len(days),
                unless_open([r["count_min"] for r in best], min),
                unless_open([r["count_max"] for r in best], max),
                sum(r["hours_min"] for r in best),
                sum(r["hours_max"] for r in best),
                **{c: unless_open([r[c] for r in best], sum) for c in AMOUNTS},
                causes=cause_parts(best),
            )
        )
    return sorted(out, key=_order)


def _order(total: HazardTotal) -> tuple[Any, ...]:
    """Heat and power before cold, colder thresholds first, forecasts last."""
    cold = (total.hazard == "cold", total.kinds == ("forecast",), total.threshold_c or 0.0)
    return *cold, total.hazard, total.place_name, total.unit, total.quantity or ""


def deciding(rows: Sequence[Row]) -> Row:
    """Return which row of one place and day counts: that with the narrowest hours, of equals the observed."""
    order = (*DECIDING, "forecast")
    return min(rows, key=lambda r: (r["hours_max"] - r["hours_min"], order.index(r["kind"]), r["place_code"] or ""))


def _cold_days(table: pl.DataFrame, below_c: float) -> dict[date, tuple[float, float, int]]:
    """Return person-hours below a threshold by day, and in how many settlements; forecasts left out."""
    cold = (pl.col("hazard") == "cold") & (pl.col("threshold_c") == below_c)
    known = table.filter(cold & pl.col("kind").is_in(DECIDING) & pl.col("count_max").is_not_null())
    by_day: dict[date, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in known.iter_rows(named=True):
        by_day[row["day"]][row["place_name"]].append(row)
    out = {}
    for day, places in by_day.items():
        best = [deciding(rows) for rows in places.values()]
        sums = [sum(r[c] for r in best) for c in ("person_hours_min", "person_hours_max")]
        out[day] = sums[0], sums[1], len(best)
    return out


def _beside(day: date, struck: Sequence[EnergyIncident], cold: Mapping[date, tuple[float, float, int]]) -> EnergyDay:
    sure = [s.sure for s in struck if s.day == day]
    here, later = cold.get(day), [cold[d] for d in sorted(cold) if d >= day]
    return EnergyDay(
        day,
        sum(sure),
        len(sure) - sum(sure),
        here[2] if here else 0,
        here[0] if here else None,
        here[1] if here else None,
        len(later),
        sum(low for low, _, _ in later) if later else None,
        sum(high for _, high, _ in later) if later else None,
    )


def strikes_on_energy(incidents: pl.DataFrame, verdicts: pl.DataFrame, zone: str) -> list[EnergyIncident]:
    """Return the incidents on energy that violate a prohibition of a reading, or may, once for each reading.

    Whether energy was its target is yes, no or unknown, as for a clause: unknown where no target was stated.
    """
    ended = pl.max_horizontal(pl.col("start"), pl.col("end") - pl.duration(microseconds=1))
    days = incidents.select("incident_id", "targets", ended.dt.convert_time_zone(zone).dt.date().alias("day"))
    aimed = {
        incident: (day, answer)
        for incident, targets, day in days.iter_rows()
        if (answer := code_list("target").matches(targets or [None], [ENERGY])) is not False
    }
    told = verdicts.filter(pl.col("verdict").is_in(["violation", "undetermined"]))
    sure: dict[tuple[str, str], bool] = {}
    for incident, reading, verdict in told.select("incident_id", "reading_id", "verdict").iter_rows():
        if incident in aimed:
            violates = verdict == "violation" and aimed[incident][1] is True
            sure[reading, incident] = sure.get((reading, incident), False) or violates
    return [EnergyIncident(reading, i, aimed[i][0], violates) for (reading, i), violates in sorted(sure.items())]
