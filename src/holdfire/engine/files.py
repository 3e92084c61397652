"""Parquet files and folders as batches of bounded memory, and a kernel over them in this process."""

from __future__ import annotations

import shutil
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq

from holdfire.engine.here import BATCH_ROWS, Kernel
from holdfire.problems import bad

THREADS = 2
NO_VALUE = "__HIVE_DEFAULT_PARTITION__"


@dataclass(frozen=True)
class Part:
    """One Parquet file, and the values that the names of its folders (`column=value`) give to all of its rows."""

    path: Path
    values: dict[str, str | None]


def parts(paths: Sequence[str | Path]) -> list[Part]:
    """Return the Parquet files at paths, each a file or a folder of any depth, sorted within a folder.

    Names that begin with `_` or `.` are left out, as Spark does. Raises InputError for a path that is not there, and
    for a folder without a Parquet file.
    """
    found: list[Part] = []
    for root in map(Path, paths):
        if root.is_file():
            found.append(Part(root, {}))
            continue
        inside = [(p, p.relative_to(root).parts) for p in sorted(root.rglob("*.parquet")) if p.is_file()]
        mine = [Part(p, _values(names)) for p, names in inside if not any(n[0] in "_." for n in names)]
        if not mine:
            what = "a folder without a Parquet file" if root.is_dir() else "there is no such file or folder"
            raise bad(str(root), what, "a Parquet file, or a folder that holds some", "Name another path.")
        found += mine
    return found


def _values(names: Sequence[str]) -> dict[str, str | None]:
    pairs = [name.split("=", 1) for name in names[:-1] if "=" in name]
    return {unquote(column): None if value == NO_VALUE else unquote(value) for column, value in pairs}


def check(found: Sequence[Part], columns: pa.Schema) -> None:
    """Raise InputError if a file is not Parquet, or lacks a column: an absent column is no column of nulls."""
    for part in found:
        try:
            held = set(pq.read_schema(part.path).names) | set(part.values)
        except (pa.ArrowInvalid, OSError) as error:
            raise bad(str(part.path), str(error), "a whole Parquet file", "Write it again.") from None
        if absent := [name for name in columns.names if name not in held]:
            raise bad(
                str(part.path),
                f"no column {', '.join(absent)}",
                f"the columns {', '.join(columns.names)}",
                "Write the file with all of them; a column of which nothing is known holds nulls.",
            )


def fitted(batch: pa.RecordBatch, columns: pa.Schema) -> pa.RecordBatch:
    """Return the named columns of a batch in order, in their declared types; what does not fit is an error."""
    arrays = [batch.column(field.name).cast(field.type) for field in columns]
    return pa.RecordBatch.from_arrays(arrays, schema=columns)


def batches(part: Part, columns: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Read one file in batches of at most BATCH_ROWS rows, its columns projected and in their declared types."""
    with pq.ParquetFile(part.path) as file:
        stored = [name for name in columns.names if name not in part.values]
        for batch in file.iter_batches(BATCH_ROWS, columns=stored, use_threads=False):
            for name, value in part.values.items():
                if name in columns.names:
                    batch = batch.append_column(name, pa.repeat(pa.scalar(value, pa.string()), len(batch)))
            yield fitted(batch, columns)


def answers(kernel: Kernel, columns: pa.Schema, out_schema: pa.Schema, part: Part) -> Iterator[pa.RecordBatch]:
    """Run a kernel over one file, in the order of its batches; as many are in memory as there are threads, and one."""
    with ThreadPoolExecutor(THREADS) as pool:
        pending: deque[Future[pa.RecordBatch]] = deque()
        for batch in batches(part, columns):
            if len(pending) == THREADS:
                yield fitted(pending.popleft().result(), out_schema)
            pending.append(pool.submit(kernel, batch))
        while pending:
            yield fitted(pending.popleft().result(), out_schema)


def map_here(
    kernel: Kernel, columns: pa.Schema, out_schema: pa.Schema, paths: Sequence[str | Path], out: str | Path
) -> None:
    """Run a kernel over Parquet in this process; writes a folder with one part for each file read.

    `columns` are the columns and types that the kernel takes. The folder appears whole or not at all. Raises
    InputError for a path that is not there, a file that lacks a column, or an `out` that exists.
    """
    found = parts(paths)
    check(found, columns)
    with whole_folder(Path(out)) as draft:
        for number, part in enumerate(found):
            with pq.ParquetWriter(draft / f"part-{number:05d}.parquet", out_schema, compression="zstd") as writer:
                for answer in answers(kernel, columns, out_schema, part):
                    writer.write_batch(answer)


def reduce_here(kernel: Kernel, columns: pa.Schema, out_schema: pa.Schema, paths: Sequence[str | Path]) -> pa.Table:
    """Run a kernel over Parquet in this process; returns its answers to all batches as one table, to be merged.

    Raises InputError for a path that is not there, or a file that lacks a column.
    """
    found = parts(paths)
    check(found, columns)
    return pa.Table.from_batches(
        [answer for part in found for answer in answers(kernel, columns, out_schema, part)], out_schema
    )


def check_new(out: Path) -> None:
    """Raise InputError if a folder to be written exists."""
    if out.exists():
        raise bad(str(out), "it exists already", "a folder that does not exist yet", "Name another, or remove it.")


@contextmanager
def whole_folder(out: Path) -> Iterator[Path]:
    """Give a folder beside `out` to write into; it takes its name at the end, and is gone if something went wrong."""
    check_new(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    # Other users of a cluster read the folder: it is as open as any that is made here, not private as mkdtemp has it.
    draft.chmod(0o755)
    try:
        yield draft
        draft.rename(out)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
