"""Records of a provider, from its export or from what was fetched of its API, as rows of the same columns."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from holdfire.monitor.csvfile import LARGEST_FILE, Row, loose_rows
from holdfire.problems import Problem, bad, suggest
from holdfire.terms import read_text


def records(path: Path, columns: tuple[str, ...]) -> Iterator[Row]:
    """Yield the rows of a CSV export (.csv), or of fetched records (.jsonl: one JSON object a line).

    A value that is null is an empty cell. A CSV without a column is refused whole; a record without one alone.
    Raises InputError.
    """
    if path.suffix != ".jsonl":
        yield from loose_rows(path, columns)
        return
    if path.is_file() and path.stat().st_size == 0:
        return  # nothing happened on the days that were asked for
    for number, line in enumerate(read_text(path, LARGEST_FILE).split("\n"), 1):
        if line.strip():
            yield _from_json(line, f"{path}:{number}", columns)


def row_of(record: Mapping[str, Any], where: str, columns: tuple[str, ...]) -> Row:
    """Return a record as a row; one without a column is faulty."""
    cells = {str(k): cell(v) for k, v in record.items()}
    for column in columns:
        if column not in cells:
            fault = Problem(where, f"no '{column}'", "the columns of this kind of source", suggest(column, cells))
            return Row(where, {}, fault)
    return Row(where, cells)


def cell(value: Any) -> str:
    """Return a JSON value as the text of a cell: null and NaN are empty, 3.0 is 3."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, list):
        return "; ".join(cell(v) for v in value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _from_json(line: str, where: str, columns: tuple[str, ...]) -> Row:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        record = None
    if not isinstance(record, dict):
        return Row(where, {}, Problem(where, "not a JSON object", "one record a line", "Fetch it again."))
    try:
        json.dumps(record, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError):
        return Row(where, {}, Problem(where, "half a character (a lone surrogate)", "text", "Fetch it again."))
    return row_of(record, where, columns)


def parsed(body: bytes, where: str) -> Any:
    """Return the JSON that a provider answered. Raises InputError where it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        said = " ".join(body[:120].decode("utf-8", "replace").split())
        raise bad(where, f"the answer is not JSON: {said}", "JSON", "Try later, or check the address.") from None
