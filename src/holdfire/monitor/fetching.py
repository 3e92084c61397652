"""Fetch a source from its API into the memory of a case, page by page, and go on where an earlier try stopped."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import cast

from holdfire.monitor.memory import Snapshot, begin, restore, snapshots
from holdfire.monitor.setting import SourceEntry
from holdfire.monitor.sources import KINDS
from holdfire.monitor.web import Fetcher, Web
from holdfire.problems import bad

Tell = Callable[[str], None]
CACHE = ".cache"


def fetching(
    memory: Path, source: SourceEntry, path: Path, first: date, last: date, tell: Tell, web: Web | None = None
) -> int:
    """Fetch the days from first to last, remember them, and write what stands now to the source's file (.jsonl).

    Returns the number of records fetched. Raises InputError; the pages that had come are kept, and not asked for again.
    """
    module = import_module(f"holdfire.monitor.{source.kind}")
    if not hasattr(module, "fetch"):
        with_api = [k for k in KINDS if hasattr(import_module(f"holdfire.monitor.{k}"), "fetch")]
        found = f"source '{source.id}' is of kind '{source.kind}', which has no API"
        raise bad("--source", found, f"one of {', '.join(with_api)}", "Put its file into the case folder by hand.")
    if path.suffix != ".jsonl":
        remedy = "Name the file of fetched records as data/NAME.jsonl in case.yaml."
        raise bad("--source", f"source '{source.id}' reads '{path.name}'", "a file that ends in .jsonl", remedy)
    if last < first:
        raise bad("--since", f"{first} lies after {last}", "a day before the last one", "Swap them.")
    asked = json.dumps({"api": source.api, "query": source.query}, sort_keys=True)
    snapshot = _open(memory, source, first, last, asked, tell)
    with web or Web(cache=memory / CACHE) as client:
        done = {name: int(page["records"]) for name, page in snapshot.pages.items()}
        for page in cast(Fetcher, module).fetch(source, first, last, client, done):
            lines = "".join(json.dumps(r, ensure_ascii=False, sort_keys=True) + "\n" for r in page.records)
            snapshot.withdrawn += page.withdrawn
            size = len(page.records) or len(page.withdrawn)
            snapshot.add(page.name, f"page-{len(snapshot.pages) + 1:05}.jsonl", lines.encode("utf-8", "replace"), size)
            tell(f"{source.id}: {page.name}, {len(page.records):,} records")
    snapshot.finished = datetime.now(UTC)
    snapshot.write()
    restore(memory, source, snapshot.finished, path)
    return sum(int(page["records"]) for page in snapshot.pages.values()) - len(snapshot.withdrawn)


def _open(memory: Path, source: SourceEntry, first: date, last: date, asked: str, tell: Tell) -> Snapshot:
    """Return the unfinished snapshot of the same request, or a new one."""
    for snapshot in reversed(snapshots(memory, source.id)):
        if snapshot.finished is None and (snapshot.first, snapshot.last, snapshot.asked) == (first, last, asked):
            tell(f"{source.id}: going on after {len(snapshot.pages)} pages")
            return snapshot
    snapshot = begin(memory, source.id, datetime.now(UTC))
    snapshot.first, snapshot.last, snapshot.asked = first, last, asked
    snapshot.write()
    return snapshot
