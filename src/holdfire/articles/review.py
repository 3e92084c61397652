"""A person goes through a proposal item by item: accept, reject, edit, or later. Decisions are kept in a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from holdfire.articles.proposal import BY_HAND, Decision, Proposed, confidence, edited, field_names, is_listed
from holdfire.problems import bad
from holdfire.terms import read_text

DECISIONS = "decisions.json"
CHOICES = ("accept", "reject", "edit", "later", "quit")
_WIDEST = 160

Ask = Callable[[str, tuple[str, ...] | None], str]
Show = Callable[[str], None]


def read_decisions(path: Path) -> dict[str, Decision]:
    """Read what was decided before; nothing if there is no file yet. Raises InputError for a damaged one."""
    if not path.exists():
        return {}
    try:
        listed = json.loads(read_text(path))
        return {k: Decision(v["decision"] == "accepted", dict(v["changed"])) for k, v in listed.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        found, expected = "not a file of decisions", "what `holdfire read --review` writes"
        raise bad(str(path), found, expected, "Restore it, or remove it to decide anew.") from None


def written(decisions: Mapping[str, Decision]) -> str:
    """Return decisions as the text of their file."""
    listed = {
        k: {"decision": "accepted" if d.accepted else "rejected", "changed": dict(d.changed)}
        for k, d in sorted(decisions.items())
    }
    return json.dumps(listed, ensure_ascii=False, indent=2) + "\n"


def review(
    all_proposed: list[Proposed],
    decisions: dict[str, Decision],
    ask: Ask,
    show: Show,
    keep: Callable[[Mapping[str, Decision]], None],
) -> dict[str, Decision]:
    """Walk through what is undecided; every decision is kept at once, so that a review can be taken up again."""
    open_items = [p for p in all_proposed if p.id not in decisions]
    for number, p in enumerate(open_items, 1):
        show(f"\n{number} of {len(open_items)}: {p.item.kind} in {p.article.name}")
        for line in lines(p):
            show(line)
        choice = ask("accept, reject, edit, later or quit", CHOICES)
        if choice == "quit":
            break
        if choice == "later":
            continue
        changed = _edit(p, ask, show) if choice == "edit" else {}
        decisions[p.id] = Decision(choice != "reject", changed)
        keep(decisions)
    return decisions


def lines(p: Proposed) -> list[str]:
    """Return an item as a person reads it: the words of the article, then each value with why it was read so."""
    words = " ".join(p.quote(p.item).split())
    shown = words if len(words) <= _WIDEST else words[: _WIDEST - 1] + "…"
    out = [f"  [{p.item.start}, {p.item.end}) {shown}", f"  {p.item.reason}; confidence {confidence(p.item)}"]
    for name, found in p.item.found():
        if found.reason == BY_HAND:
            out.append(f"    {name}: {found.value}   ({BY_HAND})")
            continue
        quoted = " ".join(p.quote(found).split())
        out.append(f"    {name}: {found.value}   from '{quoted}' ({found.reason}; {confidence(p.item, name)})")
    return out


def _edit(p: Proposed, ask: Ask, show: Show) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    names = field_names(p.item)
    while True:
        name = ask(f"field to change ({', '.join(names)}), or done", (*names, "done"))
        if name == "done":
            return changed
        hint = "empty for unsaid; commas part several" if is_listed(p.item, name) else "empty for unsaid"
        try:
            changed[name] = _typed(p, name, ask(f"{name} ({hint})", None))
        except ValueError as error:
            show(f"  not taken: {error}")
            continue
        for line in lines(edited(p, changed))[2:]:
            show(line)


def _typed(p: Proposed, name: str, text: str) -> Any:
    """Return what a person typed, as the type of the field: a list, a number, a truth, or text; null where it is empty.

    Raises ValueError for what is none.
    """
    text = text.strip()
    if is_listed(p.item, name):
        return [part.strip() for part in text.split(",") if part.strip()]
    if not text:
        return None
    if name.endswith(("_min", "_max")) or name == "launched":
        return int(text) if text.lstrip("-").isdecimal() else float(text)
    if name in ("mutual", "forecast"):
        if text.lower() not in ("yes", "no"):
            raise ValueError(f"'{text}' is neither yes nor no")
        return True if text.lower() == "yes" else None
    return text
