"""The commands. Heavy imports wait until a command needs them, so that help answers at once."""

from holdfire.cli import drafting, explaining, reading, stages
from holdfire.cli.group import main

__all__ = ["drafting", "explaining", "main", "reading", "stages"]
