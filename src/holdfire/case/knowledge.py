"""What was known when: a run as of an earlier day, and what sources changed after the fact."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from holdfire import tables
from holdfire.case.folder import Case
from holdfire.monitor import Observed, SourceEntry, observe
from holdfire.monitor.memory import Snapshot, restore, snapshots
from holdfire.problems import InputError, Problem, bad
from holdfire.terms.instants import midnight

MEMORY = "memory"
TOLD = [c.name for c in tables.REPORTS if c.name not in ("report_id", "source_id")]


def memory_of(case: Case) -> Path:
    """Return the folder that holds what the sources of a case said, and when."""
    return case.folder / MEMORY


def case_as_of(case: Case, day: date) -> Case:
    """Return the case with the readings that had been stated by the end of a day, and what was known of talks.

    Claims made later are left out. Raises InputError if no reading had been stated.
    """
    known = [r for r in case.agreement.readings if r.stated_on <= day]
    if not known:
        first = min(r.stated_on for r in case.agreement.readings)
        raise bad("--as-of", f"no reading had been stated by {day}", f"{first} or later", "Name a later day.")
    agreement = case.agreement.model_copy(update={"readings": known})
    return replace(
        case,
        agreement=agreement,
        talks=case.talks and case.talks.as_of(day, agreement),
        claims=case.claims and case.claims.as_of(day, agreement),
    )


def observed_as_of(case: Case, source: SourceEntry, day: date) -> Observed:
    """Return what a source was known to have seen by the end of a day, local time.

    Its content is that of the last snapshot by then. Where there is none, the present file stands in for it, and rows
    that give no day of publication are refused, since nobody can tell when they became known. What was published
    later is left out either way; so is what it reports of the day itself and of later ones as covered.
    """
    ends = midnight(day + timedelta(days=1), case.zone)
    with _remembered(case, source, ends) as folder:
        seen = observe(source, replace(case.setting, folder=folder or case.folder))
    late = pl.col("published") > day
    dated = seen.reports.filter(pl.col("published").is_not_null())
    undated = seen.reports.filter(pl.col("published").is_null())
    refused = [seen.refused]
    if folder is None:
        refused.append(tables.frame([_unknown(source, r, day) for r in undated["report_id"]], tables.REFUSED))
        undated = undated.clear()
    known = pl.concat([dated.filter(~late), undated]).filter(pl.col("start").is_null() | (pl.col("start") < ends))
    return replace(
        seen,
        reports=known.sort("report_id"),
        calendar=seen.calendar.with_columns(pl.col("reported") & (pl.col("day") < day)),
        conditions=seen.conditions.filter((pl.col("day") <= day) & (pl.col("published").is_null() | ~late)),
        detections=seen.detections.filter(pl.col("detected") < ends),
        lines=seen.lines.filter(pl.col("day") <= day),
        temperatures=seen.temperatures.filter(pl.col("time") < ends),
        refused=pl.concat(refused),
    )


def _unknown(source: SourceEntry, report_id: str, day: date) -> dict[str, object]:
    return {
        "source_id": source.id,
        "where": report_id,
        "found": "it has no day of publication, and the source was not remembered by then",
        "expected": f"a snapshot of {day} or earlier",
        "remedy": "It is left out of this run. `holdfire monitor` remembers from now on.",
    }


@contextmanager
def _remembered(case: Case, source: SourceEntry, by: datetime) -> Iterator[Path | None]:
    """Yield a folder with the source's file as it was and what is read beside it; null if none is remembered."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        if not restore(memory_of(case), source, by, folder / source.path):
            yield None
            return
        beside = [source.mapping, source.stations, str(Path(source.path).parent / "auc.csv")]
        for other in beside:
            if other is not None and (case.folder / other).is_file():
                (folder / other).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(case.folder / other, folder / other)
        try:
            yield folder
        except InputError as error:
            there = f"{memory_of(case) / source.id} by {by:%Y-%m-%d %H:%M} UTC"
            raise InputError(
                Problem(p.where.replace(str(folder), there), p.found, p.expected, p.remedy) for p in error.problems
            ) from None


def changes(case: Case) -> pl.DataFrame:
    """Return tables.CHANGES: what sources added, revised or took out after the fact, from snapshot to snapshot."""
    rows: list[dict[str, object]] = []
    for source in case.file.sources:
        before: pl.DataFrame | None = None
        seen: list[Snapshot] = []
        for snapshot in [s for s in snapshots(memory_of(case), source.id) if s.finished]:
            taken = snapshot.finished or snapshot.begun
            with _remembered(case, source, taken) as folder:
                after = observe(source, replace(case.setting, folder=folder or case.folder)).reports
            if before is not None:
                rows += _changed(before, after, seen, taken)
            before = after
            seen.append(snapshot)
    return tables.frame(rows, tables.CHANGES).sort("seen", "source_id", "report_id")


def _changed(
    before: pl.DataFrame, after: pl.DataFrame, seen: list[Snapshot], taken: datetime
) -> Iterator[dict[str, object]]:
    old = {r["report_id"]: r for r in before.to_dicts()}
    new = {r["report_id"]: r for r in after.to_dicts()}
    looked = max(s.finished for s in seen if s.finished)
    for own in sorted(old.keys() | new.keys()):
        row = new.get(own) or old[own]
        told = {"source_id": row["source_id"], "report_id": own, "seen": taken}
        if own not in new:
            yield {**told, "change": "taken out", "columns": []}
        elif own not in old:
            if row["end"] is not None and row["end"] <= looked and _within(row["end"], seen):
                yield {**told, "change": "added later", "columns": []}
        elif differ := [c for c in TOLD if old[own][c] != new[own][c]]:
            texts = ("; ".join(f"{c}: {_text(side[own][c])}" for c in differ) for side in (old, new))
            yield {**told, "change": "revised", "columns": differ, **dict(zip(("before", "after"), texts, strict=True))}


def _within(end: datetime, seen: list[Snapshot]) -> bool:
    """Tell whether an earlier snapshot should have had it: a file has all days, a fetch those that were asked for."""
    day = end.astimezone(UTC).date()
    return any(s.first is None or (s.last is not None and s.first <= day <= s.last) for s in seen)


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M UTC")
    if isinstance(value, list):
        return ", ".join("more" if v is None else str(v) for v in value)
    return "not stated" if value is None else str(value)
