"""What the docs show is true: commands run, outputs are those printed, links and citations lead somewhere."""

from __future__ import annotations

import csv
import json
import re
import runpy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import shapely
from ruamel.yaml import YAML

from conftest import CASES
from holdfire import tables
from holdfire.monitor import KINDS, SourceEntry
from holdfire.places import Lines, Zones, load_areas, load_gazetteer
from holdfire.terms import Term, Zone
from holdfire.terms.zones import WAYS

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *CASES.glob("*/data/README.md")])
BLOCK = re.compile(r"^```(\w+)(?: file=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_reference_is_made_from_the_code() -> None:
    page = runpy.run_path(str(ROOT / "tools" / "reference.py"))["page"]()
    assert (ROOT / "docs" / "reference.md").read_text(encoding="utf-8") == page, "run `make reference`"


def test_the_tutorial_does_what_it_says(tmp_path: Path, monkeypatch, holdfire) -> None:
    monkeypatch.chdir(tmp_path)
    printed = ""
    for language, file, text in BLOCK.findall((ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")):
        if file:
            Path(file).write_text(text, encoding="utf-8")
        elif language == "sh":
            for line in text.splitlines():
                words = [w.strip('"') for w in re.findall(r'"[^"]*"|\S+', line)]
                result = holdfire(*words[1:])
                assert result.exit_code == 0, result.output
                printed = result.stdout
        elif language == "text":
            assert printed == text
    assert "undetermined" in (tmp_path / "harvest" / "out" / "report.html").read_text(encoding="utf-8")


def test_the_python_page_runs(tmp_path: Path, monkeypatch, cold_spell: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cases").symlink_to(CASES)
    (tmp_path / "out").symlink_to(cold_spell)
    names: dict[str, Any] = {}
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    for text in [text for language, _, text in BLOCK.findall(page) if language == "python"]:
        exec(text, names)
    assert names["found"].height == 13 * 2
    # The week of the pause itself is not among them: the last ends on 1 February.
    assert names["weeks"][-1].id == "week-2026-01-26"
    findings = names["judged"].findings()
    energy = findings.filter(reading_id="energy", clause_id="russia-spares-energy").to_dicts()[0]
    case = json.loads((tmp_path / "out" / "findings.json").read_text(encoding="utf-8"))["findings"]
    (told,) = [f for f in case if (f["reading_id"], f["clause_id"]) == ("energy", "russia-spares-energy")]
    same = ("violations", "undetermined", "absorbed", "munitions_violating", "munitions_undetermined")
    assert {k: energy[k] for k in same} == {k: told[k] for k in same}


def test_the_readme_shows_what_the_demo_prints(cold_spell_run: tuple[Path, str]) -> None:
    _, printed = cold_spell_run
    shown = [t for lang, _, t in BLOCK.findall((ROOT / "README.md").read_text(encoding="utf-8")) if lang == "text"]
    assert printed.startswith(shown[0])


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_lead_to_files(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_citations_are_statements() -> None:
    known = set()
    for path in CASES.glob("*/data/statements.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            known |= {row["statement_id"] for row in csv.DictReader(file)}
    for page in PAGES:
        assert set(re.findall(r"\b[A-Z]{2}-S\d{3}\b", page.read_text(encoding="utf-8"))) <= known


def test_every_data_file_of_a_case_has_its_source_and_licence_stated() -> None:
    for readme in CASES.glob("*/data/README.md"):
        told = readme.read_text(encoding="utf-8")
        assert all(p.name in told for p in readme.parent.iterdir() if p != readme)
    assert len(list(CASES.glob("*/data/README.md"))) == len(list(CASES.glob("*/case.yaml")))


OWN = {"attack_bulletins", "incident_list", "alert_intervals", "conditions", "outages"}


@pytest.mark.parametrize("kind", sorted(set(KINDS) - OWN))
def test_every_kind_of_source_has_a_page_with_an_entry_that_is_valid(kind: str) -> None:
    page = (ROOT / "docs" / "sources" / f"{kind}.md").read_text(encoding="utf-8")
    assert f"]({kind}.md)" in (ROOT / "docs" / "sources" / "README.md").read_text(encoding="utf-8")
    entries = [text for language, file, text in BLOCK.findall(page) if language == "yaml" and not file]
    assert entries
    for text in entries:
        for entry in YAML(typ="safe").load(text):
            assert SourceEntry.model_validate(entry).kind == kind
    assert "What it cannot see" in page or "What they cannot see" in page


def test_every_kind_of_zone_has_an_example_that_is_drawn(tmp_path: Path) -> None:
    blocks = BLOCK.findall((ROOT / "docs" / "zones.md").read_text(encoding="utf-8"))
    zones = [
        Zone.model_validate(zone)
        for language, file, text in blocks
        if language == "yaml" and not file
        for zone in YAML(typ="safe").load(text)
    ]
    for language, file, text in blocks:
        if language == "json":
            (tmp_path / file).write_text(text, encoding="utf-8")
        elif file == "clause":
            named = Term.model_validate(YAML(typ="safe").load(text)["place"])
            assert {*named.certainly, *named.possibly, *named.besides} <= {z.id for z in zones}
    assert {w for z in zones for w in z.ways()} == set(WAYS)
    kinds = {k for z in zones if z.buffer for k in ("line", "border", "front", "around") if getattr(z.buffer, k)}
    assert kinds == {"line", "border", "front", "around"}
    areas, gazetteer = load_areas(), load_gazetteer()
    east = shapely.intersection(areas.geometry("UA"), shapely.box(37.9, 47, 40.5, 49.5))
    row = ("maps", date(2026, 1, 29), "russia_forces", "ukraine_forces", "UA", 1.0, shapely.to_wkb(east), None)
    lines = tables.frame([dict(zip((c.name for c in tables.LINES), row, strict=True))], tables.LINES)
    cold = {"UA-63": (-15.0, -12.0), "UA-51": (-3.0, -3.0)}
    drawn = Zones(zones, tmp_path, areas, gazetteer, Lines(lines, areas), lambda _, c, __: cold.get(c, (None, None)))
    drawn.check()
    for zone in zones:
        extent = drawn.extent(zone.id, date(2026, 1, 29))
        assert not extent.inner.is_empty, zone.id
        assert extent.known == (zone.id not in ("withdrawal-strip", "held-ground", "cold-towns", "rest"))
