"""Cases and agreements before there is anything to judge: made, checked, described."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from holdfire.cli.group import main
from holdfire.cli.shared import case_argument, day, out_option, plain_errors, tell
from holdfire.problems import bad


@main.command()
@case_argument
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif"]),
    default="text",
    help="How the gaps are told: plain words, JSON, or SARIF 2.1.0 for editors.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["trap", "gap", "note"]),
    help="End with exit code 1 if there is anything of this severity or a graver one.",
)
@plain_errors
def lint(case: Path, form: str, fail_on: str | None) -> None:
    """Check the files of a case, or of a draft agreement, and tell what it leaves unsaid and what will be fought over.

    A mistake in a file ends with exit code 2. Gaps and traps are told and fail nothing, unless --fail-on asks for it.

    \b
    Example: holdfire lint cases/cold-spell-2026
    Example: holdfire lint agreement.yaml --format sarif --fail-on trap
    """
    from holdfire.case import as_json
    from holdfire.case.linting import ALL_RULES, lint_case, lint_draft
    from holdfire.publish.remarks import as_document, as_sarif, as_text
    from holdfire.terms.lint import SEVERITIES

    alone = case.is_file() or case.suffix in (".yaml", ".yml")
    found = lint_draft(case) if alone else lint_case(case)
    for rule, why in found.not_asked.items():
        tell(f"not asked: {rule}, since {why}")
    if form == "text":
        click.echo(as_text(found.title, found.remarks), nl=False)
    elif form == "json":
        click.echo(as_json(as_document(found.title, found.remarks, found.not_asked)), nl=False)
    else:
        click.echo(as_json(as_sarif(found.remarks, ALL_RULES, found.not_asked)), nl=False)
    order: list[str] = [*SEVERITIES]
    if fail_on and any(order.index(t.rule.severity) <= order.index(fail_on) for t in found.remarks):
        sys.exit(1)


@main.command()
@case_argument
@click.option("--from", "first", metavar="DATE", help="First day of the past; the first covered one if left out.")
@click.option("--to", "last", metavar="DATE", help="Last day of the past; that before the announcement if left out.")
@click.option("--every", type=click.IntRange(min=1), default=1, metavar="DAYS", help="Days between windows.")
@out_option
@plain_errors
def rehearse(case: Path, first: str | None, last: str | None, every: int, out: Path | None) -> None:
    """Lay the draft of a case over the past: what would be contested in a week, and which terms would settle it.

    \b
    Example: holdfire rehearse cases/cold-spell-2026 --to 2026-01-31 --out /tmp/rehearsal
    """
    from holdfire import case as work
    from holdfire.publish import rehearsal_headline, render_rehearsal

    begin, end = (day(option, text) if text else None for option, text in (("--from", first), ("--to", last)))
    done = work.rehearse_case(work.read_case(case), begin, end, every, tell)
    content = done.content()
    folder = out or case / "out"
    with work.Outputs(folder) as outputs:
        outputs.table("rehearsal.csv", done.rehearsal.table)
        outputs.table("settling.csv", done.options())
        outputs.text("rehearsal.json", work.as_json(done.document()))
        outputs.text("rehearsal.html", render_rehearsal(content))
    for line in rehearsal_headline(content):
        click.echo(line)
    click.echo(f"rehearsal: {folder / 'rehearsal.html'}")


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--title", help="Title of the case; that of the catalogue, or 'A truce'.")
@click.option(
    "--catalogue",
    type=click.Path(path_type=Path),
    help="CSV of PA-X or of the ETH/PRIO ceasefires to take the pledge from.",
)
@click.option("--entry", help="Which entry of the catalogue: AgtId of PA-X, or cc-cf_id of ETH/PRIO.")
@plain_errors
def new(folder: Path, title: str | None, catalogue: Path | None, entry: str | None) -> None:
    """Scaffold a case folder that runs as it stands, to be filled in.

    \b
    Example: holdfire new cases/my-truce --title "The harvest truce"
    """
    from holdfire.case.scaffold import scaffold
    from holdfire.terms.catalogues import pledge_of, read_catalogue

    if (catalogue is None) != (entry is None):
        raise bad("new", "only one of --catalogue and --entry", "both, or neither", "Name the other too.")
    pledge = None
    if catalogue is not None and entry is not None:
        pledge = pledge_of(read_catalogue(catalogue)[0], entry, str(catalogue))
    scaffold(folder, title or (pledge.title if pledge else "A truce"), pledge)
    click.echo(f"{folder}: fill in agreement.yaml, then run `holdfire run {folder}`")


@main.command()
def schema() -> None:
    """Print the JSON Schema of an agreement file, for editors.

    \b
    Example: holdfire schema > agreement.schema.json
    """
    from holdfire.case import as_json
    from holdfire.terms import agreement_schema

    click.echo(as_json(agreement_schema()), nl=False)


if __name__ == "__main__":
    main()
