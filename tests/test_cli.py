"""The commands: help for each, examples that are true, exit codes, and answers at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import CASES, Small
from holdfire.cli import main


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_has_help_and_an_example(name: str, holdfire) -> None:
    told = holdfire(name, "--help").output
    assert f"holdfire {name}" in told
    assert "Example: holdfire" in told
    assert main.commands[name].get_short_help_str(200)[-1] == "."


def test_the_design_names_these_commands() -> None:
    assert {"run", "monitor", "verify", "adjudicate", "assess", "publish", "new", "lint", "read"} <= set(main.commands)


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from holdfire.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = ('polars', 'pyarrow', 'shapely', 'pydantic', 'jinja2', 'numpy', 'pyspark')\n"
        "print([m for m in heavy if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_misspelt_command_is_suggested(holdfire) -> None:
    result = holdfire("rnu")
    assert result.exit_code == 2
    assert "Did you mean 'run'?" in result.output


def test_results_go_to_standard_output_and_progress_beside_it(small: Small, holdfire) -> None:
    result = holdfire("run", small.folder)
    assert [line.split(":")[0] for line in result.stdout.splitlines()] == ["As announced", "Shorter", "report"]
    assert "judging" in result.stderr


@pytest.mark.parametrize(("status", "code"), [("violated", 1), ("unproven", 1)])
def test_a_finding_one_asked_to_fail_on_ends_with_1(small: Small, holdfire, status: str, code: int) -> None:
    result = holdfire("run", small.folder, "--fail-on", status)
    assert result.exit_code == code
    assert (small.folder / "out" / "report.html").exists()


def test_a_finding_that_is_not_there_ends_with_0(small: Small, holdfire) -> None:
    small.change("data/reports.csv", "substation,energy", "market,market")
    small.change("data/reports.csv", "power grid,energy", "market,market")
    assert holdfire("run", small.folder, "--fail-on", "violated").exit_code == 0


def test_out_goes_where_it_is_asked_to(small: Small, holdfire, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "there"
    assert holdfire("run", small.folder, "--out", out).exit_code == 0
    assert (out / "report.html").exists()
    assert not (small.folder / "out").exists()


def test_an_out_that_is_a_file_is_told(small: Small, holdfire, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    result = holdfire("run", small.folder, "--out", tmp_path / "file")
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1].startswith("error: ")
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


def test_a_new_case_runs_as_it_stands(holdfire, tmp_path: Path) -> None:
    folder = tmp_path / "case"
    assert holdfire("new", folder, "--title", 'A "truce": yes').exit_code == 0
    assert holdfire("lint", folder).exit_code == 0
    result = holdfire("run", folder)
    assert result.exit_code == 0, result.output
    assert "unproven" in result.stdout  # no report is not quiet
    again = holdfire("new", folder)
    assert again.exit_code == 2
    assert "it exists already" in again.stderr


def test_lint_finds_what_run_would(small: Small, holdfire) -> None:
    assert holdfire("lint", small.folder).exit_code == 0
    small.change("data/alerts.csv", "Kyiv City", "Atlantis")
    result = holdfire("lint", small.folder)
    assert result.exit_code == 2
    assert "Atlantis" in result.stderr
    assert not (small.folder / "out").exists()


def test_the_schema_takes_the_bundled_agreements(holdfire) -> None:
    schema = json.loads(holdfire("schema").stdout)
    assert schema["$schema"].endswith("2020-12/schema")
    assert {"readings", "parties", "time_zone"} <= set(schema["required"])


def test_an_unwritable_folder_is_told_and_nothing_is_half_written(small: Small, holdfire, monkeypatch) -> None:
    holdfire("run", small.folder)
    before = small.outputs()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "report.html")

    monkeypatch.setattr("holdfire.case.outputs.Outputs.text", full)
    result = holdfire("run", small.folder)
    assert result.exit_code == 2
    assert "No space left on device" in result.stderr
    assert small.outputs() == before
    assert not list(small.folder.glob(".holdfire-*"))


@pytest.mark.parametrize("command", [["schema"], ["lint", str(CASES / "cold-spell-2026"), "--format", "json"]])
def test_a_reader_that_has_had_enough_is_no_error(command: list[str]) -> None:
    read, write = os.pipe()
    os.close(read)
    ran = subprocess.run([sys.executable, "-m", "holdfire", *command], stdout=write, stderr=subprocess.PIPE, text=True)
    os.close(write)
    assert ran.returncode != 0
    assert "rror" not in ran.stderr
    assert "Traceback" not in ran.stderr
