"""Rows of any table: CSV or TSV, an Excel or OpenDocument workbook, JSON or JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from holdfire.monitor.csvfile import LARGEST_FILE, Row, loose_rows
from holdfire.monitor.mapping import Mapping
from holdfire.monitor.records import cell, records, row_of
from holdfire.problems import Problem, bad, suggest
from holdfire.terms import read_text

WORKBOOKS = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods")


def table_rows(path: Path, mapping: Mapping) -> Iterator[Row]:
    """Yield the rows of a table by what its name ends in. Raises InputError where it cannot be read at all."""
    columns = mapping.columns()
    if path.suffix in WORKBOOKS:
        yield from _sheet(path, mapping, columns)
    elif path.suffix == ".json":
        yield from _json(path, mapping, columns)
    elif path.suffix == ".jsonl":
        yield from records(path, columns)
    else:
        yield from loose_rows(path, columns, mapping.delimiter)


def _sheet(path: Path, mapping: Mapping, columns: tuple[str, ...]) -> Iterator[Row]:
    """Yield the rows below the header. Dates become ISO 8601; a cell beyond the header is a fault."""
    table = _cells(path, mapping.sheet)
    if len(table) < mapping.header_row:
        found = f"the sheet has {len(table)} rows"
        raise bad(str(path), found, f"a header in row {mapping.header_row}", "Mend `header_row`, or name the `sheet`.")
    header = [_text(c).strip() for c in table[mapping.header_row - 1]]
    while header and not header[-1]:
        header.pop()
    where = f"{path}:{mapping.header_row}"
    for column in columns:
        if column not in header:
            raise bad(where, f"no column '{column}'", "the columns that the mapping names", suggest(column, header))
    named = [h for h in header if h]
    if len(set(named)) != len(named):
        raise bad(where, "two columns share a name", "names that differ", "Rename one.")
    for number, line in enumerate(table[mapping.header_row :], mapping.header_row + 1):
        texts = [_text(c) for c in line]
        if not any(t.strip() for t in texts):
            continue
        at = f"{path}:{number}"
        if any(t.strip() for t in texts[len(header) :]):
            found = f"a value beyond the {len(header)} columns of the header"
            yield Row(
                at, {}, Problem(at, found, "as many cells as in the header", "Name the column, or clear the cell.")
            )
            continue
        texts += [""] * (len(header) - len(texts))
        yield Row(at, {h: t for h, t in zip(header, texts, strict=False) if h})


def _cells(path: Path, sheet: str | None) -> list[list[Any]]:
    from python_calamine import CalamineWorkbook

    if not path.is_file():
        raise bad(str(path), "there is no such file", "a file", "Check the path, or the entry that names it.")
    if path.stat().st_size > LARGEST_FILE:
        raise bad(str(path), "a very large workbook", f"at most {LARGEST_FILE:,} bytes", "Save the sheet as CSV.")
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        names = workbook.sheet_names
        if sheet is not None and sheet not in names:
            raise bad(str(path), f"no sheet '{sheet}'", "a sheet of the workbook", suggest(sheet, names))
        if not names:
            raise bad(str(path), "a workbook without sheets", "a sheet", "Save it again.")
        # Rows are numbered as in the workbook only if the empty ones above the first are kept.
        return workbook.get_sheet_by_name(sheet or names[0]).to_python(skip_empty_area=False)
    except (OSError, ValueError, RuntimeError, MemoryError) as error:
        raise bad(str(path), f"not a readable workbook: {error}", "a workbook", "Save it again, or as CSV.") from None
    except BaseException as error:
        # The reader is compiled, and a damaged file can make it panic, which is no Exception in Python.
        if type(error).__name__ in ("CalamineError", "PanicException") or "calamine" in type(error).__module__:
            found = f"not a readable workbook: {error}"
            raise bad(str(path), found, "a workbook", "Save it again, or as CSV.") from None
        raise


def _text(value: Any) -> str:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return cell(value)


def _json(path: Path, mapping: Mapping, columns: tuple[str, ...]) -> Iterator[Row]:
    try:
        found = json.loads(read_text(path, LARGEST_FILE))
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise bad(str(path), "not valid JSON", "JSON", "Fetch it again.") from None
    for step in (mapping.records or "").split("."):
        if step:
            found = found.get(step) if isinstance(found, dict) else None
    if not isinstance(found, list):
        what = f"no list under '{mapping.records}'" if mapping.records else "no list at the top"
        raise bad(str(path), what, "a list of records", "Name the path to it as `records` in the mapping.")
    for number, record in enumerate(found, 1):
        where = f"{path}:record {number}"
        if isinstance(record, dict):
            yield row_of(_flat(record), where, columns)
        else:
            yield Row(where, {}, Problem(where, "not an object", "an object with named values", "Mend the record."))


def _flat(record: dict[str, Any], before: str = "") -> dict[str, Any]:
    """Return nested objects as columns with dots: {"geo": {"lat": 1}} has the column geo.lat."""
    flat: dict[str, Any] = {}
    for name, value in record.items():
        if isinstance(value, dict) and before.count(".") < 9:
            flat |= _flat(value, f"{before}{name}.")
        else:
            flat[f"{before}{name}"] = value
    return flat
