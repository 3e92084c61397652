"""YAML files: the core schema of YAML 1.2, the line of every part, and mistakes with their place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfire.problems import InputError
from holdfire.terms import line_of, read_yaml, write_yaml


@pytest.fixture
def read(tmp_path: Path):
    def reading(text: str) -> Any:
        (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
        return read_yaml(tmp_path / "a.yaml")

    return reading


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("off", "off"),
        ("2026-02-31", "2026-02-31"),
        ("12:30:45", "12:30:45"),
        ("010", 10),
        ("0o10", 8),
        ("0x1F", 31),
        ("1_000", "1_000"),
        ("-7", -7),
        ("1.50", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("1.2.3", "1.2.3"),
        ("True", True),
        ("'true'", "true"),
        ('"7"', "7"),
        ("~", None),
        ("", None),
        ("''", ""),
        ("9" * 5000, "9" * 5000),
        ("|\n  two\n  lines\n", "two\nlines\n"),
    ],
)
def test_a_plain_word_is_what_the_core_schema_says(read, written: str, value: Any) -> None:
    got = read(f"a: {written}\n")["a"]
    assert got == value
    assert type(got) is type(value)


def test_every_part_knows_its_line(read) -> None:
    data = read("# a comment\na: 1\nb:\n  - c: 2\n    d: [3,\n      4]\n\n  - e\n")
    assert line_of(data, ("a",)) == 2
    assert line_of(data, ("b",)) == 3
    assert line_of(data, ("b", 0, "d")) == 5
    assert line_of(data, ("b", 0, "d", 1)) == 6
    assert line_of(data, ("b", 1)) == 8
    assert line_of(data, ("b", 0, "absent")) == 4


def test_an_alias_is_its_anchor(read) -> None:
    assert read("a: &x {b: 1}\nc: *x\n") == {"a": {"b": 1}, "c": {"b": 1}}


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "'a' stands twice"),
        ("a: &x\n  - *x\n", 1, "an alias of itself"),
        ("a: 1\n? [b]\n: 2\n", 2, "a key that is a list"),
        ("a: 1\nb: [2\n", 3, "not valid YAML"),
        ("a: 1\n---\nb: 2\n", 2, "not valid YAML"),
        ("- a\n", 1, "no mapping"),
        ("a: " + "[" * 5000, 1, "not valid YAML"),
    ],
)
def test_a_mistake_is_told_with_its_line(read, text: str, line: int, says: str) -> None:
    with pytest.raises(InputError) as told:
        read(text)
    (problem,) = told.value.problems
    assert problem.where.endswith(f"a.yaml:{line}")
    assert says in problem.found


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp")), max_size=12)
TREES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS.filter(bool), inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(WORDS.filter(bool), TREES, min_size=1, max_size=4))
def test_what_was_written_is_read_again(tmp_path_factory: pytest.TempPathFactory, tree: dict[str, Any]) -> None:
    path = tmp_path_factory.mktemp("y") / "a.yaml"
    path.write_text(write_yaml(tree), encoding="utf-8")
    assert read_yaml(path) == tree
