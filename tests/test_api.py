"""holdfire.judge: from any table or Parquet, under one agreement or many, to counts, findings and verdicts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

import holdfire
from drawn import agreement, incidents
from holdfire import tables
from holdfire.adjudicate.kernel import COLUMNS
from holdfire.problems import InputError
from holdfire.terms import Agreement

TERMS = agreement(8, zones=False)
TABLE = incidents(500)


@pytest.fixture(scope="module")
def expected() -> pl.DataFrame:
    return holdfire.judge(TABLE, TERMS).verdicts()


@pytest.fixture
def parquet(tmp_path: Path) -> Path:
    """Two files in a folder, one of many small row groups."""
    folder = tmp_path / "incidents"
    folder.mkdir()
    TABLE[:200].write_parquet(folder / "a.parquet", row_group_size=30)
    TABLE[200:].write_parquet(folder / "b.parquet")
    return folder


def test_every_kind_of_table_gives_the_same(expected: pl.DataFrame, parquet: Path) -> None:
    given: list[Any] = [TABLE, TABLE.lazy(), TABLE.to_arrow(), parquet, str(parquet), sorted(parquet.iterdir())]
    for one in given:
        assert holdfire.judge(one, TERMS).verdicts().equals(expected)


def test_a_pandas_table_gives_the_same(expected: pl.DataFrame) -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    frame = pandas.DataFrame(TABLE.to_dicts())
    frame["munitions"] = frame["munitions"].astype("Int64")
    for name in ("start", "end"):
        frame[name] = pandas.to_datetime(frame[name], utc=True)
    assert holdfire.judge(frame, TERMS).verdicts().equals(expected)


def test_what_speaks_the_arrow_stream_is_a_table(expected: pl.DataFrame) -> None:
    class Frame:
        """As pandas hands out its rows: lists and strings as Arrow holds them, instants in nanoseconds."""

        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            whole = TABLE.to_arrow(compat_level=pl.CompatLevel.oldest())
            for name in ("start", "end"):
                at = whole.schema.get_field_index(name)
                whole = whole.set_column(at, name, whole[name].cast(pa.timestamp("ns", "UTC")))
            return whole.__arrow_c_stream__(requested_schema)

    assert holdfire.judge(Frame(), TERMS).verdicts().equals(expected)


def test_counts_and_findings_are_those_of_the_verdicts(expected: pl.DataFrame, parquet: Path) -> None:
    judged = holdfire.judge(parquet, TERMS)
    counts, found = judged.counts(), judged.findings()
    assert found.columns == [c.name for c in tables.JUDGED]
    for row in counts.iter_rows(named=True):
        mine = expected.filter(reading_id=row["reading_id"], clause_id=row["clause_id"])
        for word, column in (("violation", "violations"), ("undetermined", "undetermined"), ("outside", "outside")):
            assert row[column] == (mine["verdict"] == word).sum()
    assert found["violations"].to_list() == counts["violations"].to_list()
    assert set(found["status"]) == {"violated", "unproven"}
    assert [s == "violated" for s in found["status"]] == [v > 0 for v in found["violations"]]


def test_verdicts_are_written_whole_or_not_at_all(expected: pl.DataFrame, parquet: Path, tmp_path: Path) -> None:
    judged = holdfire.judge(parquet, TERMS)
    judged.write_verdicts(tmp_path / "out")
    written = pl.read_parquet(tmp_path / "out").sort("incident_id", "reading_id", "clause_id")
    assert written.equals(expected)
    with pytest.raises(InputError, match="exists already"):
        judged.write_verdicts(tmp_path / "out")
    with pytest.raises(InputError, match="a table in memory"):
        holdfire.judge(TABLE, TERMS).write_verdicts(tmp_path / "other")
    (parquet / "b.parquet").write_bytes(b"PAR1 broken")
    with pytest.raises(InputError, match=r"b\.parquet"):
        judged.write_verdicts(tmp_path / "broken")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["incidents", "out"]


def test_several_agreements_are_told_apart(parquet: Path) -> None:
    others = [agreement(4, seed=n, name=f"a{n}", zones=False) for n in range(3)]
    found = holdfire.judge(parquet, others).findings()
    assert found.columns[:3] == ["agreement_id", "reading_id", "clause_id"]
    for one in others:
        mine = found.filter(agreement_id=one.id).drop("agreement_id")
        assert mine.equals(holdfire.judge(TABLE, one).findings())
    with pytest.raises(InputError, match="'a0' stands twice"):
        holdfire.judge(parquet, [others[0], others[0]])
    with pytest.raises(InputError, match="none was given"):
        holdfire.judge(parquet, [])


def test_a_tally_and_its_part_are_counted_once(tmp_path: Path) -> None:
    # A tally of 10 munitions, of which a located incident is a part, and another incident of 5: all violate.
    rows = [
        {"incident_id": "tally", "munitions": 10, "part_of": []},
        {"incident_id": "part", "munitions": 3, "part_of": ["tally"]},
        {"incident_id": "other", "munitions": 5, "part_of": []},
    ]
    base = {"report_ids": [], "groups": 1, "targets": ["substation"], "tally": False, "unproven_facets": []}
    table = tables.frame([{**base, "disputes": [], **r} for r in rows], tables.INCIDENTS)
    terms = one_clause(target={"certainly": ["energy"]})
    (found,) = holdfire.judge(table, terms).findings().to_dicts()
    assert (found["violations"], found["absorbed"], found["munitions_violating"]) == (3, 1, 15)
    assert holdfire.judge(table, terms).counts()["munitions_violating"][0] == 18
    table.write_parquet(tmp_path / "i.parquet", row_group_size=1)
    assert holdfire.judge(tmp_path / "i.parquet", terms).findings().to_dicts() == [found]


def one_clause(**facets: Any) -> Agreement:
    clause = TERMS.readings[0].clauses[0].model_dump() | dict.fromkeys(
        ("time", "actor", "act", "weapon", "target", "place", "condition")
    )
    reading = TERMS.readings[0].model_dump() | {"clauses": [{**clause, **facets}]}
    return Agreement.model_validate(TERMS.model_dump() | {"readings": [reading]})


def test_an_absent_column_is_refused_or_unknown_on_demand(tmp_path: Path) -> None:
    table = TABLE.drop("weapons").rename({"targets": "target"})
    with pytest.raises(InputError, match=r"no column weapons, targets.*Did you mean 'target'\?.*absent=\"unknown\""):
        holdfire.judge(table, TERMS).counts()
    unknown = TABLE.with_columns(weapons=pl.lit(None, tables.WORDS), targets=pl.lit(None, tables.WORDS))
    right = holdfire.judge(unknown, TERMS).verdicts()
    assert holdfire.judge(table, TERMS, absent="unknown").verdicts().equals(right)
    table.write_parquet(tmp_path / "i.parquet")
    assert holdfire.judge(tmp_path / "i.parquet", TERMS, absent="unknown").verdicts().equals(right)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"start": pl.col("start").dt.replace_time_zone(None)}, "column 'start': instants without a time zone"),
        ({"munitions": pl.lit("many")}, "column 'munitions'"),
        ({"targets": pl.lit(1.5)}, "column 'targets'"),
    ],
)
def test_a_column_of_another_type_is_told(change: dict[str, pl.Expr], told: str) -> None:
    with pytest.raises(InputError, match=told):
        holdfire.judge(TABLE.with_columns(**change), TERMS).counts()


@pytest.mark.parametrize("given", [5, None, [], {"a": 1}])
def test_what_is_no_table_is_told(given: object) -> None:
    with pytest.raises(InputError, match="expected a Polars, pandas or Arrow table, or paths of Parquet"):
        holdfire.judge(given, TERMS)


def test_a_path_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file or folder"):
        holdfire.judge(tmp_path / "none.parquet", TERMS).counts()


def test_nothing_is_read_before_it_is_asked_for(tmp_path: Path) -> None:
    holdfire.judge(tmp_path / "not-yet.parquet", TERMS)


def test_the_columns_that_are_needed_are_documented() -> None:
    docs = (Path(__file__).parent.parent / "docs" / "python.md").read_text(encoding="utf-8")
    assert not [c for c in COLUMNS if f"`{c}`" not in docs]
