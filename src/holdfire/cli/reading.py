"""Articles read into the draft of a case."""

from __future__ import annotations

from pathlib import Path

import click

from holdfire.cli.group import main
from holdfire.cli.shared import day, plain_errors, tell
from holdfire.problems import bad


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
    appeared = day("--published", published) if published else None
    asked = Asked(endpoint, model) if endpoint and model else None
    desk = read_articles(folder, [read_article(a, appeared, outlet, url) for a in articles], asked, tell)
    if reviewing:
        review(desk.found, desk.decisions, _ask, click.echo, desk.keep)
    for line in counted(desk, write_draft(desk, reviewing)):
        click.echo(line)
    click.echo(f"draft: {desk.draft}")
    click.echo(f"next: `holdfire lint {desk.draft}` lists what is left to fill in")


def _ask(question: str, choices: tuple[str, ...] | None) -> str:
    kind = click.Choice(choices) if choices else None
    answer = click.prompt(question, type=kind, default=None if choices else "", show_choices=False, show_default=False)
    return str(answer)
