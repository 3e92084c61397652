"""What commands share: how they fail, how they tell progress, and the options that several take."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from holdfire.problems import InputError, bad

if TYPE_CHECKING:
    from datetime import date


BAD_INPUT = 2
ENGINES = ("here", "spark")


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
        except BrokenPipeError:
            # Whoever read the output, as `head` does, has had enough: click ends the command without a word.
            raise
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
catalogue_option = click.option(
    "--catalogue",
    type=click.Path(path_type=Path),
    help="CSV of the ETH/PRIO ceasefires, to say how truces like this one ended.",
)


def day(option: str, text: str) -> date:
    """Return the day that an option names. Raises InputError."""
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise bad(option, f"'{text}'", "a date 2026-01-29", "Mend it.") from None
