"""What an earlier stage or run wrote, read again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from holdfire.problems import bad


def earlier(folder: Path, name: str, stage: str) -> Any:
    """Read a table that an earlier stage wrote, checked against its declared columns. Raises InputError."""
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
        "temperatures.parquet": tables.TEMPERATURES,
        "incidents.parquet": tables.INCIDENTS,
        "alternatives.parquet": tables.ALTERNATIVES,
        "links.parquet": tables.LINKS,
        "verdicts.parquet": tables.VERDICTS_TOLD,
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


def earlier_findings(folder: Path) -> dict[str, Any]:
    """Read findings.json of an earlier run. Raises InputError."""
    import json

    path = folder / "findings.json"
    remedy = "Run `holdfire run`, or `holdfire adjudicate`, first."
    if not path.exists():
        raise bad(str(path), "there is no such file", "what `holdfire run` writes", remedy)
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        document = None
    if not isinstance(document, dict) or not {"provenance", "findings"} <= set(document):
        raise bad(str(path), "these are no findings", "a whole file of this version", remedy)
    return document
