"""CSV rows with the line they stand on, and cells that are refused with a reason rather than guessed at."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from holdfire.problems import InputError, Problem, bad, suggest
from holdfire.terms import read_text
from holdfire.terms.textfile import LARGEST_LINE

LARGEST_FILE = 500_000_000


@dataclass(frozen=True)
class Row:
    """One row: an empty cell is null. A fault is why none of its cells can be trusted."""

    where: str
    cells: dict[str, str]
    fault: Problem | None = None

    def text(self, column: str) -> str | None:
        return self.cells[column].strip() or None

    def first(self, *columns: str) -> str | None:
        """Return the first of several columns that is there and not empty."""
        return next((value for c in columns if c in self.cells and (value := self.text(c)) is not None), None)

    def required(self, column: str) -> str:
        value = self.text(column)
        if value is None:
            raise bad(self.where, f"'{column}' is empty", "a value", "Fill it, or take the row out with a note why.")
        return value

    def whole(self, column: str) -> int | None:
        """Return a whole number that is not negative, or null."""
        value = self.text(column)
        if value is None:
            return None
        number = self.number(column)
        if number is None or number < 0 or number != int(number):
            raise bad(self.where, f"'{column}' is '{value}'", "a whole number of 0 or more", "Mend the cell.")
        return int(number)

    def number(self, column: str) -> float | None:
        """Return a finite number, or null."""
        value = self.text(column)
        if value is None:
            return None
        try:
            number = float(value)
        except ValueError:
            number = float("nan")
        if not -1e15 < number < 1e15:
            raise bad(self.where, f"'{column}' is '{value}'", "a number", "Mend the cell, or leave it empty.")
        return number

    def day(self, column: str) -> date | None:
        value = self.text(column)
        if value is None:
            return None
        try:
            return date.fromisoformat(value[:10])
        except ValueError:
            raise bad(self.where, f"'{column}' is '{value}'", "a date 2026-01-29", "Mend the cell.") from None

    def choice(self, column: str, options: tuple[str, ...]) -> str:
        value = self.required(column)
        if value not in options:
            raise bad(
                self.where,
                f"'{column}' is '{value}'",
                "one of " + ", ".join(options),
                suggest(value, options),
            )
        return value


def text_of(path: Path, longest_line: int = LARGEST_LINE) -> str:
    """Read a text file, unpacked if its name ends in .gz. Raises InputError as `read_text` does."""
    if path.suffix != ".gz" or not path.is_file():
        return read_text(path, LARGEST_FILE, longest_line)
    try:
        with gzip.open(path) as packed:
            body = packed.read(LARGEST_FILE + 1)
        text = body.decode("utf-8-sig")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError):
        raise bad(str(path), "not whole gzip of UTF-8 text", "a .gz file", "Fetch the file again.") from None
    if not text or len(body) > LARGEST_FILE:
        found = f"{len(body):,} bytes when unpacked"
        raise bad(str(path), found, f"1 to {LARGEST_FILE:,}", "Check the file.")
    return text


def rows(path: Path, columns: tuple[str, ...]) -> Iterator[Row]:
    """Yield the rows of a CSV file with a header.

    Raises InputError where a column is missing, a row has too few or too many cells (a file cut short), or a
    quote is left open.
    """
    for row in loose_rows(path, columns):
        if row.fault is not None:
            raise InputError(row.fault)
        yield row


def loose_rows(
    path: Path, columns: tuple[str, ...], delimiter: str = ",", header: tuple[str, ...] | None = None
) -> Iterator[Row]:
    """Yield the rows of a delimited file as `rows` does, but one with too few or too many cells as a faulty row.

    `header` names the columns of a file that has no header line, which is then not quoted either.
    """
    text = text_of(path)
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if header is None else csv.QUOTE_NONE
    reader = csv.reader(io.StringIO(text), strict=True, delimiter=delimiter, quoting=quoting)
    try:
        header = tuple(c.strip() for c in next(reader)) if header is None else header
        for column in columns:
            if column not in header:
                raise bad(
                    f"{path}:1",
                    f"no column '{column}'",
                    "the columns of this kind of source",
                    suggest(column, header),
                )
        if len(set(header)) != len(header):
            raise bad(f"{path}:1", "two columns share a name", "names that differ", "Rename one.")
        for cells in reader:
            if not cells:
                continue
            where = f"{path}:{reader.line_num}"
            if len(cells) != len(header):
                remedy = "Check whether the file was cut short, or a comma lacks its quotes."
                fault = Problem(where, f"the row has {len(cells)} cells", f"{len(header)}, as in the header", remedy)
                yield Row(where, {}, fault)
                continue
            yield Row(where, dict(zip(header, cells, strict=True)))
    except csv.Error as error:
        raise bad(
            f"{path}:{reader.line_num}",
            f"not valid CSV: {error}",
            "closed quotes",
            "Mend the row, or fetch the file again.",
        ) from None
