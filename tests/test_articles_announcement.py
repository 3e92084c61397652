"""The announcement that the project starts from, where it lies beside the project; skipped without it.

Expected values were read from its text by hand, and every one must carry the words it was read from.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from holdfire.articles import Article, items_of, read_article
from holdfire.articles.items import Item
from holdfire.places import load_areas, load_gazetteer

ANNOUNCEMENT = Path(__file__).parent.parent.parent / "shared" / "seed" / "announcement.txt"
pytestmark = pytest.mark.skipif(not ANNOUNCEMENT.is_file(), reason="the announcement is not on this machine")


@pytest.fixture(scope="module")
def article() -> Article:
    return read_article(ANNOUNCEMENT)


@pytest.fixture(scope="module")
def found(article: Article) -> list[Item]:
    return items_of(article, load_gazetteer(), load_areas())


def of(found: list[Item], kind: str) -> list[dict[str, Any]]:
    told = []
    for item in found:
        if item.kind == kind:
            values: dict[str, Any] = {}
            for name, one in item.found():
                values.setdefault(name, []).append(one.value)
            told.append(values)
    return told


def test_it_knows_its_day_and_outlet(article: Article) -> None:
    assert (str(article.published), article.outlet) == ("2026-01-30", "Epoch Times")


def test_the_pledge_of_one_week(found: list[Item]) -> None:
    (pledge,) = of(found, "pledge")
    assert pledge["announcer"] == ["Trump"]
    assert pledge["announced_on"] == ["2026-01-29"]
    assert (pledge["pledger"], pledge["parties"]) == (["Putin"], ["Russia"])
    assert set(pledge["place"]) == {"Kyiv", "Ukraine"}
    assert pledge["targets"] == ["populated_area"]
    assert (pledge["cause"], pledge["lasts"], pledge["status"]) == (["cold"], ["1 week"], ["pledged"])
    assert "starts" not in pledge
    assert "ends" not in pledge


def test_two_readings_stand_side_by_side(found: list[Item]) -> None:
    readings = {r["holder"][0]: r for r in of(found, "reading")}
    assert set(readings) == {"United States", "Russia"}
    assert set(readings["United States"]["acts"]) == {"missile_strike", "drone_strike"}
    assert set(readings["United States"]["targets"]) == {"populated_area", "infrastructure"}
    assert "allows_targets" not in readings["United States"]
    assert readings["Russia"]["places"] == ["Kyiv"]
    assert readings["Russia"]["allows_targets"] == ["military"]


def test_six_killed_and_three_killed_are_the_agencys(found: list[Item]) -> None:
    six, three = of(found, "incident")
    assert (six["killed_min"], six["killed_max"], six["day"]) == ([6], [6], ["2026-01-29"])
    assert (three["killed_min"], three["killed_max"]) == ([3], [3])
    assert (three["place"], three["weapon"]) == (["Zaporizhzhia region"], ["drone"])
    assert three["target"] == ["apartment_building"]
    assert six["said_by"] == three["said_by"] == ["Agence France-Presse"]


def test_the_warning_of_regrouping(found: list[Item]) -> None:
    warnings = [s for s in of(found, "statement") if "warning" in s["about"]]
    assert {s["speaker"][0] for s in warnings} == {"Zelensky"}
    assert {s["party"][0] for s in warnings} == {"Ukraine"}
    first = next(i for i in found if i.kind == "statement" and ("about", "warning") in told(i))
    assert first.start > 0


def told(item: Item) -> set[tuple[str, object]]:
    return {(name, one.value) for name, one in item.found()}


def test_the_talks_of_sunday(found: list[Item]) -> None:
    (talks,) = of(found, "talks")
    assert (talks["day"], talks["place"], talks["status"]) == (["2026-02-01"], ["Abu Dhabi"], ["scheduled"])
    assert talks["parties"] == ["United States", "Russia", "Ukraine"]
    assert len(talks["topics"]) == 3
    for topic, word in zip(talks["topics"], ("boundaries", "economic zones", "oversight"), strict=True):
        assert word in topic


def test_the_two_named_agreements(found: list[Item]) -> None:
    names = [d["name"][0] for d in of(found, "document")]
    assert [n.split()[0] for n in names] == ["security", "prosperity"]


def test_who_is_cold_and_without_power(found: list[Item]) -> None:
    cold, outage = of(found, "fact")
    assert (cold["quantity"], cold["value_max"]) == (["temperature"], [0.0])
    # "Millions" is no number: it stays unsaid.
    assert outage["quantity"] == ["people without heat and power"]
    assert "value_min" not in outage


def test_every_value_carries_the_words_it_was_read_from(article: Article, found: list[Item]) -> None:
    for item in found:
        for name, one in item.found():
            assert 0 <= one.start < one.end <= len(article.text), (item.kind, name)
            assert article.text[one.start : one.end].strip(), (item.kind, name)


def test_the_command_drafts_it_and_lint_says_what_is_open(holdfire, tmp_path: Path) -> None:
    result = holdfire("read", ANNOUNCEMENT, "--case", tmp_path / "case")
    assert result.exit_code == 0, result.output
    agreement = (tmp_path / "case" / "draft" / "agreement.yaml").read_text(encoding="utf-8")
    assert "lasts: 1 week" in agreement
    assert "starts: unsaid" in agreement
    linted = holdfire("lint", tmp_path / "case" / "draft")
    assert linted.exit_code == 2
    assert "said_on" in linted.output
