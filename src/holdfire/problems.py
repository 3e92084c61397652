"""How a mistake in the input is told: where it is, what is wrong, what was expected, what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One mistake in one input. `where` is `file:line`, or a file and row."""

    where: str
    found: str
    expected: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.where}: {self.found}; expected {self.expected}. {self.remedy}"


class InputError(Exception):
    """Bad input. Carries every problem found, in file order, so that one run shows them all."""

    def __init__(self, problems: Problem | Iterable[Problem]):
        self.problems = [problems] if isinstance(problems, Problem) else list(problems)
        super().__init__("\n".join(str(p) for p in self.problems))


def bad(where: str, found: str, expected: str, remedy: str) -> InputError:
    """Build an InputError that holds one problem."""
    return InputError(Problem(where, found, expected, remedy))


class UnfitError(ValueError):
    """A value that does not fit where it stands, before anybody knows in which file and line that is."""

    def __init__(self, found: str, expected: str, remedy: str):
        self.expected, self.remedy = expected, remedy
        super().__init__(found)

    def at(self, where: str) -> Problem:
        return Problem(where, str(self), self.expected, self.remedy)


@contextmanager
def noted(problems: list[Problem]) -> Iterator[None]:
    """Keep the problems of what is done within, so that those of other parts are told in the same run."""
    try:
        yield
    except InputError as error:
        problems.extend(error.problems)


def suggest(word: str, known: Iterable[str]) -> str:
    """Return a sentence that names the nearest known word, or how many there are to choose from."""
    options = sorted(set(known))
    near = difflib.get_close_matches(word, options, n=1, cutoff=0.6)
    if near:
        return f"Did you mean '{near[0]}'?"
    if len(options) <= 12:
        return "Use one of: " + ", ".join(options) + "."
    return f"Choose one of the {len(options)} known values."
