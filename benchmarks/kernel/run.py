"""The kernel beside the same rules asked row by row in plain Python, on the same incidents, in one run.

Incidents are drawn (seeded) from the cold-spell case's own facts, each fact by itself, so that the combinations are
new. The alternative asks every facet of every clause of every incident, as a first script would; both must give the
same number of each verdict.
"""

from __future__ import annotations

import json
import os
import platform
import random
import time
from collections import Counter
from functools import partial
from pathlib import Path

import polars as pl

from holdfire import case as work
from holdfire import tables
from holdfire.adjudicate import Plan, compile_plan, judge_batch
from holdfire.adjudicate.facets import COLUMNS_OF, conjunction, disjunction, facet_question, negation
from holdfire.engine import run_here
from holdfire.tables import FACETS

ROOT = Path(__file__).parent.parent.parent
ROWS, SAMPLE, SEED = 200_000, 5_000, 20260129


def incidents(found: pl.DataFrame) -> pl.DataFrame:
    rng = random.Random(SEED)
    groups = [["start", "end"], ["place_name", "place_code", "lon", "lat", "radius_km"]]
    groups += [[c] for c in ("actor", "acts", "weapons", "targets", "munitions")]
    columns: dict[str, list[object]] = {}
    for group in groups:
        values = found.select(group).rows()
        drawn = rng.choices(values, k=ROWS)
        columns |= {c: [v[n] for v in drawn] for n, c in enumerate(group)}
    rows = [
        {
            "incident_id": f"I{n:07d}",
            "report_ids": [],
            "groups": 1,
            "tally": False,
            "unproven_facets": [],
            "disputes": [],
        }
        | {c: v[n] for c, v in columns.items()}
        for n in range(ROWS)
    ]
    return tables.frame(rows, tables.INCIDENTS)


def row_by_row(table: pl.DataFrame, plan: Plan) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    permissions = {(c.reading_id, c.clause_id): c for c in plan.of_norm("permission")}
    for row in table.iter_rows(named=True):

        def all_of(clause, row=row):
            answers = []
            for name in FACETS:
                ask = facet_question(name, clause, plan)
                answers.append(True if ask is None else ask(*(row[c] for c in COLUMNS_OF[name])))
            return conjunction(answers)

        for clause in plan.of_norm("prohibition"):
            prohibited = all_of(clause)
            exempt = disjunction([all_of(permissions[clause.reading_id, p]) for p in clause.exempted_by])
            value = conjunction([prohibited, negation(exempt)])
            verdict = {True: "violation", None: "undetermined"}.get(value)
            counts[clause.clause_id, verdict or ("outside" if prohibited is False else "permitted")] += 1
    return counts


def main() -> None:
    opened = work.read_case(ROOT / "cases" / "cold-spell-2026")
    observed = work.monitor(opened)
    table = incidents(work.verify(opened, observed.reports).incidents)
    plan = compile_plan(opened.agreement, opened.areas, opened.gazetteer, observed.conditions)
    kernel = partial(judge_batch, plan=plan)
    sample = table.head(SAMPLE)
    run_here(kernel, sample)  # polygons are read once

    began = time.perf_counter()
    verdicts = run_here(kernel, table)
    ours = time.perf_counter() - began
    began = time.perf_counter()
    expected = row_by_row(sample, plan)
    plain = (time.perf_counter() - began) * ROWS / SAMPLE

    ids = sample["incident_id"].implode()
    got = verdicts.filter(pl.col("incident_id").is_in(ids)).group_by("clause_id", "verdict").len()
    same = {(c, v): n for c, v, n in got.iter_rows()} == dict(expected)
    result = {
        "incidents": ROWS,
        "clauses": len(plan.of_norm("prohibition")),
        "seed": SEED,
        "kernel_seconds": round(ours, 3),
        "row_by_row_seconds": round(plain, 1),
        "row_by_row_measured_on": SAMPLE,
        "ratio": round(plain / ours, 1),
        "same_verdicts": same,
        "versions": {"python": platform.python_version(), "polars": pl.__version__},
        "machine": {
            "cores": os.cpu_count(),
            "memory_gib": round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30),
        },
    }
    path = ROOT / "benchmarks" / "results" / "kernel.json"
    path.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(
        f"{ROWS:,} incidents, {result['clauses']} clauses: kernel {ours:.2f} s, row by row {plain:.1f} s "
        f"(scaled from {SAMPLE:,}): {result['ratio']} times; same verdicts: {same}"
    )
    if not same:
        raise SystemExit("the two do not agree")


if __name__ == "__main__":
    main()
