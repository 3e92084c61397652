"""The kernel on Spark: the same function over the partitions of a local or remote cluster."""

from __future__ import annotations

import os
import pickle
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

import polars as pl
import pyarrow as pa

from holdfire.engine.files import check, check_new, fitted, parts, whole_folder
from holdfire.engine.here import BATCH_ROWS, Kernel, as_batch
from holdfire.problems import bad

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

# Where one of these is set, Spark's own configuration names the master.
_CONFIGURED = ("SPARK_REMOTE", "PYSPARK_GATEWAY_PORT", "PYSPARK_SUBMIT_ARGS", "SPARK_HOME", "SPARK_CONF_DIR")
# What identical tables rest on. Spark would take an unreadable file for one of no rows if a cluster's settings say so.
# Batches are bounded by their rows alone: under a bound in bytes Spark sizes every list column anew at each row, which
# takes a time of the square of the rows.
_NEEDED = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.execution.arrow.maxRecordsPerBatch": str(BATCH_ROWS),
    "spark.sql.execution.arrow.maxBytesPerBatch": str(2**31 - 1),
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    "spark.sql.files.ignoreCorruptFiles": "false",
    "spark.sql.files.ignoreMissingFiles": "false",
}
_INSTALL = "Run `pip install 'holdfire[spark]'`; it needs Java 17 or newer."
Batches = Iterator[pa.RecordBatch]


def session(master: str | None = None) -> SparkSession:
    """Return the running Spark session, or a new one.

    The master is the argument (`local[4]`, `spark://host:7077`, `sc://host`, ...), else what `spark-submit`,
    SPARK_REMOTE or Spark's own configuration says, else every core of this machine. Raises InputError if PySpark or
    Java is missing, if Spark cannot be reached, or if a session on another master is running.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise bad("--engine spark", "PySpark is not installed", "the extra `spark`", _INSTALL) from None
    asked = master
    if master is None and not any(name in os.environ for name in _CONFIGURED):
        master = "local[*]"
    remote = (master or os.environ.get("SPARK_REMOTE", "")).startswith("sc://")
    if not remote and not _java():
        raise bad("--engine spark", "there is no Java", "Java 17 or newer", "Install it, or set JAVA_HOME.")
    settings = {**_NEEDED, "spark.log.level": "ERROR", "spark.ui.showConsoleProgress": "false"}
    if master and master.startswith("local"):
        # A run on one machine opens no port to others.
        settings |= {
            "spark.ui.enabled": "false",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "localhost",
        }
    builder = SparkSession.builder.appName("holdfire")
    if master:
        builder = builder.remote(master) if remote else builder.master(master)
    for name, value in (_NEEDED if remote else settings).items():
        builder = builder.config(name, value)
    with _told("no session"):
        spark = builder.getOrCreate()
    if not _is_remote(spark):
        _classic(spark, asked)
    return spark


def _java() -> bool:
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java", path=str(Path(home) / "bin") if home else None) is not None


def _is_remote(spark: SparkSession) -> bool:
    return "connect" in type(spark).__module__


def _classic(spark: SparkSession, master: str | None) -> None:
    context = spark.sparkContext
    if master and context.master != master:
        remedy = "Stop that session first, or leave the master out."
        raise bad(f"--master {master}", f"a session on {context.master} is running", "one session at a time", remedy)
    context.setLogLevel("ERROR")
    if context.master.startswith("local") and "PYSPARK_PYTHON" not in os.environ:
        context.pythonExec = sys.executable


def run_spark(kernel: Kernel, table: pl.DataFrame, spark: SparkSession | None = None) -> pl.DataFrame:
    """Run a kernel over a table on Spark, as `run_here` does in this process; the rows come in no order."""
    given = as_batch(table)
    none = kernel(given.slice(0, 0))
    if not len(given):
        return cast(pl.DataFrame, pl.from_arrow(pa.Table.from_batches([none])))
    out_schema = none.schema
    spark = spark or session()
    wire = pa.schema([(f.name, _wire(f.type)[0]) for f in given.schema])
    with _as_needed(spark), _told("judging failed"):
        frame = spark.createDataFrame(pa.Table.from_batches([fitted(given, wire)]))
        answers = _mapped(frame, kernel, given.schema, out_schema).toArrow()
    return cast(pl.DataFrame, pl.from_arrow(_fitted_table(answers, out_schema)))


def map_spark(
    kernel: Kernel,
    columns: pa.Schema,
    out_schema: pa.Schema,
    paths: Sequence[str | Path],
    out: str | Path,
    spark: SparkSession | None = None,
    coded: Sequence[str] = (),
) -> None:
    """Run a kernel over Parquet on Spark; writes a folder with one part for each partition.

    `columns` are the columns and types that the kernel takes. Paths are files, folders (partitioned or not) or URLs
    that the cluster can read. Spark codes words as it likes, whatever is `coded`. The folder appears whole or not at
    all; where `out` is a URL, it is whole once it holds `_SUCCESS`. Raises InputError for what cannot be read, a file
    that lacks a column, or an `out` that exists.
    """
    spark = spark or session()
    with _as_needed(spark):
        answers = _mapped(_read(spark, paths, columns), kernel, columns, out_schema)
        if "://" in str(out):
            with _told(f"{out} was not written"):
                answers.write.parquet(str(out))
            return
        check_new(Path(out))
        with whole_folder(Path(out)) as draft, _told(f"{out} was not written"):
            answers.write.mode("overwrite").parquet(_address(draft))


def reduce_spark(
    kernel: Kernel,
    columns: pa.Schema,
    out_schema: pa.Schema,
    paths: Sequence[str | Path],
    spark: SparkSession | None = None,
    coded: Sequence[str] = (),
    unread: object = None,
) -> pa.Table:
    """Run a kernel over Parquet on Spark; returns its answers to all batches as one table, to be merged.

    For kernels whose answers are small, such as counts: they all come to this process, in no order. `columns`,
    `paths` and `coded` are those of `map_spark`. Every row is read, whatever could be told `unread`.
    Raises InputError for what cannot be read, or a file that lacks a column.
    """
    spark = spark or session()
    with _as_needed(spark), _told("counting failed"):
        return _fitted_table(_mapped(_read(spark, paths, columns), kernel, columns, out_schema).toArrow(), out_schema)


def _read(spark: SparkSession, paths: Sequence[str | Path], columns: pa.Schema) -> DataFrame:
    """Read Parquet. Folders are read one by one, since each has its own partition columns."""
    here = [p for p in paths if Path(p).exists()]
    check(parts(here), columns)
    files = [_address(p) for p in here if Path(p).is_file()]
    sources = [*([files] if files else []), *([_address(p)] for p in paths if not Path(p).is_file())]
    if not sources:
        raise bad("paths", "none was given", "at least one Parquet file or folder", "Name one.")
    frames = []
    for source in sources:
        with _told(f"{source[0]} cannot be read"):
            frame = spark.read.parquet(*source)
            absent = [name for name in columns.names if name not in frame.columns]
        if absent:
            expected = f"the columns {', '.join(columns.names)}"
            raise bad(source[0], f"no column {', '.join(absent)}", expected, "Write the files with all of them.")
        frames.append(frame.select([frame[_quoted(name)] for name in columns.names]))
    whole = frames[0]
    for frame in frames[1:]:
        whole = whole.union(frame)
    return whole


def _address(path: str | Path) -> str:
    """Return a path as Spark takes it: a local one without doubt, whatever file system is the cluster's own."""
    return Path(path).resolve().as_uri() if Path(path).exists() else str(path)


def _mapped(frame: DataFrame, kernel: Kernel, columns: pa.Schema, out_schema: pa.Schema) -> DataFrame:
    """Lay the kernel over a table. It goes out pickled; each Python worker unpickles it once for all its batches."""
    from pyspark import cloudpickle

    packed = cloudpickle.dumps(kernel)
    wire = pa.schema([(f.name, _wire(f.type)[0]) for f in out_schema])

    def task(batches: Batches) -> Batches:
        return judged(packed, columns, wire, batches)

    named = ", ".join(f"{_quoted(f.name)} {_wire(f.type)[1]}" for f in out_schema)
    return frame.mapInArrow(task, named)


def judged(packed: bytes, columns: pa.Schema, wire: pa.Schema, batches: Batches) -> Batches:
    """Run a pickled kernel over the batches of one partition; this is what a Python worker of Spark does."""
    kernel = _unpacked(packed)
    for batch in batches:
        answer = fitted(kernel(fitted(batch, columns)), wire)
        for at in range(0, len(answer), BATCH_ROWS):
            yield answer.slice(at, BATCH_ROWS)


@lru_cache(maxsize=2)
def _unpacked(packed: bytes) -> Kernel:
    """Return the kernel, with whatever it keeps between batches; a worker serves many partitions of one run."""
    kernel: Kernel = pickle.loads(packed)
    return kernel


# Arrow types by what Spark calls them; those that it lacks are carried by the next wider one.
_PLAIN: list[tuple[tuple[pa.DataType, ...], pa.DataType, str]] = [
    ((pa.string(), pa.large_string(), pa.string_view()), pa.string(), "string"),
    ((pa.binary(), pa.large_binary()), pa.binary(), "binary"),
    ((pa.bool_(),), pa.bool_(), "boolean"),
    ((pa.int8(),), pa.int8(), "tinyint"),
    ((pa.int16(), pa.uint8()), pa.int16(), "smallint"),
    ((pa.int32(), pa.uint16()), pa.int32(), "int"),
    ((pa.int64(), pa.uint32(), pa.uint64()), pa.int64(), "bigint"),
    ((pa.float32(),), pa.float32(), "float"),
    ((pa.float64(),), pa.float64(), "double"),
    ((pa.date32(),), pa.date32(), "date"),
]


def _wire(kind: pa.DataType) -> tuple[pa.DataType, str]:
    """Return the Arrow type that Spark exchanges for a type, and its name in a Spark schema."""
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        inner, name = _wire(kind.value_type)
        return pa.list_(inner), f"array<{name}>"
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        return pa.timestamp("us", "UTC"), "timestamp"
    for kinds, wire, name in _PLAIN:
        if kind in kinds:
            return wire, name
    raise TypeError(f"Spark does not carry columns of type {kind}")


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _fitted_table(table: pa.Table, schema: pa.Schema) -> pa.Table:
    return pa.Table.from_batches([fitted(batch, schema) for batch in table.to_batches()], schema)


@contextmanager
def _as_needed(spark: SparkSession) -> Iterator[None]:
    """Hold a session to the settings that identical tables rest on; a session that was handed in gets its own back."""
    before = {name: spark.conf.get(name, None) for name in _NEEDED}
    try:
        for name, value in _NEEDED.items():
            spark.conf.set(name, value)
        yield
    finally:
        for name, value in before.items():
            if value is None:
                spark.conf.unset(name)
            else:
                spark.conf.set(name, value)


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Tell what Spark reports as bad input; its own report, often of hundreds of lines, is the cause."""
    try:
        yield
    except _failures() as error:
        expected = "a cluster that can read the paths and has holdfire and its Python"
        raise bad("Spark", f"{what}: {_gist(error)}", expected, "See docs/spark.md.") from error


def _failures() -> tuple[type[Exception], ...]:
    from pyspark.errors import PySparkException

    try:
        from py4j.protocol import Py4JError
    except ImportError:  # PySpark's client of Spark Connect comes without it
        return (PySparkException,)
    return PySparkException, Py4JError


def _gist(error: Exception) -> str:
    """Return the line that says what happened: the last of a Python traceback, else the first."""
    report = str(error).split("JVM stacktrace:")[0].strip()
    lines = [line.strip() for line in report.splitlines() if line.strip()]
    lines = [line for line in lines if not line.startswith("SQLSTATE:")] or [type(error).__name__]
    return lines[-1 if "Traceback (most recent call last)" in report else 0]
