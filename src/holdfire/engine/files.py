"""Parquet files and folders as batches of bounded memory, and a kernel over them in this process."""

from __future__ import annotations

import os
import shutil
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq

from holdfire.engine.here import BATCH_ROWS, Kernel
from holdfire.problems import bad

MOST_THREADS = 8
RELEASED_EVERY = 8  # stretches: giving memory back at each of them costs a tenth of the time
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
    """Return the named columns of a batch in order, in their declared types; what does not fit is an error.

    Words that are coded stay coded: a dictionary of what a column should hold will do.
    """
    arrays = [_as_declared(batch.column(field.name), field.type) for field in columns]
    return pa.RecordBatch.from_arrays(arrays, [field.name for field in columns])


def _as_declared(column: pa.Array, kind: pa.DataType) -> pa.Array:
    held = column.type
    inner = held.value_type if pa.types.is_list(held) or pa.types.is_large_list(held) else held
    return column if pa.types.is_dictionary(inner) else column.cast(kind)


@dataclass(frozen=True)
class Bounds:
    """What the head of a file says of a column in some rows: its least and greatest value, and how many are null.

    Least and greatest are null where all values are, or where the file does not say.
    """

    least: Any
    greatest: Any
    nulls: int | None


@dataclass(frozen=True)
class Stretch:
    """Row groups of one file that are read one after the other, about a batch of rows; `head` is that of the file."""

    part: Part
    groups: tuple[int, ...]
    head: pq.FileMetaData


Unread = Callable[[int, Mapping[str, Bounds]], pa.RecordBatch | None]


def stretches(part: Part) -> Iterator[Stretch]:
    """Cut a file into stretches of at least BATCH_ROWS rows, the last one aside."""
    head = pq.read_metadata(part.path)
    groups: list[int] = []
    rows = 0
    for group in range(head.num_row_groups):
        groups.append(group)
        rows += head.row_group(group).num_rows
        if rows >= BATCH_ROWS:
            yield Stretch(part, tuple(groups), head)
            groups, rows = [], 0
    if groups:
        yield Stretch(part, tuple(groups), head)


def bounds(stretch: Stretch, names: Sequence[str]) -> tuple[int, dict[str, Bounds]]:
    """Return how many rows a stretch has, and the bounds of columns in it, as far as the head of the file knows."""
    head = stretch.head
    groups = [head.row_group(g) for g in stretch.groups]
    found = {}
    for number in range(head.num_columns):
        name = head.schema.column(number).path.split(".")[0]
        if name not in names:
            continue
        known = [g.column(number).statistics for g in groups]
        if all(k is not None and k.has_null_count for k in known):
            told = [k for k in known if k.has_min_max]
            empty = all(k.has_min_max or k.null_count == g.num_rows for k, g in zip(known, groups, strict=True))
            least = min(k.min for k in told) if told and empty else None
            greatest = max(k.max for k in told) if told and empty else None
            found[name] = Bounds(least, greatest, sum(k.null_count for k in known))
    return sum(g.num_rows for g in groups), found


def batches(stretch: Stretch, columns: pa.Schema, coded: Sequence[str] = ()) -> Iterator[pa.RecordBatch]:
    """Read a stretch in batches of at most BATCH_ROWS rows, its columns projected and in their declared types.

    Columns of words that are `coded` come as the dictionaries in which Parquet keeps them.
    """
    part = stretch.part
    stored = [name for name in columns.names if name not in part.values]
    for batch in _read(stretch, stored, _leaves(stretch.head, coded)):
        for name, value in part.values.items():
            if name in columns.names:
                batch = batch.append_column(name, pa.repeat(pa.scalar(value, pa.string()), len(batch)))
        yield fitted(batch, columns)


def _leaves(head: pq.FileMetaData, coded: Sequence[str]) -> list[str]:
    """Return the paths under which Parquet keeps the words of columns and of lists."""
    leaves = [head.schema.column(n) for n in range(head.num_columns)]
    return [c.path for c in leaves if c.path.split(".")[0] in coded and c.physical_type == "BYTE_ARRAY"]


def _read(stretch: Stretch, stored: list[str], words: list[str]) -> Iterator[pa.RecordBatch]:
    """Read a stretch, its words as dictionaries where that can be: Arrow knows no list of two dictionaries.

    Each row group has a dictionary of its own, and it may break off where its page is full.
    """
    done = 0
    for some in [words if len(stretch.groups) == 1 else [], []]:
        try:
            with pq.ParquetFile(stretch.part.path, metadata=stretch.head, read_dictionary=some) as file:
                read = file.iter_batches(BATCH_ROWS, row_groups=stretch.groups, columns=stored, use_threads=False)
                for number, batch in enumerate(read):
                    if number >= done:
                        done += 1
                        yield batch
            return
        except pa.ArrowNotImplementedError:
            if not some:
                raise


def answers(
    kernel: Kernel,
    columns: pa.Schema,
    out_schema: pa.Schema,
    found: Sequence[Part],
    coded: Sequence[str] = (),
    unread: tuple[Unread, Sequence[str]] | None = None,
) -> Iterator[list[pa.RecordBatch]]:
    """Run a kernel over files, stretch by stretch in their order, in as many threads as there are cores.

    No more stretches are in memory than there are threads. `unread` may answer for a stretch from the bounds of some
    columns; then it is not read.
    """

    def answer(stretch: Stretch) -> list[pa.RecordBatch]:
        told = None if unread is None else unread[0](*bounds(stretch, unread[1]))
        if told is not None:
            return [fitted(told, out_schema)]
        answers = [fitted(kernel(batch), out_schema) for batch in batches(stretch, columns, coded)]
        if next(done) % RELEASED_EVERY == 0:
            pa.default_memory_pool().release_unused()  # else what many stretches leave behind adds up
        return answers

    done = count(1)
    threads = min(_cores(), MOST_THREADS)
    with ThreadPoolExecutor(threads) as pool:
        pending: deque[Future[list[pa.RecordBatch]]] = deque()
        for stretch in (s for part in found for s in stretches(part)):
            if len(pending) == threads:
                yield pending.popleft().result()
            pending.append(pool.submit(answer, stretch))
        while pending:
            yield pending.popleft().result()


def _cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def map_here(
    kernel: Kernel,
    columns: pa.Schema,
    out_schema: pa.Schema,
    paths: Sequence[str | Path],
    out: str | Path,
    coded: Sequence[str] = (),
) -> None:
    """Run a kernel over Parquet in this process; writes a folder with one part for each file read.

    `columns` are the columns and types that the kernel takes; those that are `coded` it takes as dictionaries too. The
    folder appears whole or not at all. Raises InputError for a path that is not there, a file that lacks a column, or
    an `out` that exists.
    """
    found = parts(paths)
    check(found, columns)
    with whole_folder(Path(out)) as draft:
        for number, part in enumerate(found):
            with pq.ParquetWriter(draft / f"part-{number:05d}.parquet", out_schema, compression="zstd") as writer:
                for told in answers(kernel, columns, out_schema, [part], coded):
                    for batch in told:
                        writer.write_batch(batch)


def reduce_here(
    kernel: Kernel,
    columns: pa.Schema,
    out_schema: pa.Schema,
    paths: Sequence[str | Path],
    coded: Sequence[str] = (),
    unread: tuple[Unread, Sequence[str]] | None = None,
) -> pa.Table:
    """Run a kernel over Parquet in this process; returns its answers to all batches as one table, to be merged.

    `coded` is as in `map_here`. `unread` may answer for rows from the bounds of the columns that it names, so that
    they need not be read. Raises InputError for a path that is not there, or a file that lacks a column.
    """
    found = parts(paths)
    check(found, columns)
    told = answers(kernel, columns, out_schema, found, coded, unread)
    return pa.Table.from_batches([batch for some in told for batch in some], out_schema)


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
