"""The kernel: pure functions from a batch of incidents and a compiled plan to verdicts, or to their counts.

They know neither where they run nor what came before. `tests/test_kernel.py` holds them against the rules asked row by
row.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import product

import numpy as np
import polars as pl
import pyarrow as pa

from holdfire import tables
from holdfire.adjudicate.facets import Facets
from holdfire.adjudicate.facts import Facts
from holdfire.adjudicate.plan import ClausePlan, Plan
from holdfire.engine import Bounds, as_batch
from holdfire.kleene import NO, UNKNOWN, YES, Bytes, as_answer, negated
from holdfire.tables import FACETS

# What the kernel reads of tables.INCIDENTS.
COLUMNS = (
    "incident_id",
    "start",
    "end",
    "place_code",
    "lon",
    "lat",
    "radius_km",
    "actor",
    "acts",
    "weapons",
    "targets",
    "munitions",
    "area_km2_min",
    "unproven_facets",
)
COUNTED = COLUMNS[1:]
# Those of few distinct values, which may come as dictionaries.
CODED = ("place_code", "actor", "acts", "weapons", "targets", "unproven_facets")
WINDOWED = ("start", "end", "unproven_facets")
ANSWERS = (*FACETS, "exempt")


def judge_batch(batch: pa.RecordBatch, plan: Plan) -> pa.RecordBatch:
    """Judge one Arrow batch of incidents (COLUMNS of tables.INCIDENTS) under every prohibition of every reading.

    Returns tables.VERDICT_ROWS: one row per prohibition and incident, in the order of readings, clauses and rows.
    """
    facets = Facets(Facts(batch, plan.coded.alike), plan)
    rows = batch.num_rows
    kept = pa.Table.from_batches([batch]).select(["incident_id", "munitions"])
    parts = [pa.Table.from_batches([as_batch(tables.empty(tables.VERDICT_ROWS))])]
    schema = parts[0].schema
    for clause in plan.of_norm("prohibition"):
        answers = {f: _given(facets, f, clause, rows) for f in FACETS}
        answers["exempt"] = _exempt(facets, clause, plan, rows)
        code = np.zeros(rows, dtype=np.int64)
        for name in ANSWERS:
            code = code * 3 + ((answers[name] + 1) >> 1)
        told = _verdicts(tuple(f for f in FACETS if clause.asks(f))).take(pa.array(code))
        columns = {
            "incident_id": kept["incident_id"],
            "reading_id": pa.repeat(clause.reading_id, rows),
            "clause_id": pa.repeat(clause.clause_id, rows),
            **{name: told[name] for name in told.column_names},
            "munitions": kept["munitions"],
        }
        parts.append(pa.table({f.name: columns[f.name] for f in schema}).cast(schema))
    return _one_batch(pa.concat_tables(parts))


def count_batch(batch: pa.RecordBatch, plan: Plan) -> pa.RecordBatch:
    """Count the verdicts on one Arrow batch of incidents (COUNTED of tables.INCIDENTS): tables.VERDICT_COUNTS.

    Counts of batches add up. What a clause's window leaves out for sure is outside of it, and is asked nothing else.
    """
    whole = Facets(Facts(batch, plan.coded.alike), plan)
    windows: dict[str, list[ClausePlan]] = {}
    for clause in plan.of_norm("prohibition"):
        windows.setdefault(clause.fingerprint("time"), []).append(clause)
    counts: dict[tuple[str, str], tuple[int, ...]] = {}
    apart: list[ClausePlan] = []
    for clauses in windows.values():
        # Window by window, so that no more than the facets of one window's rows are kept at a time.
        time = whole.answer("time", clauses[0], keep=False)
        if time is whole.never:
            apart += clauses
        else:
            counts |= _counts_of(clauses, time, whole, plan)
    if apart:
        counts |= _counts_of(apart, whole.never, whole, plan)
    return _counts_table(plan, [counts[c.reading_id, c.clause_id] for c in plan.of_norm("prohibition")])


def count_unread(rows: int, known: Mapping[str, Bounds], plan: Plan) -> pa.RecordBatch | None:
    """Count the verdicts on rows of which only the bounds of their instants are known; null if that does not do.

    It does where all windows lie apart from all intervals. Whether time is below the standard of proof is not known
    from bounds, so that it must not be for any row: `unproven_facets` has to be empty throughout.
    """
    start, end, unproven = (known.get(name) for name in WINDOWED)
    if start is None or end is None or start.nulls or end.nulls or start.least is None or end.greatest is None:
        return None
    if unproven is None or unproven.greatest is not None or (unproven.nulls or 0) < rows:
        return None
    for clause in plan.of_norm("prohibition"):
        if clause.start is None or clause.end is None:
            return None
        opens, closes = clause.start.earliest, clause.end.latest
        before = opens is not None and start.greatest < opens and end.greatest <= opens
        if not before and not (closes is not None and start.least >= closes):
            return None
    return _counts_table(plan, [(0, 0, 0, rows, 0, 0) for _ in plan.of_norm("prohibition")])


def _counts_of(
    clauses: list[ClausePlan], time: Bytes | None, whole: Facets, plan: Plan
) -> dict[tuple[str, str], tuple[int, ...]]:
    """Count for clauses whose windows answer the same for every row."""
    rows = whole.facts.rows
    if time is None or time.all():
        facets = whole
    else:
        facets = whole.only(np.flatnonzero(time != NO))
        for clause in clauses:
            facets.know("time", clause, time)
    if facets.facts.rows == 0:
        return {(c.reading_id, c.clause_id): (0, 0, 0, rows, 0, 0) for c in clauses}
    return {(c.reading_id, c.clause_id): _counts(facets, c, plan, rows) for c in clauses}


def _counts_table(plan: Plan, counts: list[tuple[int, ...]]) -> pa.RecordBatch:
    names = [c.name for c in tables.VERDICT_COUNTS]
    keys = [(c.reading_id, c.clause_id) for c in plan.of_norm("prohibition")]
    rows = [dict(zip(names, (*key, *count), strict=True)) for key, count in zip(keys, counts, strict=True)]
    return as_batch(tables.frame(rows, tables.VERDICT_COUNTS))


def _counts(facets: Facets, clause: ClausePlan, plan: Plan, rows: int) -> tuple[int, ...]:
    prohibited = _all(facets, clause, facets.facts.rows)
    may = np.flatnonzero(prohibited != NO)
    violates = prohibited[may]
    if clause.exempted_by and len(may):
        violates &= negated(_exempt(facets, clause, plan, facets.facts.rows)[may])
    figures = facets.facts.munitions[may]
    violating, open_ = violates == YES, violates == UNKNOWN
    counts = int(np.count_nonzero(violating)), int(np.count_nonzero(open_)), int(np.count_nonzero(violates == NO))
    return (*counts, rows - sum(counts), int(figures[violating].sum()), int(figures[open_].sum()))


def _all(facets: Facets, clause: ClausePlan, rows: int) -> Bytes:
    """Return the conjunction of a clause's facets."""
    told = np.full(rows, YES)
    for name in FACETS:
        answers = facets.answer(name, clause) if name != "place" else None
        if answers is not None:
            told &= answers
    return facets.narrowed(told, clause)


def _exempt(facets: Facets, clause: ClausePlan, plan: Plan, rows: int) -> Bytes:
    """Return whether any permission covers each row."""
    told = np.zeros(rows, dtype=np.uint8)
    for permission in plan.exempting(clause):
        told |= _all(facets, permission, rows)
    return told


def _given(facets: Facets, name: str, clause: ClausePlan, rows: int) -> Bytes:
    answers = facets.answer(name, clause)
    return np.full(rows, YES) if answers is None else answers


@cache
def _verdicts(asked: tuple[str, ...]) -> pa.Table:
    """Return the verdict for all answers that a clause can get (3 to the power of 7), in their order as digits.

    `asked` are the facets that the clause names: those that decide a violation.
    """
    told = _verdicts_of_any()
    at = told.schema.get_field_index("deciding_facets")
    rows = zip(told["verdict"].to_pylist(), told["deciding_facets"].to_pylist(), strict=True)
    deciding = [list(asked) if verdict == "violation" else facets for verdict, facets in rows]
    field = told.schema.field(at)
    return told.set_column(at, field, pa.array(deciding, field.type))


@cache
def _verdicts_of_any() -> pa.Table:
    """Return the verdicts of a clause, whatever facets it names: a violation is told without those that decide it."""
    rows: list[dict[str, object]] = []
    combinations = np.array(list(product((NO, UNKNOWN, YES), repeat=len(ANSWERS))))
    conjunctions = np.bitwise_and.reduce(combinations[:, :-1], axis=1)
    violations = conjunctions & negated(combinations[:, -1])
    for digits, prohibited, violated in zip(combinations.tolist(), conjunctions, violations, strict=True):
        answer = dict(zip(ANSWERS, map(as_answer, digits), strict=True))
        violates = as_answer(violated)
        deciding: list[str] = []
        missing: list[str] = []
        if violates:
            verdict = "violation"
        elif violates is None:
            verdict, missing = "undetermined", [f for f in ANSWERS if answer[f] is None]
        elif prohibited == NO:
            verdict, deciding = "outside", [f for f in FACETS if answer[f] is False]
        else:
            verdict, deciding = "permitted", ["exempt"]
        rows.append({"verdict": verdict, "deciding_facets": deciding, "missing_facets": missing, **answer})
    told = [c for c in tables.VERDICT_ROWS if c.name not in ("incident_id", "reading_id", "clause_id", "munitions")]
    return tables.frame(rows, told).to_arrow(compat_level=pl.CompatLevel.oldest())


def _one_batch(table: pa.Table) -> pa.RecordBatch:
    batches = table.combine_chunks().to_batches()
    return batches[0] if batches else as_batch(tables.empty(tables.VERDICT_ROWS))
