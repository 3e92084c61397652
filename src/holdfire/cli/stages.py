"""A case run: all of it, or one stage after the other, each from what the one before wrote."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from holdfire.cli.earlier import earlier
from holdfire.cli.group import main
from holdfire.cli.shared import (
    case_argument,
    catalogue_option,
    day,
    engine_option,
    master_option,
    out_option,
    plain_errors,
    tell,
)
from holdfire.problems import bad

if TYPE_CHECKING:
    from holdfire.case import Case
    from holdfire.engine import Engine, Run

FAILED_ON = 1
FAIL_ON = ("violated", "unproven")


@main.command()
@case_argument
@out_option
@click.option("--fail-on", type=click.Choice(FAIL_ON), help="End with exit code 1 if a finding has this status.")
@click.option("--as-of", metavar="DATE", help="Use only what was known by the end of this day; into out/as-of-DATE.")
@catalogue_option
@engine_option
@master_option
@plain_errors
def run(
    case: Path,
    out: Path | None,
    fail_on: str | None,
    as_of: str | None,
    catalogue: Path | None,
    engine: Engine,
    master: str | None,
) -> None:
    """Do all of it: read the sources, judge, assess, and write the report.

    \b
    Example: holdfire run cases/cold-spell-2026 --out /tmp/report
    """
    from holdfire import case as work
    from holdfire.case import content, headline
    from holdfire.engine import choose

    judging = choose(engine, master).run
    opened = work.read_case(case)
    known = day("--as-of", as_of) if as_of else None
    if known is not None:
        opened = work.case_as_of(opened, known)
    observed = work.monitor(opened, tell, known)
    tell(f"verifying {len(observed.reports)} reports")
    verified = work.verify(opened, observed.reports, observed.detections)
    found = verified.incidents
    tell(f"judging {len(found)} incidents")
    judged = work.adjudicate(opened, observed, found, verified.alternatives, judging, known)
    tell("assessing")
    assessment = work.assess(opened, observed, found, judged, catalogue, known)
    tell("writing")
    from holdfire.publish import documents

    told = documents(content(opened, observed, found, judged, assessment, known, catalogue))
    folder = out or (case / "out" / f"as-of-{known}" if known else case / "out")
    with work.Outputs(folder) as outputs:
        _monitored(outputs, observed)
        _verified(outputs, verified)
        _judged(outputs, opened, judged, known)
        _assessed(outputs, assessment)
        outputs.text("provenance.json", work.as_json(work.provenance(opened, known, catalogue)))
        _published(outputs, told)
    for line in headline(opened, judged):
        click.echo(line)
    click.echo(f"report: {folder / 'report.html'}")
    _fail(judged, fail_on)


def _monitored(outputs: Any, observed: Any) -> None:
    outputs.table("reports.parquet", observed.reports)
    outputs.table("calendar.parquet", observed.calendar)
    outputs.table("conditions.parquet", observed.conditions)
    outputs.table("refused.csv", observed.refused)
    outputs.table("detections.parquet", observed.detections)
    outputs.table("lines.parquet", observed.lines)
    outputs.table("temperatures.parquet", observed.temperatures)


def _verified(outputs: Any, verified: Any) -> None:
    from holdfire.verify import reasons, repeated

    outputs.table("incidents.parquet", verified.incidents)
    outputs.table("links.parquet", reasons(verified.linked))
    outputs.table("alternatives.parquet", verified.alternatives)
    outputs.table("repeated.csv", repeated(verified.linked.reports))
    outputs.text("weights.json", verified.linked.pairs.weights.text())


def _judged(outputs: Any, opened: Case, judged: Any, as_of: Any = None) -> None:
    from holdfire import case as work

    outputs.table("verdicts.parquet", judged.verdicts)
    outputs.table("contested.csv", judged.contested)
    outputs.text("findings.json", work.as_json(work.findings_document(opened, judged, as_of)))


def _assessed(outputs: Any, assessment: Any) -> None:
    from holdfire import case as work

    outputs.text("assessment.json", work.as_json(assessment.document()))
    outputs.table("counts.csv", assessment.counts)
    outputs.table("exposure.csv", assessment.exposure.table)


def _published(outputs: Any, told: Mapping[str, Any]) -> None:
    for name, document in told.items():
        if isinstance(document, str):
            outputs.text(name, document)
        else:
            outputs.table(name, document)


def _fail(judged: Any, fail_on: str | None) -> None:
    if fail_on and any(f.status == fail_on for f in judged.findings):
        sys.exit(FAILED_ON)


@main.command()
@case_argument
@out_option
@click.option("--source", help="Fetch this source from its API first; with --since.")
@click.option("--since", metavar="DATE", help="First day to fetch.")
@click.option("--until", metavar="DATE", help="Last day to fetch; today if left out.")
@click.option("--changes", is_flag=True, help="List what sources added, revised or took out after the fact.")
@plain_errors
def monitor(
    case: Path, out: Path | None, source: str | None, since: str | None, until: str | None, changes: bool
) -> None:
    """Read the sources into reports, calendars and conditions, and remember what each said.

    \b
    Example: holdfire monitor cases/cold-spell-2026
    """
    from holdfire import case as work

    opened = work.read_case(case)
    if (source is None) != (since is None):
        raise bad("monitor", "only one of --source and --since", "both, or neither", "Name the other too.")
    if source is not None and since is not None:
        _fetched(opened, source, since, until)
    observed = work.monitor(opened, tell)
    for remembered in work.remember_files(opened):
        tell(f"remembered {remembered}")
    with work.Outputs(out or case / "out") as outputs:
        _monitored(outputs, observed)
        if changes:
            listed = work.changes(opened)
            outputs.table("changes.csv", listed)
    click.echo(f"{len(observed.reports)} reports from {len(opened.file.sources)} sources")
    if len(observed.refused):
        click.echo(f"{len(observed.refused)} rows refused: see refused.csv")
    if changes:
        for row in listed.iter_rows(named=True):
            what = f" ({', '.join(row['columns'])})" if row["columns"] else ""
            click.echo(f"{row['seen']:%Y-%m-%d %H:%M} {row['report_id']}: {row['change']}{what}")
        click.echo(f"{len(listed)} changes after the fact")


def _fetched(opened: Case, name: str, since: str, until: str | None) -> None:
    from datetime import UTC, datetime

    from holdfire import case as work
    from holdfire.monitor.fetching import fetching
    from holdfire.problems import suggest

    sources = {s.id: s for s in opened.file.sources}
    if name not in sources:
        raise bad("--source", f"no source '{name}'", "the id of a source of the case", suggest(name, sources))
    last = day("--until", until) if until else datetime.now(UTC).date()
    path = opened.folder / sources[name].path
    number = fetching(work.memory_of(opened), sources[name], path, day("--since", since), last, tell)
    click.echo(f"{number:,} records fetched of {name}")


@main.command()
@case_argument
@out_option
@plain_errors
def verify(case: Path, out: Path | None) -> None:
    """Link the reports that `monitor` wrote into incidents.

    \b
    Example: holdfire verify cases/cold-spell-2026
    """
    from holdfire import case as work

    opened, folder = work.read_case(case), out or case / "out"
    observed = _observed(folder)
    verified = work.verify(opened, observed.reports, observed.detections)
    with work.Outputs(folder) as outputs:
        _verified(outputs, verified)
    click.echo(f"{len(verified.incidents)} incidents")


@main.command()
@case_argument
@out_option
@click.option("--fail-on", type=click.Choice(FAIL_ON), help="End with exit code 1 if a finding has this status.")
@engine_option
@master_option
@plain_errors
def adjudicate(case: Path, out: Path | None, fail_on: str | None, engine: Engine, master: str | None) -> None:
    """Judge the incidents that `verify` wrote under every reading.

    \b
    Example: holdfire adjudicate cases/cold-spell-2026 --fail-on violated
    """
    from holdfire import case as work
    from holdfire.case import headline
    from holdfire.engine import choose

    judging = choose(engine, master).run
    opened, folder = work.read_case(case), out or case / "out"
    _, _, judged = _rejudged(opened, folder, judging)
    with work.Outputs(folder) as outputs:
        _judged(outputs, opened, judged)
    for line in headline(opened, judged):
        click.echo(line)
    _fail(judged, fail_on)


def _rejudged(opened: Case, folder: Path, judging: Run) -> tuple[Any, Any, Any]:
    """Return what was observed, the incidents, and their judgement, from what earlier stages wrote."""
    from holdfire import case as work

    found, others = (earlier(folder, f"{name}.parquet", "verify") for name in ("incidents", "alternatives"))
    observed = _observed(folder)
    return observed, found, work.adjudicate(opened, observed, found, others, judging)


def _observed(folder: Path) -> Any:
    """Return what `monitor` wrote of an earlier run."""
    from holdfire.monitor import Observed

    return Observed(
        earlier(folder, "reports.parquet", "monitor"),
        earlier(folder, "calendar.parquet", "monitor"),
        earlier(folder, "conditions.parquet", "monitor"),
        detections=earlier(folder, "detections.parquet", "monitor"),
        lines=earlier(folder, "lines.parquet", "monitor"),
        temperatures=earlier(folder, "temperatures.parquet", "monitor"),
    )


@main.command()
@case_argument
@out_option
@catalogue_option
@plain_errors
def assess(case: Path, out: Path | None, catalogue: Path | None) -> None:
    """Measure what each window amounted to: its quiet, where fire moved, what came after, and who was in the cold.

    \b
    Example: holdfire assess cases/cold-spell-2026
    """
    from holdfire import case as work
    from holdfire.engine import run_here
    from holdfire.publish import told

    opened, folder = work.read_case(case), out or case / "out"
    observed, found, judged = _rejudged(opened, folder, run_here)
    assessment = work.assess(opened, observed, found, judged, catalogue)
    with work.Outputs(folder) as outputs:
        _assessed(outputs, assessment)
    for sentence in told(assessment, opened.agreement):
        click.echo(sentence)


@main.command()
@case_argument
@out_option
@catalogue_option
@plain_errors
def publish(case: Path, out: Path | None, catalogue: Path | None) -> None:
    """Write the report from what the other stages wrote.

    \b
    Example: holdfire publish cases/cold-spell-2026
    """
    from holdfire import case as work
    from holdfire.case import content
    from holdfire.engine import run_here
    from holdfire.publish import documents

    opened, folder = work.read_case(case), out or case / "out"
    observed, found, judged = _rejudged(opened, folder, run_here)
    assessment = work.assess(opened, observed, found, judged, catalogue)
    told = documents(content(opened, observed, found, judged, assessment, catalogue=catalogue))
    with work.Outputs(folder) as outputs:
        outputs.text("provenance.json", work.as_json(work.provenance(opened, catalogue=catalogue)))
        _published(outputs, told)
    click.echo(f"report: {folder / 'report.html'}")
