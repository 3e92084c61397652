"""The kernel: a pure function from a batch of incidents and a compiled plan to verdicts."""

from __future__ import annotations

import polars as pl
import pyarrow as pa

from holdfire import tables
from holdfire.adjudicate.facets import facet
from holdfire.adjudicate.plan import ClausePlan, Plan
from holdfire.engine import as_batch
from holdfire.tables import FACETS


def judge_batch(batch: pa.RecordBatch, plan: Plan) -> pa.RecordBatch:
    """Judge one Arrow batch of incidents (tables.INCIDENTS); returns a batch of tables.VERDICT_ROWS.

    This is the whole of what an engine runs: it knows neither where it runs nor what came before.
    """
    return as_batch(judge(pl.DataFrame(pl.from_arrow(batch)), plan))


def judge(incidents: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Judge incidents under every prohibition of every reading.

    Takes tables.INCIDENTS and returns tables.VERDICT_ROWS: one row per incident and prohibition, in the order of
    readings, clauses and incident ids. Each distinct facet is asked once for all the clauses that share it.
    """
    incidents = incidents.sort("incident_id")
    shared: dict[tuple[str, str], pl.Series] = {}

    def answers(clause: ClausePlan) -> pl.DataFrame:
        columns = []
        for name in FACETS:
            key = name, _fingerprint(name, clause)
            if key not in shared:
                shared[key] = facet(name, incidents, clause, plan)
            columns.append(shared[key].alias(name))
        return pl.DataFrame(columns)

    permissions = {(c.reading_id, c.clause_id): c for c in plan.of_norm("permission")}
    parts = [tables.empty(tables.VERDICT_ROWS)]
    for clause in plan.of_norm("prohibition"):
        exempting = [answers(permissions[clause.reading_id, p]) for p in clause.exempted_by]
        exempt = [a.select(pl.all_horizontal(FACETS)).to_series().alias(str(i)) for i, a in enumerate(exempting)]
        facets = answers(clause).with_columns(
            pl.DataFrame(exempt).select(pl.any_horizontal(pl.all())).to_series().alias("exempt")
            if exempt
            else pl.lit(False).alias("exempt")
        )
        parts.append(_verdicts(incidents, clause, facets))
    return pl.concat(parts)


def _fingerprint(name: str, clause: ClausePlan) -> str:
    """Return what a facet of a clause asks, so that clauses that ask the same share the answer."""
    if name == "time":
        return f"{clause.start}{clause.end}"
    norm = "permission" if clause.clause.norm == "permission" else ""
    parts = [getattr(clause.clause, part) for part in (("act", "weapon") if name == "act" else (name,))]
    return norm + "|".join("" if p is None else p.model_dump_json(exclude={"cites", "note"}) for p in parts)


def _verdicts(incidents: pl.DataFrame, clause: ClausePlan, facets: pl.DataFrame) -> pl.DataFrame:
    table = pl.concat([incidents.select("incident_id", "munitions"), facets], how="horizontal")
    prohibited = pl.all_horizontal(FACETS)
    violates = prohibited & ~pl.col("exempt")
    table = table.with_columns(
        pl.when(violates)
        .then(pl.lit("violation"))
        .when(violates.is_null())
        .then(pl.lit("undetermined"))
        .when(~prohibited)
        .then(pl.lit("outside"))
        .otherwise(pl.lit("permitted"))
        .alias("verdict")
    )
    asked = [f for f in FACETS if _asks(f, clause)]
    nobody = pl.lit(None, dtype=pl.String)
    named = {
        "violation": [pl.lit(f) for f in asked],
        "outside": [pl.when(~pl.col(f)).then(pl.lit(f)).otherwise(nobody) for f in FACETS],
        "permitted": [pl.lit("exempt")],
    }
    missing = [pl.when(pl.col(f).is_null()).then(pl.lit(f)).otherwise(nobody) for f in (*FACETS, "exempt")]
    nothing = pl.lit([], dtype=tables.WORDS)

    def listed(words: list[pl.Expr]) -> pl.Expr:
        return pl.concat_list(words).list.drop_nulls() if words else nothing

    deciding = nothing
    for verdict, words in named.items():
        deciding = pl.when(pl.col("verdict") == verdict).then(listed(words)).otherwise(deciding)
    return table.with_columns(
        pl.lit(clause.reading_id).alias("reading_id"),
        pl.lit(clause.clause_id).alias("clause_id"),
        deciding.alias("deciding_facets"),
        pl.when(pl.col("verdict") == "undetermined").then(listed(missing)).otherwise(nothing).alias("missing_facets"),
    ).select([c.name for c in tables.VERDICT_ROWS])


def _asks(name: str, clause: ClausePlan) -> bool:
    if name == "act":
        return clause.clause.act is not None or clause.clause.weapon is not None
    return getattr(clause.clause, name) is not None
