"""Spark and this process make the same tables, byte for byte; skipped without PySpark or Java."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import holdfire as holdfire_package
from conftest import CASES
from drawn import incidents
from holdfire import case as work
from holdfire import tables
from holdfire.adjudicate import compile_plan, judge_batch
from holdfire.engine import Kernel, map_here, reduce_here, run_here
from holdfire.problems import InputError
from test_kernel import plan_of

pytest.importorskip("pyspark")
pytestmark = pytest.mark.skipif(not (os.environ.get("JAVA_HOME") or shutil.which("java")), reason="there is no Java")

ROOT = CASES.parent
COLD = CASES / "cold-spell-2026"
ROWS, SEED = 100_000, 20260129
TYPES = pa.schema(
    [
        ("id", pa.large_string()),
        ("words", pa.large_list(pa.large_string())),
        ("instant", pa.timestamp("us", "UTC")),
        ("day", pa.date32()),
        ("share", pa.float64()),
        ("number", pa.int64()),
        ("flag", pa.bool_()),
    ]
)
INSTANT = datetime(2026, 1, 29, 22, 59, 59, 999_999, tzinfo=UTC)
OLD = datetime(1899, 12, 31, 23, 59, tzinfo=UTC)
DAY = date(1583, 1, 1)
HARD: list[dict[str, Any]] = [
    {
        "id": "a",
        "words": [],
        "instant": INSTANT,
        "day": INSTANT.date(),
        "share": -0.0,
        "number": 2**53 + 1,
        "flag": True,
    },
    {"id": "b", "words": None, "instant": None, "day": None, "share": None, "number": None, "flag": None},
    {
        "id": "c",
        "words": [None, "", "Київ"],
        "instant": INSTANT,
        "day": None,
        "share": 0.1,
        "number": -1,
        "flag": False,
    },
]


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    from holdfire.engine.spark import session

    running = session("local[2]")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def cold() -> tuple[pl.DataFrame, Kernel]:
    opened = work.read_case(COLD)
    observed = work.monitor(opened)
    plan = compile_plan(opened.agreement, opened.areas, opened.gazetteer, observed.conditions)
    return work.verify(opened, observed.reports).incidents, partial(judge_batch, plan=plan)


def arrow(columns: list[tables.Column]) -> pa.Schema:
    return tables.empty(columns).to_arrow().schema


def as_bytes(table: pa.Table, *keys: str) -> bytes:
    """Return a table as one Arrow stream, sorted, so that equal bytes are equal tables."""
    whole = table.sort_by([(k, "ascending") for k in keys]).combine_chunks()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, whole.schema) as stream:
        stream.write_table(whole)
    return sink.getvalue().to_pybytes()


def written(folder: Path, schema: pa.Schema) -> pa.Table:
    """Read what an engine wrote; Spark has one string type where Arrow has three."""
    return pa.concat_tables([pq.read_table(p) for p in sorted(folder.glob("*.parquet"))]).cast(schema)


def drawn(found: pl.DataFrame) -> pl.DataFrame:
    """Draw incidents from the case's own facts, each fact by itself, so that the combinations are new."""
    rng = random.Random(SEED)
    kept = [["start", "end"], ["place_name", "place_code", "lon", "lat", "radius_km"]]
    kept += [[c] for c in ("actor", "acts", "weapons", "targets", "munitions", "unproven_facets")]
    facts = [found[rng.choices(range(len(found)), k=ROWS)].select(columns) for columns in kept]
    numbered = pl.select(pl.format("I{}", pl.int_range(ROWS).cast(pl.String).str.zfill(7)).alias("incident_id"))
    table = pl.concat([numbered, *facts], how="horizontal")
    missing = [pl.lit(None, c.dtype).alias(c.name) for c in tables.INCIDENTS if c.name not in table.columns]
    return table.with_columns(missing).select([c.name for c in tables.INCIDENTS])


def test_the_case_is_the_same_file_by_file(spark: Any, holdfire, tmp_path: Path) -> None:
    outputs = []
    for engine in ("here", "spark"):
        result = holdfire("run", COLD, "--engine", engine, "--out", tmp_path / engine)
        assert result.exit_code == 0, result.output
        outputs.append({p.name: p.read_bytes() for p in (tmp_path / engine).iterdir()})
    here, there = outputs
    assert {"verdicts.parquet", "findings.json", "contested.csv", "report.html"} <= set(here)
    assert here == there
    before = here["verdicts.parquet"]
    result = holdfire("adjudicate", COLD, "--engine", "spark", "--out", tmp_path / "here")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "here" / "verdicts.parquet").read_bytes() == before


def test_100_000_incidents_are_judged_the_same(spark: Any, cold, tmp_path: Path) -> None:
    from holdfire.engine.spark import map_spark, reduce_spark

    found, kernel = cold
    table = drawn(found)
    for number, piece in enumerate(table.iter_slices(ROWS // 4)):
        (tmp_path / "in" / f"half={number % 2}").mkdir(parents=True, exist_ok=True)
        piece.write_parquet(tmp_path / "in" / f"half={number % 2}" / f"{number}.parquet")
    given, told = arrow(tables.INCIDENTS), arrow(tables.VERDICT_ROWS)
    for write, out in ((map_here, "here"), (partial(map_spark, spark=spark), "there")):
        write(kernel, given, told, [tmp_path / "in"], tmp_path / out)
    assert len(list((tmp_path / "there").glob("*.parquet"))) > 1
    here, there = (written(tmp_path / out, told) for out in ("here", "there"))
    assert len(here) == ROWS * 5
    keys = "incident_id", "reading_id", "clause_id"
    assert as_bytes(here, *keys) == as_bytes(there, *keys)

    by = "reading_id", "clause_id", "verdict"
    counts = pa.schema([*((name, pa.large_string()) for name in by), ("rows", pa.uint32())])

    def counted(batch: pa.RecordBatch) -> pa.RecordBatch:
        grouped = pl.DataFrame(pl.from_arrow(batch)).group_by(by).len("rows")
        return grouped.to_arrow().combine_chunks().to_batches()[0]

    asked = pa.schema([told.field(name) for name in by])
    merged = [
        pl.DataFrame(pl.from_arrow(answers)).group_by(by).agg(pl.sum("rows")).sort(by)
        for answers in (
            reduce_here(counted, asked, counts, [tmp_path / "here"]),
            reduce_spark(counted, asked, counts, [tmp_path / "there"], spark),
        )
    ]
    assert merged[0]["rows"].sum() == ROWS * 5
    assert merged[0].equals(merged[1])


def test_the_benchmark_is_judged_the_same(spark: Any, tmp_path: Path) -> None:
    """Zones, discs and exemptions, through holdfire.judge: findings, and every byte of the verdicts."""
    made = ROOT / "benchmarks" / "judge"
    for words in (["terms.py", tmp_path], ["data.py", tmp_path, 40_000, 2, 0, 1]):
        done = subprocess.run(
            [sys.executable, *map(str, [made / words[0], *words[1:]])], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
    paths = [tmp_path / f"incidents-{n}.parquet" for n in (0, 1)]
    engines: dict[str, dict[str, Any]] = {"here": {}, "there": {"engine": "spark", "master": "local[2]"}}
    judged = {e: holdfire_package.judge(paths, tmp_path / "agreement-30.yaml", **o) for e, o in engines.items()}
    assert judged["here"].findings().equals(judged["there"].findings())
    assert judged["here"].counts().equals(judged["there"].counts())
    told = arrow(tables.VERDICT_ROWS)
    for engine, one in judged.items():
        one.write_verdicts(tmp_path / engine)
    here, there = (written(tmp_path / engine, told) for engine in engines)
    assert len(here) == 80_000 * 30
    keys = "incident_id", "reading_id", "clause_id"
    assert as_bytes(here, *keys) == as_bytes(there, *keys)


def test_zones_that_move_are_judged_the_same(spark: Any) -> None:
    plan, table = plan_of(8), incidents(400)
    from holdfire.engine.spark import run_spark

    kernel = partial(judge_batch, plan=plan)
    keys = "incident_id", "reading_id", "clause_id"
    assert run_spark(kernel, table, spark).sort(keys).equals(run_here(kernel, table).sort(keys))


def test_hard_values_survive_both_engines(spark: Any, tmp_path: Path) -> None:
    from holdfire.engine.spark import map_spark, reduce_spark, run_spark

    given = pa.Table.from_pylist(HARD, TYPES)
    pq.write_table(given, tmp_path / "one.parquet")

    def kernel(batch: pa.RecordBatch) -> pa.RecordBatch:
        assert batch.schema == TYPES
        return batch

    map_spark(kernel, TYPES, TYPES, [tmp_path / "one.parquet"], tmp_path / "there", spark)
    map_here(kernel, TYPES, TYPES, [tmp_path / "one.parquet"], tmp_path / "here")
    expected = as_bytes(given, "id")
    assert as_bytes(written(tmp_path / "there", TYPES), "id") == expected
    assert as_bytes(written(tmp_path / "here", TYPES), "id") == expected
    assert as_bytes(reduce_spark(kernel, TYPES, TYPES, [tmp_path / "there"], spark), "id") == expected
    assert as_bytes(reduce_here(kernel, TYPES, TYPES, [tmp_path / "there"]), "id") == expected
    frame = pl.DataFrame(pl.from_arrow(given))
    assert run_spark(kernel, frame, spark).sort("id").equals(frame, null_equal=True)
    assert run_spark(kernel, frame.clear(), spark).equals(frame.clear())


def test_columns_in_the_names_of_folders(spark: Any, tmp_path: Path) -> None:
    from holdfire.engine.spark import reduce_spark

    for name, values in (("code=007", ["a"]), ("code=UA%2D30", ["b"]), ("code=__HIVE_DEFAULT_PARTITION__", ["c"])):
        (tmp_path / "in" / name).mkdir(parents=True)
        pq.write_table(pa.table({"id": values}), tmp_path / "in" / name / "x.parquet")
    pq.write_table(pa.table({"id": ["d"], "code": ["RU"]}), tmp_path / "single.parquet")
    paths = [tmp_path / "in", tmp_path / "single.parquet"]
    schema = pa.schema([("code", pa.large_string()), ("id", pa.large_string())])

    def whole(batch: pa.RecordBatch) -> pa.RecordBatch:
        return batch

    expected = {"code": ["007", "UA-30", None, "RU"], "id": ["a", "b", "c", "d"]}
    for table in (reduce_here(whole, schema, schema, paths), reduce_spark(whole, schema, schema, paths, spark)):
        assert table.sort_by("id").to_pydict() == expected


def test_a_worker_unpickles_the_kernel_once(spark: Any, tmp_path: Path) -> None:
    from holdfire.engine.spark import reduce_spark

    for number in range(6):
        pq.write_table(pa.table({"id": [str(number)] * 10}), tmp_path / f"{number}.parquet")
    schema = pa.schema([("id", pa.string())])
    seen = pa.schema([("process", pa.int64()), ("batch", pa.int64())])

    class Counting:
        """A kernel that keeps something between batches, as a plan keeps its polygons."""

        def __init__(self) -> None:
            self.batches = 0

        def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch:
            import os

            self.batches += 1
            return pa.RecordBatch.from_arrays([pa.array([os.getpid()]), pa.array([self.batches])], schema=seen)

    spark.conf.set("spark.sql.files.maxPartitionBytes", "100000")  # one file in each partition
    try:
        answers = reduce_spark(Counting(), schema, seen, [tmp_path], spark).to_pylist()
    finally:
        spark.conf.unset("spark.sql.files.maxPartitionBytes")
    assert len(answers) >= 6
    for process in {a["process"] for a in answers}:
        numbers = sorted(a["batch"] for a in answers if a["process"] == process)
        assert numbers == list(range(1, len(numbers) + 1))


def test_nothing_is_half_written_and_the_reason_is_told(spark: Any, tmp_path: Path) -> None:
    from holdfire.engine.spark import map_spark, reduce_spark

    schema = pa.schema([("id", pa.string())])
    pq.write_table(pa.table({"id": ["a"]}), tmp_path / "in.parquet")

    def fails(batch: pa.RecordBatch) -> pa.RecordBatch:
        raise ValueError("the kernel cannot")

    with pytest.raises(InputError, match="ValueError: the kernel cannot"):
        map_spark(fails, schema, schema, [tmp_path / "in.parquet"], tmp_path / "out", spark)
    with pytest.raises(ValueError, match="the kernel cannot"):
        map_here(fails, schema, schema, [tmp_path / "in.parquet"], tmp_path / "out")
    assert [p.name for p in tmp_path.iterdir()] == ["in.parquet"]
    with pytest.raises(InputError, match="nowhere"):
        reduce_spark(fails, schema, schema, [tmp_path / "nowhere"], spark)
    before = spark.conf.get("spark.sql.session.timeZone")
    spark.conf.set("spark.sql.session.timeZone", "Europe/Kyiv")
    with pytest.raises(InputError):
        map_spark(fails, schema, schema, [tmp_path / "in.parquet"], tmp_path / "out", spark)
    assert spark.conf.get("spark.sql.session.timeZone") == "Europe/Kyiv"
    spark.conf.set("spark.sql.session.timeZone", before)


def test_another_master_is_not_taken_in_silence(spark: Any, holdfire, tmp_path: Path) -> None:
    result = holdfire("run", COLD, "--engine", "spark", "--master", "local[1]", "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "a session on local[2] is running" in result.stderr
