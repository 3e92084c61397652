"""The kernel against the rules asked row by row, and its counts against its verdicts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pyarrow as pa
import pytest
import shapely

from drawn import agreement, incidents
from holdfire import tables
from holdfire.adjudicate import ClausePlan, Plan, compile_plan, count_batch, count_unread, judge_batch, together
from holdfire.adjudicate.coded import coded_answer
from holdfire.adjudicate.facets import condition_answer, within
from holdfire.engine import Bounds, as_batch, run_here
from holdfire.kleene import conjunction, disjunction, negation
from holdfire.places import Place, answer, load_areas, load_gazetteer
from holdfire.tables import FACETS
from holdfire.terms import Window, code_list

AREAS, GAZETTEER = load_areas(), load_gazetteer()
KYIV = ZoneInfo("Europe/Kyiv")
FIRST = date(2026, 1, 24)
EAST = [shapely.box(35.0 + n / 20, 46.0, 45.0, 52.0) for n in range(4)]


def conditions() -> pl.DataFrame:
    rows = [
        {"fact": "temperature_min", "place_code": code, "day": FIRST + timedelta(days=d), "kind": "observed"}
        | {"value_min": low, "value_max": low}
        for code, lows in (("UA-30", (-20.0, -15.0, -5.0)), ("UA-63", (-12.0, -3.0)))
        for d, low in enumerate(lows * 3)
    ]
    return tables.frame(rows, tables.CONDITIONS)


def lines() -> pl.DataFrame:
    """A line that moves east every three days; one day has no map."""
    rows = [
        {
            "source_id": "maps",
            "day": FIRST + timedelta(days=d),
            "holder": "russia_forces",
            "against": "ukraine_forces",
            "place_code": "UA",
            "uncertainty_km": 1.0,
            "held": shapely.to_wkb(EAST[d // 3]),
        }
        for d in (0, 1, 2, 3, 5, 6, 7, 8, 9)
    ]
    return tables.frame(rows, tables.LINES)


def plan_of(clauses: int, **more: Any) -> Plan:
    return compile_plan(agreement(clauses, **more), AREAS, GAZETTEER, conditions(), lines())


def days_of(row: dict[str, Any]) -> list[date] | None:
    if row["start"] is None or row["end"] is None:
        return None
    last = max(row["start"], row["end"] - timedelta(microseconds=1)).astimezone(KYIV).date()
    first = row["start"].astimezone(KYIV).date()
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def alike(answers: list[bool | None]) -> bool | None:
    return answers[0] if len(set(answers)) == 1 else None


def asked(name: str, clause: ClausePlan, row: dict[str, Any], plan: Plan) -> bool | None:
    """Ask one facet of one incident, by the plain rules."""
    if not clause.asks(name):
        return True
    rests_on = {"condition": {"place", "time"}}.get(name, {name})
    if rests_on & set(row["unproven_facets"]):
        return None
    if name == "time":
        assert clause.start is not None
        assert clause.end is not None
        return within(row["start"], row["end"], clause.start, clause.end)
    if name == "place":
        assert clause.scope is not None
        scope, days = clause.scope, days_of(row)
        place = Place("", row["place_code"], row["lon"], row["lat"], row["radius_km"])
        if not scope.moves or days is None:
            return answer(place, scope)
        return alike([answer(place, scope, day) for day in days])
    if name == "condition":
        days = days_of(row)
        if days is None or row["place_code"] is None:
            return None
        assert clause.condition is not None
        return condition_answer(clause.condition, row["place_code"], days[0], days[-1], plan)
    combine = conjunction if clause.clause.norm == "permission" else disjunction
    if name == "act":
        parts = [
            combine([coded_answer(t, code_list(n), c) for c in row[column] or [None]])
            for column, n, t in clause.act_terms()
        ]
        return conjunction([*parts, None if row["area_km2_min"] == 0 else True])
    term = clause.term(name)
    assert term is not None
    if name == "actor":
        return coded_answer(term, code_list("actor"), row["actor"])
    return combine([coded_answer(term, code_list("target"), c) for c in row["targets"] or [None]])


def test_every_answer_is_that_of_the_rules_asked_row_by_row() -> None:
    plan, table = plan_of(10, seed=38), incidents(300)
    judged = run_here(partial(judge_batch, plan=plan), table)
    told = {(r["reading_id"], r["clause_id"], r["incident_id"]): r for r in judged.iter_rows(named=True)}
    assert len(told) == 10 * 300
    seen = set()
    for clause in plan.of_norm("prohibition"):
        for row in table.iter_rows(named=True):
            got = told[clause.reading_id, clause.clause_id, row["incident_id"]]
            for name in FACETS:
                assert got[name] is asked(name, clause, row, plan), (name, clause.clause_id, row)
            exempt = [conjunction([asked(n, p, row, plan) for n in FACETS]) for p in plan.exempting(clause)]
            assert got["exempt"] is disjunction(exempt)
            prohibited = conjunction([got[n] for n in FACETS])
            violates = conjunction([prohibited, negation(got["exempt"])])
            words = {True: "violation", None: "undetermined", False: "outside" if prohibited is False else "permitted"}
            assert got["verdict"] == words[violates]
            seen.add(got["verdict"])
    assert seen == {"violation", "undetermined", "outside", "permitted"}


def counted_by_hand(judged: pl.DataFrame) -> dict[tuple[str, str], dict[str, int]]:
    out: dict[tuple[str, str], dict[str, int]] = {}
    for row in judged.iter_rows(named=True):
        mine = out.setdefault((row["reading_id"], row["clause_id"]), dict.fromkeys(COUNTS, 0))
        mine[{"violation": "violations"}.get(row["verdict"], row["verdict"])] += 1
        shared = {"violation": "munitions_violating", "undetermined": "munitions_undetermined"}.get(row["verdict"])
        if shared:
            mine[shared] += row["munitions"] or 0
    return out


COUNTS = [c.name for c in tables.VERDICT_COUNTS[2:]]


@pytest.mark.parametrize("batch_rows", [1, 37, 5000])
def test_counts_are_those_of_the_verdicts_whatever_the_batches(batch_rows: int) -> None:
    plan, table = plan_of(20, seed=5), incidents(700 if batch_rows > 1 else 60, seed=3)
    judged = run_here(partial(judge_batch, plan=plan), table, batch_rows)
    counts = run_here(partial(count_batch, plan=plan), table, batch_rows)
    sums = counts.group_by("reading_id", "clause_id").agg(pl.all().sum())
    told = {(r.pop("reading_id"), r.pop("clause_id")): r for r in sums.iter_rows(named=True)}
    assert told == counted_by_hand(judged)


def test_words_may_come_as_dictionaries_views_or_slices() -> None:
    plan, table = plan_of(10), incidents(300)
    plain = as_batch(table)
    expected = count_batch(plain, plan)
    coded = [
        pa.array(c).dictionary_encode() if n == "actor" else c for n, c in zip(plain.schema.names, plain, strict=True)
    ]
    assert count_batch(pa.RecordBatch.from_arrays(coded, plain.schema.names), plan).equals(expected)
    views = table.to_arrow(compat_level=pl.CompatLevel.newest()).combine_chunks().to_batches()[0]
    assert count_batch(views, plan).equals(expected)
    doubled = as_batch(pl.concat([table, table]))
    assert count_batch(doubled.slice(300), plan).equals(expected)


def test_a_list_may_be_too_long_to_be_one_number() -> None:
    terms = agreement(10)
    codes = [c.code for c in code_list("target").codes]
    long = incidents(50).with_columns(pl.Series("targets", [codes[n % 20 :] for n in range(50)]))
    plan = compile_plan(terms, AREAS, GAZETTEER, conditions(), lines())
    judged = run_here(partial(judge_batch, plan=plan), long)
    for clause in plan.of_norm("prohibition"):
        mine = judged.filter(pl.col("clause_id") == clause.clause_id).sort("incident_id")
        for row, got in zip(long.iter_rows(named=True), mine["target"], strict=True):
            assert got is asked("target", clause, row, plan)


def test_many_agreements_in_one_plan_keep_their_own_zones() -> None:
    table = incidents(300)
    one, other = plan_of(6, seed=1, name="one"), plan_of(6, seed=2, name="other")
    both = run_here(partial(count_batch, plan=together({"one": one, "other": other})), table)
    for name, plan in (("one", one), ("other", other)):
        own = run_here(partial(count_batch, plan=plan), table)
        mine = both.filter(pl.col("reading_id").str.starts_with(f"{name}/"))
        assert mine.with_columns(pl.col("reading_id").str.strip_prefix(f"{name}/")).equals(own)


def hours(first: int, last: int, nulls: int = 0) -> Bounds:
    zero = datetime(2026, 1, 1, tzinfo=UTC)
    return Bounds(zero + timedelta(hours=first), zero + timedelta(hours=last), nulls)


@pytest.mark.parametrize(
    ("start", "end", "unproven", "told"),
    [
        (hours(0, 5), hours(1, 9), Bounds(None, None, 10), True),  # all before 10
        (hours(0, 5), hours(1, 10), Bounds(None, None, 10), True),  # [.., 10) ends as the window opens
        (hours(0, 5), hours(1, 11), Bounds(None, None, 10), False),
        (hours(20, 25), hours(21, 30), Bounds(None, None, 10), True),  # all from its end at 20
        (hours(19, 25), hours(21, 30), Bounds(None, None, 10), False),
        (hours(0, 5, 1), hours(1, 9), Bounds(None, None, 10), False),  # one whose time is not known
        (hours(0, 5), hours(1, 9), Bounds("time", "time", 9), False),  # one below the standard of proof
        (Bounds(None, None, 0), hours(1, 9), Bounds(None, None, 10), False),  # the file does not say
    ],
)
def test_rows_apart_from_every_window_are_counted_unread(
    start: Bounds, end: Bounds, unproven: Bounds, told: bool
) -> None:
    window = Window(starts="2026-01-01T10:00+00:00", ends="2026-01-01T20:00+00:00")
    terms = agreement(1, zones=False)
    clause = terms.readings[0].clauses[0].model_copy(update={"time": window})
    terms = terms.model_copy(update={"readings": [terms.readings[0].model_copy(update={"clauses": [clause]})]})
    plan = compile_plan(terms, AREAS, GAZETTEER, tables.empty(tables.CONDITIONS))
    counts = count_unread(10, {"start": start, "end": end, "unproven_facets": unproven}, plan)
    assert (counts is not None) is told
    if counts is not None:
        assert counts.to_pylist()[0]["outside"] == 10
