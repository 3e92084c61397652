"""Parquet through a kernel in this process, and the choice of where it runs."""

from __future__ import annotations

import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from conftest import Small
from holdfire.engine import files, map_here, reduce_here
from holdfire.problems import InputError

IDS = pa.schema([("id", pa.large_string())])


def whole(batch: pa.RecordBatch) -> pa.RecordBatch:
    return batch


def put(path: Path, **columns: list[object]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), path, row_group_size=2)
    return path


def test_files_are_read_in_batches_and_answered_in_order(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(files, "BATCH_ROWS", 3)
    put(tmp_path / "in" / "1.parquet", id=[str(n) for n in range(10)], other=list(range(10)))
    put(tmp_path / "in" / "2.parquet", id=["x"])
    sizes = []

    def sized(batch: pa.RecordBatch) -> pa.RecordBatch:
        sizes.append(len(batch))
        return batch

    table = reduce_here(sized, IDS, IDS, [tmp_path / "in"])
    assert table.schema == IDS
    assert table["id"].to_pylist() == [*(str(n) for n in range(10)), "x"]
    assert max(sizes) <= 3
    map_here(whole, IDS, IDS, [tmp_path / "in"], tmp_path / "out")
    assert [p.name for p in sorted((tmp_path / "out").iterdir())] == ["part-00000.parquet", "part-00001.parquet"]
    assert reduce_here(whole, IDS, IDS, [tmp_path / "out"]) == table


def test_what_spark_leaves_out_is_left_out(tmp_path: Path) -> None:
    put(tmp_path / "a=1" / "x.parquet", id=["1"])
    put(tmp_path / "_draft" / "x.parquet", id=["2"])
    put(tmp_path / ".x.parquet", id=["3"])
    (tmp_path / "_SUCCESS").touch()
    assert reduce_here(whole, IDS, IDS, [tmp_path])["id"].to_pylist() == ["1"]


def test_an_absent_column_is_no_column_of_nulls(tmp_path: Path) -> None:
    put(tmp_path / "1.parquet", id=["1"])
    put(tmp_path / "2.parquet", name=["2"])
    with pytest.raises(InputError, match=r"2\.parquet: no column id; expected the columns id"):
        reduce_here(whole, IDS, IDS, [tmp_path])


@pytest.mark.parametrize(("name", "told"), [("nowhere", "no such file"), ("empty", "a folder with"), ("bad", "Parq")])
def test_what_cannot_be_read_is_told(tmp_path: Path, name: str, told: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad").write_text("id\n1\n", encoding="utf-8")
    with pytest.raises(InputError, match=told):
        reduce_here(whole, IDS, IDS, [tmp_path / name])


def test_a_folder_that_exists_is_left_as_it_is(tmp_path: Path) -> None:
    source = put(tmp_path / "in.parquet", id=["1"])
    mine = put(tmp_path / "out" / "mine.parquet", id=["mine"])
    before = mine.read_bytes()
    with pytest.raises(InputError, match="it exists already"):
        map_here(whole, IDS, IDS, [source], tmp_path / "out")
    assert mine.read_bytes() == before


def test_a_kernel_that_fails_leaves_nothing(tmp_path: Path) -> None:
    source = put(tmp_path / "in.parquet", id=["1"])

    def fails(batch: pa.RecordBatch) -> pa.RecordBatch:
        raise ValueError("the kernel cannot")

    with pytest.raises(ValueError, match="the kernel cannot"):
        map_here(fails, IDS, IDS, [source], tmp_path / "out")
    assert [p.name for p in tmp_path.iterdir()] == ["in.parquet"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--engine", "spark"], "PySpark is not installed; expected the extra `spark`. Run `pip install"),
        (["--master", "local"], "a master without Spark"),
    ],
)
def test_where_it_cannot_run_is_told(small: Small, holdfire, monkeypatch, options: list[str], told: str) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    result = holdfire("run", small.folder, *options)
    assert result.exit_code == 2
    assert told in result.stderr
    assert not (small.folder / "out").exists()


def test_a_machine_without_java_is_told(small: Small, holdfire, monkeypatch, tmp_path: Path) -> None:
    pytest.importorskip("pyspark")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    result = holdfire("run", small.folder, "--engine", "spark")
    assert result.exit_code == 2
    assert "there is no Java; expected Java 17 or newer" in result.stderr


def test_words_are_read_whatever_dictionaries_they_lie_in(tmp_path: Path) -> None:
    """Many row groups with dictionaries of their own, and one whose dictionary page was full too soon."""
    lists = [[f"word {n}", f"word {n // 7}"] if n % 5 else None for n in range(20_000)]
    table = pa.table({"id": [f"I{n}" for n in range(20_000)], "words": pa.array(lists, pa.list_(pa.string()))})
    schema = pa.schema([("id", pa.string()), ("words", pa.list_(pa.string()))])

    def kernel(batch: pa.RecordBatch) -> pa.RecordBatch:
        plain = pa.array(batch.column("words").to_pylist(), pa.list_(pa.string()))
        return pa.RecordBatch.from_arrays([batch.column("id").cast(pa.string()), plain], schema=schema)

    pq.write_table(table, tmp_path / "groups.parquet", row_group_size=700)
    pq.write_table(table, tmp_path / "full.parquet", dictionary_pagesize_limit=2_000)
    for name in ("groups", "full"):
        read = reduce_here(kernel, schema, schema, [tmp_path / f"{name}.parquet"], coded=("id", "words"))
        assert read.sort_by("id").equals(table.sort_by("id"))
