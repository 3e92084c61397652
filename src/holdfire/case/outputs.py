"""Output files: what they were made from, and that they appear whole or not at all."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from holdfire import __version__, tables
from holdfire.adjudicate import DayFinding, Finding, contested_obligations
from holdfire.case.folder import Case
from holdfire.case.knowledge import memory_of
from holdfire.case.stages import Judged
from holdfire.monitor.memory import snapshots
from holdfire.problems import bad
from holdfire.terms.instants import midnight

# It lies wherever the user keeps it; what it says, and not where, is what the outputs were made from.
CATALOGUE = "catalogue of ceasefires"


def provenance(case: Case, as_of: date | None = None, catalogue: Path | None = None) -> dict[str, Any]:
    """Return what the outputs were made from.

    `as_of` is the day whose knowledge was used, if not today's, and `catalogue` the file that the base rate is from.
    """
    beside = {} if catalogue is None else {CATALOGUE: hashlib.sha256(catalogue.read_bytes()).hexdigest()}
    known = {} if as_of is None else {"as_of": as_of.isoformat(), "snapshots": _known(case, as_of)}
    return {
        **known,
        "holdfire": __version__,
        "case": case.file.title,
        "standard": case.file.standard,
        "period": [case.file.period.first.isoformat(), case.file.period.last.isoformat()],
        "inputs": {**case.inputs(), **beside},
    }


def _known(case: Case, day: date) -> dict[str, str | None]:
    """Return for every source the snapshot that was used; null where the present file stood in for one."""
    ends = midnight(day + timedelta(days=1), case.zone)
    used: dict[str, str | None] = {}
    for source in case.file.sources:
        known = [s for s in snapshots(memory_of(case), source.id) if s.finished and s.finished <= ends]
        used[source.id] = known[-1].folder.name if known else None
    return used


def as_json(value: Any) -> str:
    """Return JSON text with instants in UTC, two spaces of indent and a line end."""

    def plain(item: Any) -> Any:
        if isinstance(item, datetime):
            return item.astimezone(UTC).isoformat().replace("+00:00", "Z")
        if isinstance(item, date):
            return item.isoformat()
        raise TypeError(f"cannot write {type(item)}")

    return json.dumps(value, default=plain, ensure_ascii=False, indent=2) + "\n"


def findings_document(case: Case, judged: Judged, as_of: date | None = None) -> dict[str, Any]:
    """Return what findings.json holds: findings over the period, per day, and obligations that readings contest."""

    def written(finding: Finding | DayFinding) -> dict[str, Any]:
        fields = asdict(finding)
        coverage = {k: fields.pop(k) for k in ("covered", "total", "unseen_acts") if k in fields}
        return {**fields, "coverage": coverage}

    return {
        "provenance": provenance(case, as_of),
        "findings": [written(f) for f in judged.findings],
        "days": [written(d) for d in judged.days],
        "contested_obligations": [asdict(c) for c in contested_obligations(judged.findings, judged.plan)],
    }


class Outputs:
    """A set of output files that appears whole or not at all.

    Files are written beside the folder first and moved into it, one rename each, only when all are written.
    """

    def __init__(self, folder: Path):
        self.folder = folder

    def __enter__(self) -> Outputs:
        if self.folder.exists() and not self.folder.is_dir():
            raise bad(str(self.folder), "this is a file", "a folder for the outputs", "Name another with --out.")
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        self._draft = Path(tempfile.mkdtemp(prefix=".holdfire-", dir=self.folder.parent))
        return self

    def text(self, name: str, text: str) -> None:
        (self._draft / name).write_text(text, encoding="utf-8", newline="\n")

    def table(self, name: str, table: pl.DataFrame) -> None:
        if name.endswith(".csv"):
            lists = [c for c, t in table.schema.items() if t == tables.WORDS]
            table.with_columns(pl.col(lists).list.join("; ")).write_csv(self._draft / name)
        else:
            table.write_parquet(self._draft / name, compression="zstd", statistics=True)

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        try:
            if kind is None:
                self.folder.mkdir(exist_ok=True)
                for file in sorted(self._draft.iterdir()):
                    file.replace(self.folder / file.name)
        finally:
            shutil.rmtree(self._draft, ignore_errors=True)
