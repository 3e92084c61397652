"""Articles read into the draft folder of a case. The case itself is left as it is."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from holdfire import __version__
from holdfire.articles import (
    Article,
    Asked,
    Decision,
    Proposed,
    ask_model,
    document,
    draft_files,
    items_of,
    kept,
    proposed,
    read_decisions,
    written,
)
from holdfire.articles.review import DECISIONS
from holdfire.case.folder import CASE_FILE, DRAFT, read_case
from holdfire.case.outputs import Outputs, as_json
from holdfire.places import Areas, Gazetteer, load_areas, load_gazetteer
from holdfire.problems import InputError, Problem, bad
from holdfire.terms import read_text

PROPOSAL = "proposal.json"


@dataclass
class Desk:
    """What articles are read with, and what was read of them so far."""

    folder: Path
    areas: Areas
    gazetteer: Gazetteer
    time_zone: str | None
    articles: list[Article]
    found: list[Proposed]
    decisions: dict[str, Decision]
    model: str | None = None

    @property
    def draft(self) -> Path:
        return self.folder / DRAFT

    def keep(self, decisions: Mapping[str, Decision]) -> None:
        """Write decisions at once: a review that breaks off loses none."""
        self.draft.mkdir(parents=True, exist_ok=True)
        with Outputs(self.draft) as outputs:
            outputs.text(DECISIONS, written(decisions))


def read_articles(folder: Path, articles: list[Article], asked: Asked | None, tell: Callable[[str], None]) -> Desk:
    """Read articles by rules and, where one was named, by a language model. Raises InputError for a broken case."""
    if folder.exists() and not folder.is_dir():
        raise bad(str(folder), "this is a file", "the folder of a case, or a new one", "Name another with --case.")
    _check_untouched(folder / DRAFT)
    areas, gazetteer, zone = load_areas(), load_gazetteer(), None
    if (folder / CASE_FILE).exists():
        opened = read_case(folder)
        areas, gazetteer, zone = opened.areas, opened.gazetteer, opened.zone.key
    found: list[Proposed] = []
    for article in articles:
        items = items_of(article, gazetteer, areas)
        if asked is not None:
            items = [*items, *ask_model(asked, article, items, gazetteer, areas, tell)]
        found.extend(proposed(article, items))
    decisions = read_decisions(folder / DRAFT / DECISIONS)
    return Desk(folder, areas, gazetteer, zone, articles, found, decisions, asked.model if asked else None)


def write_draft(desk: Desk, only_accepted: bool) -> list[Proposed]:
    """Write the draft folder, whole or not at all; return what went into the draft."""
    taken = kept(desk.found, desk.decisions, only_accepted)
    title = f"Draft of {desk.folder.resolve().name}"
    files = draft_files(taken, desk.areas, desk.gazetteer, title, desk.time_zone)
    desk.folder.mkdir(parents=True, exist_ok=True)
    with Outputs(desk.draft) as outputs:
        for name, text in files.items():
            outputs.text(name, text)
        outputs.text(PROPOSAL, as_json({**_proposal(desk), "files": {n: _digest(t) for n, t in files.items()}}))
    for stale in ("reports.csv", "temperatures.csv", "outages.csv", "talks.csv"):
        if stale not in files:
            (desk.draft / stale).unlink(missing_ok=True)
    return taken


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _check_untouched(draft: Path) -> None:
    """Refuse to write over what somebody has filled in. Raises InputError that names the files."""
    try:
        drafted = json.loads(read_text(draft / PROPOSAL))["files"].items()
    except (InputError, ValueError, KeyError, TypeError, AttributeError):
        return
    found = "it was filled in since it was drafted, and would be written over"
    remedy = "Move the draft to a folder of its own, which is then a case, or read into another --case."
    problems = [
        Problem(str(draft / name), found, "a draft as it was written", remedy)
        for name, digest in drafted
        if (draft / name).exists() and _digest(read_text(draft / name)) != digest
    ]
    if problems:
        raise InputError(problems)


def _proposal(desk: Desk) -> dict[str, Any]:
    return {
        "holdfire": __version__,
        "model": desk.model,
        "articles": [
            {
                "name": a.name,
                "digest": a.digest,
                "language": a.language,
                "published": a.published,
                "outlet": a.outlet,
                "url": a.url,
            }
            for a in desk.articles
        ],
        "items": document(desk.found, desk.decisions),
    }


def counted(desk: Desk, taken: list[Proposed]) -> list[str]:
    """Return a short table: how many items of each kind were read, and how many are in the draft."""
    read, drafted = Counter(p.item.kind for p in desk.found), Counter(p.item.kind for p in taken)
    rows = [f"{kind:12} {read[kind]:5} {drafted[kind]:8}" for kind in dict.fromkeys(p.item.kind for p in desk.found)]
    return [f"{'':12} {'read':>5} {'drafted':>8}", *rows]
