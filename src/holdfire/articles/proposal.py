"""A proposal: every item of every article, line by line, with its span, its confidence and its reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from importlib import resources
from typing import Any, get_type_hints

import yaml

from holdfire.articles.items import Found, Item
from holdfire.articles.text import Article

UNMEASURED = "unmeasured"
BY_HAND = "stated by a person at review"


@dataclass(frozen=True)
class Proposed:
    """One item of one article; `id` stays the same as long as the article's text and the item's span do."""

    id: str
    article: Article
    item: Item

    def quote(self, found: Found | Item) -> str:
        return self.article.text[found.start : found.end]


@dataclass(frozen=True)
class Decision:
    """What a person decided on an item: accepted or rejected, with the fields they changed (null: emptied)."""

    accepted: bool
    changed: Mapping[str, Any]


def proposed(article: Article, items: Iterable[Item]) -> list[Proposed]:
    """Give every item of an article its id."""
    found: list[Proposed] = []
    seen: dict[str, int] = {}
    for item in items:
        stem = f"{article.digest}-{item.kind}-{item.start}"
        seen[stem] = seen.get(stem, 0) + 1
        found.append(Proposed(stem if seen[stem] == 1 else f"{stem}-{seen[stem]}", article, item))
    return found


@cache
def _measured() -> dict[str, str]:
    text = resources.files("holdfire.articles").joinpath("data", "confidence.yaml").read_text(encoding="utf-8")
    table: dict[str, str] = yaml.load(text, Loader=yaml.CSafeLoader)["confidence"]
    return table


def confidence(item: Item, field: str = "item") -> str:
    """Return how far a field of this kind was right on the labelled articles: high, medium or low.

    `unmeasured` for what a language model said, and for fields of which too few were labelled.
    """
    if item.reason.startswith("model"):
        return UNMEASURED
    return _measured().get(f"{item.kind}.{field}", UNMEASURED)


def document(all_proposed: list[Proposed], decisions: Mapping[str, Decision]) -> list[dict[str, Any]]:
    """Return what proposal.json lists: items with fields, each with value, span, words, confidence and reason."""
    return [
        {
            "id": p.id,
            "kind": p.item.kind,
            "article": p.article.name,
            "span": [p.item.start, p.item.end],
            "words": p.quote(p.item),
            "confidence": confidence(p.item),
            "reason": p.item.reason,
            "decision": _told(decisions.get(p.id)),
            "fields": [
                {
                    "field": name,
                    "value": found.value,
                    "span": [found.start, found.end],
                    "words": p.quote(found),
                    "confidence": confidence(p.item, name),
                    "reason": found.reason,
                }
                for name, found in p.item.found()
            ],
            "unsaid": [f.name for f in fields(p.item) if getattr(p.item, f.name) in (None, ())],
        }
        for p in all_proposed
    ]


def _told(decision: Decision | None) -> str | None:
    if decision is None:
        return None
    if not decision.accepted:
        return "rejected"
    return "edited" if decision.changed else "accepted"


def is_listed(item: Item, field: str) -> bool:
    """Tell whether a field holds several values."""
    return isinstance(getattr(item, field), tuple)


def edited(p: Proposed, changed: Mapping[str, Any]) -> Proposed:
    """Return an item with what a person changed; the span of a changed value is that of the item."""
    item = p.item
    new: dict[str, Any] = {}
    for field, value in changed.items():
        values = value if isinstance(value, list) else [] if value is None else [value]
        found = tuple(Found(v, item.start, item.end, BY_HAND) for v in values)
        new[field] = found if is_listed(item, field) else found[0] if found else None
    return replace(p, item=replace(item, **new))


def kept(all_proposed: list[Proposed], decisions: Mapping[str, Decision], only_accepted: bool) -> list[Proposed]:
    """Return what goes into the draft: what was accepted, as edited; without a review also what is undecided."""
    found = []
    for p in all_proposed:
        decision = decisions.get(p.id)
        if decision is None and not only_accepted:
            found.append(p)
        elif decision is not None and decision.accepted:
            found.append(edited(p, decision.changed))
    return found


def field_names(item: Item) -> list[str]:
    """Return the fields of an item that hold values, in order."""
    hints = get_type_hints(type(item))
    return [f.name for f in fields(item) if "Found" in str(hints[f.name])]
