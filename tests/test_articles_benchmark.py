"""What the docs say of reading is what the labelled articles give, and so are the confidences of proposals."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from holdfire.places import load_areas, load_gazetteer

ROOT = Path(__file__).parent.parent
BENCHMARK = ROOT / "benchmarks" / "read"
LEAST_PRECISION = 0.85


@pytest.fixture(scope="module")
def results() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "benchmarks" / "results" / "read.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def run() -> Any:
    sys.path.insert(0, str(BENCHMARK))
    try:
        import run as module

        yield module
    finally:
        sys.path.remove(str(BENCHMARK))


@pytest.mark.parametrize("name", ["a", "b", "c"])
def test_the_results_are_those_of_this_code(run: Any, results: dict[str, Any], name: str) -> None:
    tallies, articles = run.read_set(name, load_gazetteer(), load_areas())
    assert run._told(tallies, articles) == results["sets"][name], "run `make bench-read`"


def test_every_field_is_precise_on_the_built_and_the_unseen_set(results: dict[str, Any]) -> None:
    right: dict[str, int] = {}
    read: dict[str, int] = {}
    for name in ("a", "b"):
        for row in results["sets"][name]["holdfire"]:
            right[row["field"]] = right.get(row["field"], 0) + row["right"]
            read[row["field"]] = read.get(row["field"], 0) + row["read"]
    assert len(read) > 50
    assert {f: right[f] / read[f] for f in read if read[f] and right[f] / read[f] < LEAST_PRECISION} == {}


def test_the_docs_show_this_table(results: dict[str, Any]) -> None:
    page = (ROOT / "docs" / "reading.md").read_text(encoding="utf-8")
    assert "\n".join(results["table"]) in page


def test_confidences_are_the_measured_precisions(run: Any, results: dict[str, Any]) -> None:
    kept = yaml.safe_load((ROOT / "src/holdfire/articles/data/confidence.yaml").read_text(encoding="utf-8"))
    assert kept["confidence"] == run.levels(results["sets"]["all"]["holdfire"]), "run benchmarks/read/run.py --write"


def test_labels_point_at_words_of_their_article() -> None:
    paths = sorted(BENCHMARK.glob("articles/*/*.yaml"))
    assert len(paths) == 35
    for path in paths:
        text = path.with_suffix(".txt").read_text(encoding="utf-8")
        for items in yaml.safe_load(path.read_text(encoding="utf-8")).values():
            for item in items if isinstance(items, list) else []:
                assert item["at"] in text, (path.name, item["at"])
