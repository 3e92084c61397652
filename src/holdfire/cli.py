"""The commands. Heavy imports wait until a command needs them, so that help answers at once."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from holdfire import __version__
from holdfire.problems import InputError, bad

if TYPE_CHECKING:
    from datetime import date

    from holdfire.case import Case
    from holdfire.engine import Engine, Run

DONE, FAILED_ON, BAD_INPUT = 0, 1, 2
FAIL_ON = ("violated", "unproven")
ENGINES = ("here", "spark")


class Commands(click.Group):
    """A group that names the nearest command when one is misspelt."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from holdfire.problems import suggest

            known = self.list_commands(ctx)
            raise click.UsageError(f"{error.message.rstrip('.')}. {suggest(args[0], known)}", ctx) from None


def plain_errors(command: Callable[..., Any]) -> Callable[..., Any]:
    """Tell bad input in plain lines on standard error, and end with exit code 2."""

    @wraps(command)
    def wrapped(*args: Any, **options: Any) -> Any:
        try:
            return command(*args, **options)
        except InputError as error:
            for problem in error.problems:
                click.echo(f"error: {problem}", err=True)
            sys.exit(BAD_INPUT)
        except OSError as error:
            what = error.strerror or str(error)
            remedy = "Check the path, its permissions and the space left; no output was changed."
            click.echo(f"error: {error.filename}: {what}; expected a place to read and write. {remedy}", err=True)
            sys.exit(BAD_INPUT)

    return wrapped


def tell(message: str) -> None:
    """Show progress on standard error, so that standard output holds results only."""
    click.echo(f"  {message}", err=True)


case_argument = click.argument("case", type=click.Path(path_type=Path))
out_option = click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder for the outputs; `out` in the case folder if left out.",
)
engine_option = click.option(
    "--engine", type=click.Choice(ENGINES), default="here", help="Where incidents are judged: this process, or Spark."
)
master_option = click.option(
    "--master",
    metavar="URL",
    help="Which Spark: local[4], spark://host:7077, sc://host; what Spark itself is set to if left out.",
)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="holdfire")
def main() -> None:
    """Verify truces: what held, what was violated, and what nobody can know yet.

    \b
    Example: holdfire run cases/cold-spell-2026
    """


@main.command()
@case_argument
@out_option
@click.option("--fail-on", type=click.Choice(FAIL_ON), help="End with exit code 1 if a finding has this status.")
@click.option("--as-of", metavar="DATE", help="Use only what was known by the end of this day; into out/as-of-DATE.")
@engine_option
@master_option
@plain_errors
def run(
    case: Path, out: Path | None, fail_on: str | None, as_of: str | None, engine: Engine, master: str | None
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
    known = _day("--as-of", as_of) if as_of else None
    if known is not None:
        opened = work.case_as_of(opened, known)
    observed = work.monitor(opened, tell, known)
    tell(f"verifying {len(observed.reports)} reports")
    verified = work.verify(opened, observed.reports, observed.detections)
    found = verified.incidents
    tell(f"judging {len(found)} incidents")
    judged = work.adjudicate(opened, observed, found, verified.alternatives, judging, known)
    tell("assessing")
    assessment = work.assess(opened, observed, found, judged)
    tell("writing")
    from holdfire.publish import render

    page = render(content(opened, observed, found, judged, assessment, known))
    folder = out or (case / "out" / f"as-of-{known}" if known else case / "out")
    with work.Outputs(folder) as outputs:
        _monitored(outputs, observed)
        _verified(outputs, verified)
        _judged(outputs, opened, judged, known)
        _assessed(outputs, opened, observed, assessment)
        outputs.text("provenance.json", work.as_json(work.provenance(opened, known)))
        outputs.text("report.html", page)
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


def _assessed(outputs: Any, opened: Case, observed: Any, assessment: Any) -> None:
    from holdfire import case as work

    outputs.text("assessment.json", work.as_json(assessment.document()))
    outputs.table("counts.csv", work.counts(opened, observed.reports))


def _fail(judged: Any, fail_on: str | None) -> None:
    if fail_on and any(f.status == fail_on for f in judged.findings):
        sys.exit(FAILED_ON)


def _earlier(folder: Path, name: str, stage: str) -> Any:
    """Read a table that an earlier stage wrote, checked against its declared columns."""
    import polars as pl

    from holdfire import tables

    path = folder / name
    if not path.exists():
        raise bad(
            str(path),
            "there is no such file",
            f"what `holdfire {stage}` writes",
            f"Run `holdfire {stage}` first.",
        )
    columns = {
        "reports.parquet": tables.REPORTS,
        "calendar.parquet": tables.CALENDAR,
        "conditions.parquet": tables.CONDITIONS,
        "detections.parquet": tables.DETECTIONS,
        "lines.parquet": tables.LINES,
        "incidents.parquet": tables.INCIDENTS,
        "alternatives.parquet": tables.ALTERNATIVES,
    }[name]
    try:
        table = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError):
        raise bad(str(path), "not a readable Parquet file", "a whole file", f"Run `holdfire {stage}` again.") from None
    if dict(table.schema) != tables.schema(columns):
        raise bad(
            str(path),
            "its columns are not the declared ones",
            "tables of this version",
            f"Run `holdfire {stage}` again.",
        )
    return table


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
    last = _day("--until", until) if until else datetime.now(UTC).date()
    path = opened.folder / sources[name].path
    number = fetching(work.memory_of(opened), sources[name], path, _day("--since", since), last, tell)
    click.echo(f"{number:,} records fetched of {name}")


def _day(option: str, text: str) -> date:
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise bad(option, f"'{text}'", "a date 2026-01-29", "Mend it.") from None


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
    judged = _rejudge(opened, folder, judging)
    with work.Outputs(folder) as outputs:
        _judged(outputs, opened, judged)
    for line in headline(opened, judged):
        click.echo(line)
    _fail(judged, fail_on)


def _rejudge(opened: Case, folder: Path, judging: Run) -> Any:
    from holdfire import case as work

    found, others = (_earlier(folder, f"{name}.parquet", "verify") for name in ("incidents", "alternatives"))
    return work.adjudicate(opened, _observed(folder), found, others, judging)


def _observed(folder: Path) -> Any:
    """Return what `monitor` wrote of an earlier run."""
    from holdfire.monitor import Observed

    return Observed(
        _earlier(folder, "reports.parquet", "monitor"),
        _earlier(folder, "calendar.parquet", "monitor"),
        _earlier(folder, "conditions.parquet", "monitor"),
        detections=_earlier(folder, "detections.parquet", "monitor"),
        lines=_earlier(folder, "lines.parquet", "monitor"),
    )


@main.command()
@case_argument
@out_option
@plain_errors
def assess(case: Path, out: Path | None) -> None:
    """Test whether each reading's window was quieter than earlier ones, and measure the ground that changed hands.

    \b
    Example: holdfire assess cases/cold-spell-2026
    """
    from holdfire import case as work
    from holdfire.engine import run_here
    from holdfire.publish import sentence

    opened, folder = work.read_case(case), out or case / "out"
    observed = _observed(folder)
    found = _earlier(folder, "incidents.parquet", "verify")
    assessment = work.assess(opened, observed, found, _rejudge(opened, folder, run_here))
    with work.Outputs(folder) as outputs:
        _assessed(outputs, opened, observed, assessment)
    for x in assessment.lulls:
        click.echo(f"{x.reading_id}, {x.kind}: {sentence(x)}{_chance(x)}")
    for g in assessment.ground:
        net = g.change.net
        bounds = f"{net.least:+.1f} to {net.most:+.1f}"
        click.echo(f"{g.source_id}, ground: {net.km2:+.1f} km2 ({bounds}) from {g.first} to {g.last}")


def _chance(lull: Any) -> str:
    if lull.p_value is None:
        return ""
    return f" p = {lull.p_value:.3f}, corrected {lull.p_corrected:.3f}; power at a fall of 70%: {lull.power['70%']:.2f}"


@main.command()
@case_argument
@out_option
@plain_errors
def publish(case: Path, out: Path | None) -> None:
    """Write the report from what the other stages wrote.

    \b
    Example: holdfire publish cases/cold-spell-2026
    """
    from holdfire import case as work
    from holdfire.case import content
    from holdfire.engine import run_here
    from holdfire.publish import render

    opened, folder = work.read_case(case), out or case / "out"
    observed = _observed(folder)
    found = _earlier(folder, "incidents.parquet", "verify")
    judged = _rejudge(opened, folder, run_here)
    assessment = work.assess(opened, observed, found, judged)
    page = render(content(opened, observed, found, judged, assessment))
    with work.Outputs(folder) as outputs:
        outputs.text("provenance.json", work.as_json(work.provenance(opened)))
        outputs.text("report.html", page)
    click.echo(f"report: {folder / 'report.html'}")


@main.command()
@case_argument
@plain_errors
def lint(case: Path) -> None:
    """Check the files of a case: keys, codes, places, windows, citations, sources.

    \b
    Example: holdfire lint cases/cold-spell-2026
    """
    from holdfire import case as work

    opened = work.read_case(case)
    work.monitor(opened)
    click.echo(f"{case}: no mistakes found")


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
@click.argument("articles", nargs=-1, required=True, metavar="ARTICLE...", type=click.Path(path_type=Path))
@click.option(
    "--case", "folder", required=True, type=click.Path(path_type=Path), help="Case to draft for, or a new folder."
)
@click.option("--published", metavar="DATE", help="Day on which they appeared, where they do not say it themselves.")
@click.option("--outlet", help="Who published them.")
@click.option("--url", help="Where one article is to be found.")
@click.option(
    "--review", "reviewing", is_flag=True, help="Accept, reject or edit each item; only accepted ones are drafted."
)
@click.option("--endpoint", metavar="URL", help="Ask a language model there, too; its key in HOLDFIRE_API_KEY.")
@click.option("--model", metavar="NAME", help="Which model; with --endpoint.")
@plain_errors
def read(
    articles: tuple[Path, ...],
    folder: Path,
    published: str | None,
    outlet: str | None,
    url: str | None,
    reviewing: bool,
    endpoint: str | None,
    model: str | None,
) -> None:
    """Read articles into a draft: statements, terms, incidents, talks, each with the words it rests on.

    \b
    Example: holdfire read announcement.txt --case cases/my-truce --review
    """
    from holdfire.articles import Asked, read_article, review
    from holdfire.case.reading import counted, read_articles, write_draft

    if (endpoint is None) != (model is None):
        raise bad("read", "only one of --endpoint and --model", "both, or neither", "Name the other too.")
    if url and len(articles) > 1:
        raise bad("--url", "one address for several articles", "one article", "Read them one by one.")
    day = _day("--published", published) if published else None
    asked = Asked(endpoint, model) if endpoint and model else None
    desk = read_articles(folder, [read_article(a, day, outlet, url) for a in articles], asked, tell)
    if reviewing:
        review(desk.found, desk.decisions, _ask, click.echo, desk.keep)
    for line in counted(desk, write_draft(desk, reviewing)):
        click.echo(line)
    click.echo(f"draft: {desk.draft}")


def _ask(question: str, choices: tuple[str, ...] | None) -> str:
    kind = click.Choice(choices) if choices else None
    answer = click.prompt(question, type=kind, default=None if choices else "", show_choices=False, show_default=False)
    return str(answer)


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
