"""The group that all commands belong to."""

from __future__ import annotations

from typing import Any

import click

from holdfire import __version__


class Commands(click.Group):
    """A group that names the nearest command when one is misspelt."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from holdfire.problems import suggest

            known = self.list_commands(ctx)
            raise click.UsageError(f"{error.message.rstrip('.')}. {suggest(args[0], known)}", ctx) from None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="holdfire")
def main() -> None:
    """Verify truces: what held, what was violated, and what nobody can know yet.

    \b
    Example: holdfire run cases/cold-spell-2026
    """
