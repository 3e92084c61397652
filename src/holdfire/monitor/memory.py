"""What a source said, and when: a dated snapshot of every fetch and every file that was read; none is overwritten.

    memory/SOURCE/20260203T101500Z/snapshot.json   when, of which days, and the digest of every part
    memory/SOURCE/20260203T101500Z/page-00001.jsonl, ... or original.csv, or files/...

Of a source that is a folder, a snapshot keeps the files that are new or changed since the one before.

A revision, or a deletion by the source, is a new snapshot beside the old one. What was known at a time is put together
from the snapshots up to then: for an API, each fetch replaces what earlier ones said of its days, and what a later one
no longer has is gone from then on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from holdfire.monitor.setting import SourceEntry
from holdfire.problems import bad

STAMP = "%Y%m%dT%H%M%S%fZ"
NOTE = "snapshot.json"
FOLDER = "folder"


@dataclass
class Snapshot:
    """One fetch, or one state of a file or folder. `finished` is null while pages are missing.

    `first` and `last` are null unless it is a fetch. `asked` is what an API was asked for; of a folder it is FOLDER,
    its pages are the files that are new or changed, and `withdrawn` are those that are gone.
    """

    folder: Path
    begun: datetime
    finished: datetime | None = None
    first: date | None = None
    last: date | None = None
    asked: str = ""
    pages: dict[str, dict[str, Any]] = field(default_factory=dict)
    withdrawn: list[str] = field(default_factory=list)

    def write(self) -> None:
        """Write the note on this snapshot, whole or not at all."""
        said = {
            "begun": self.begun.isoformat(),
            "finished": self.finished.isoformat() if self.finished else None,
            "first": self.first.isoformat() if self.first else None,
            "last": self.last.isoformat() if self.last else None,
            "asked": self.asked,
            "pages": self.pages,
            "withdrawn": self.withdrawn,
        }
        put(self.folder / NOTE, (json.dumps(said, indent=2, ensure_ascii=False) + "\n").encode())

    def add(self, name: str, file: str, body: bytes, records: int) -> None:
        """Keep one page, then note that it is there."""
        put(self.folder / file, body)
        self.pages[name] = {"file": file, "records": records, "sha256": hashlib.sha256(body).hexdigest()}
        self.write()

    def bodies(self) -> Iterator[tuple[Path, bytes]]:
        """Yield the pages. Raises InputError where one is missing or was changed."""
        for page in self.pages.values():
            path = self.folder / page["file"]
            body = path.read_bytes() if path.is_file() else b""
            if hashlib.sha256(body).hexdigest() != page["sha256"]:
                found = "it is not what was remembered" if body else "it is missing"
                raise bad(str(path), found, "the digest in snapshot.json", "Restore it, or remove the whole snapshot.")
            yield path, body


def put(path: Path, body: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.part")
    draft.write_bytes(body)
    draft.replace(path)


def snapshots(memory: Path, source_id: str) -> list[Snapshot]:
    """Return the snapshots of a source, oldest first, unfinished ones included. Raises InputError for a broken note."""
    found = []
    folder = memory / source_id
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if path.is_dir() and (path / NOTE).is_file():
            found.append(_read(path))
    return sorted(found, key=lambda s: (s.finished or s.begun, s.folder.name))


def _read(folder: Path) -> Snapshot:
    def day(text: str | None) -> date | None:
        return date.fromisoformat(text) if text else None

    def instant(text: str) -> datetime:
        return datetime.fromisoformat(text).astimezone(UTC)

    try:
        said = json.loads((folder / NOTE).read_text(encoding="utf-8"))
        pages = {str(k): {"file": str(v["file"]), **v} for k, v in said["pages"].items()}
        finished = instant(said["finished"]) if said["finished"] else None
        ends = day(said["first"]), day(said["last"])
        withdrawn = [str(k) for k in said["withdrawn"]]
        return Snapshot(folder, instant(said["begun"]), finished, *ends, str(said["asked"]), pages, withdrawn)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        remedy = "Restore it, or remove the whole snapshot."
        raise bad(str(folder / NOTE), "not a readable note", "what holdfire wrote", remedy) from None


def begin(memory: Path, source_id: str, now: datetime) -> Snapshot:
    """Make the folder of a new snapshot."""
    folder = memory / source_id / now.strftime(STAMP)
    folder.mkdir(parents=True)
    return Snapshot(folder, now)


def files_of(folder: Path, path: str) -> list[str]:
    """Return the files of a source, relative to its case folder: its path, or the files in the folder that it names."""
    if not (folder / path).is_dir():
        return [path]
    names = sorted(f.name for f in (folder / path).iterdir() if f.is_file() and not f.name.startswith("."))
    return [(Path(path) / name).as_posix() for name in names]


def remember(memory: Path, source: SourceEntry, path: Path, now: datetime) -> bool:
    """Keep a source's file or folder if it differs from the last snapshot, and tell whether it did."""
    if path.is_dir():
        return _remember_folder(memory, source, path, now)
    if not path.is_file():
        return False
    body = path.read_bytes()
    finished = [s for s in snapshots(memory, source.id) if s.finished]
    if finished and finished[-1].asked != FOLDER and _content(source, finished) == body:
        return False
    snapshot = begin(memory, source.id, now)
    snapshot.add("file", f"original{path.suffix}", body, body.count(b"\n"))
    snapshot.finished = now
    snapshot.write()
    return True


def _remember_folder(memory: Path, source: SourceEntry, path: Path, now: datetime) -> bool:
    finished = [s for s in snapshots(memory, source.id) if s.finished]
    before = _files(finished)
    after = {name: (path / name).read_bytes() for name in files_of(path, ".")}
    if after == before and finished and finished[-1].asked == FOLDER:
        return False
    snapshot = begin(memory, source.id, now)
    snapshot.asked = FOLDER
    snapshot.withdrawn = sorted(before.keys() - after.keys())
    for name, body in after.items():
        if before.get(name) != body:
            snapshot.add(name, f"files/{name}", body, body.count(b"\n"))
    snapshot.finished = now
    snapshot.write()
    return True


def restore(memory: Path, source: SourceEntry, as_of: datetime, into: Path) -> bool:
    """Write what was known of a source at an instant into a file or folder; tell whether anything was known by then."""
    known = [s for s in snapshots(memory, source.id) if s.finished and s.finished <= as_of]
    if not known:
        return False
    if known[-1].asked == FOLDER:
        into.mkdir(parents=True, exist_ok=True)
        for name, body in _files(known).items():
            put(into / name, body)
    else:
        put(into, _content(source, known))
    return True


def _files(known: list[Snapshot]) -> dict[str, bytes]:
    """Return the files of a folder after some snapshots, by name; none where the last of them is of something else."""
    files: dict[str, bytes] = {}
    for snapshot in known:
        if snapshot.asked != FOLDER:
            files = {}
            continue
        files |= {path.name: body for path, body in snapshot.bodies()}
        for name in snapshot.withdrawn:
            files.pop(name, None)
    return files


def _content(source: SourceEntry, known: list[Snapshot]) -> bytes:
    """Return what a source's file holds after some snapshots, the last of which is a file or a fetch."""
    if known[-1].first is None:
        (_, body), *_ = known[-1].bodies()
        return body
    records = state(source, [s for s in known if s.first is not None])
    lines = [json.dumps(records[k], ensure_ascii=False, sort_keys=True) for k in sorted(records)]
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")


def state(source: SourceEntry, fetched: list[Snapshot]) -> dict[str, dict[str, Any]]:
    """Return the records that stand after some fetches, by their key."""
    module = import_module(f"holdfire.monitor.{source.kind}")
    appends = getattr(module, "APPENDS", False)
    records: dict[str, dict[str, Any]] = {}
    for snapshot in fetched:
        fresh = {}
        for _, body in snapshot.bodies():
            # Not `splitlines`: a text may hold line separators of other kinds.
            for line in filter(None, body.decode().split("\n")):
                record = json.loads(line)
                own = module.key(record) or hashlib.sha256(line.encode()).hexdigest()
                fresh[own] = record
        first, last = str(snapshot.first), str(snapshot.last)
        if not appends:
            gone = [k for k, r in records.items() if first <= module.day(r) <= last and k not in fresh]
            for own in gone:
                del records[own]
        records |= fresh
        for own in snapshot.withdrawn:
            records.pop(own, None)
    return records
