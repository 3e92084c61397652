"""Why a verdict or a finding of an earlier run is what it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from holdfire.cli.earlier import earlier, earlier_findings
from holdfire.cli.group import main
from holdfire.cli.shared import case_argument, out_option, plain_errors
from holdfire.problems import InputError, Problem


@main.command()
@case_argument
@click.argument("verdict")
@out_option
@plain_errors
def explain(case: Path, verdict: str, out: Path | None) -> None:
    """Tell why VERDICT is so: INCIDENT/READING/CLAUSE, INCIDENT/READING, INCIDENT, or the finding READING/CLAUSE.

    \b
    Example: holdfire explain cases/cold-spell-2026 CS-045/energy/russia-spares-energy
    """
    from datetime import date

    from holdfire import case as work
    from holdfire.adjudicate import compile_plan
    from holdfire.monitor.memory import files_of
    from holdfire.publish.explain import Evidence, explained

    opened, folder = work.read_case(case), out or case / "out"
    document = earlier_findings(folder)
    made_from = document["provenance"]
    if "as_of" in made_from:
        opened = work.case_as_of(opened, date.fromisoformat(made_from["as_of"]))
    inputs = opened.inputs()
    _unchanged(folder, made_from["inputs"], inputs)
    evidence = Evidence(
        agreement=opened.agreement,
        plan=compile_plan(
            opened.agreement,
            opened.areas,
            opened.gazetteer,
            earlier(folder, "conditions.parquet", "monitor"),
            earlier(folder, "lines.parquet", "monitor"),
        ),
        standard=made_from["standard"],
        reports=earlier(folder, "reports.parquet", "monitor"),
        incidents=earlier(folder, "incidents.parquet", "verify"),
        links=earlier(folder, "links.parquet", "verify"),
        verdicts=earlier(folder, "verdicts.parquet", "adjudicate"),
        findings={f"{f['reading_id']}/{f['clause_id']}": f for f in document["findings"]},
        files={s.id: files_of(opened.folder, s.path) for s in opened.file.sources},
        digests=inputs,
    )
    click.echo("\n".join(explained(verdict, evidence)))


def _unchanged(folder: Path, then: dict[str, Any], now: dict[str, str]) -> None:
    """Refuse to explain an old verdict by a new clause, or by reports that have changed."""
    changed = sorted(n for n in then.keys() | now.keys() if then.get(n) != now.get(n))
    if changed:
        remedy = "Run `holdfire run` again."
        raise InputError(
            Problem(str(folder), f"'{n}' has changed since that run", "the files that it was made from", remedy)
            for n in changed
        )
