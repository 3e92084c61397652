"""Items read, against items labelled by hand: precision and recall per field.

A labelled item and a read one are the same if they are of one kind and the words that the label points at lie in the
read item's span; each is paired once, with the most equal fields first. Every value of a field that several may fill
counts by itself. A read value without an equal label is wrong, whether its item was paired or not; a label without an
equal read value is missed.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

KINDS = {
    "statements": "statement",
    "pledges": "pledge",
    "readings": "reading",
    "incidents": "incident",
    "facts": "fact",
    "talks": "talks",
    "agreements": "document",
}
FIELDS = {
    "statement": ("speaker", "role", "party", "said_on", "via", "about"),
    "pledge": (
        *("announcer", "announced_on", "pledger", "parties", "status", "starts", "ends", "lasts"),
        *("acts", "targets", "place", "cause", "mutual"),
    ),
    "reading": ("holder", "starts", "ends", "lasts", "acts", "targets", "places", "mutual", "allows_targets"),
    "incident": (
        *("day", "place", "actor", "weapon", "target", "killed_min", "killed_max"),
        *("injured_min", "injured_max", "launched", "said_by"),
    ),
    "fact": ("fact", "quantity", "value_min", "value_max", "place", "day", "said_by"),
    "talks": ("day", "place", "parties", "topics", "status"),
    "document": ("name", "status"),
}
BOUNDED = ("killed", "injured", "value")
SERVICES = {"electricity": "power", "heating": "heat"}
UNITS = r"\b(?:eastern|western|northern|southern|region|oblast|province|the)\b"

Values = dict[str, list[Any]]


@dataclass
class Tally:
    """Values that were read rightly, read wrongly and missed."""

    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        self.right += other.right
        self.wrong += other.wrong
        self.missed += other.missed

    def rows(self) -> list[dict[str, Any]]:
        rows = []
        for kind, names in FIELDS.items():
            for name in ("item", *names):
                key = f"{kind}.{name}"
                right, wrong, missed = self.right[key], self.wrong[key], self.missed[key]
                if right + wrong + missed == 0:
                    continue
                rows.append(
                    {
                        "field": key,
                        "labelled": right + missed,
                        "read": right + wrong,
                        "right": right,
                        "precision": right / (right + wrong) if right + wrong else None,
                        "recall": right / (right + missed) if right + missed else None,
                    }
                )
        return rows


def labelled(labels: dict[str, Any]) -> list[tuple[str, str, Values]]:
    """Return the labels of an article as (kind, words pointed at, values by field)."""
    found = []
    for key, kind in KINDS.items():
        for item in labels.get(key) or []:
            values: Values = {}
            for name, value in item.items():
                if name == "at" or value is None:
                    continue
                for part in (f"{name}_min", f"{name}_max") if name in BOUNDED else (name,):
                    values[part] = value if isinstance(value, list) else [value]
            found.append((kind, item["at"], {k: v for k, v in values.items() if k in FIELDS[kind]}))
    return found


def same(name: str, a: Any, b: Any) -> bool:
    """Tell whether two values are one: whatever case, article or grammatical case they are written in."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, int | float) and isinstance(b, int | float):
        return float(a) == float(b)
    x, y = _plain(name, str(a)), _plain(name, str(b))
    if x == y:
        return True
    if len(x) != len(y) or not re.search("[а-яіїєґё]", "".join(x)):
        return False
    return all(
        _stem(p) == _stem(q) or (p[:4] == q[:4] and len(p) > 4 and len(q) > 4) for p, q in zip(x, y, strict=True)
    )


def _plain(name: str, text: str) -> list[str]:
    lower = text.casefold().replace("’", "'")
    if name in ("place", "places"):
        lower = re.sub(UNITS, " ", lower)
    if name == "quantity":
        for old, new in SERVICES.items():
            lower = lower.replace(old, new)
    return re.sub(r"^(?:the|a|an) ", "", lower).split()


def _stem(word: str) -> str:
    return word[:-2] if len(word) > 5 else word[:-1] if len(word) > 3 else word


def score(text: str, labels: list[tuple[str, str, Values]], read: list[tuple[str, int, int, Values]]) -> Tally:
    """Compare what was read of one article with its labels."""
    pairs = []
    for n, (kind, at, wanted) in enumerate(labels):
        for m, (other, start, end, values) in enumerate(read):
            place = text.find(at, start)
            if kind == other and place != -1 and place < end:
                equal = sum(any(same(f, v, w) for w in wanted[f]) for f in wanted for v in values.get(f, []))
                pairs.append((-equal, n, m))
    tally, taken_labels, taken_read = Tally(), set(), set()
    for _, n, m in sorted(pairs):
        if n in taken_labels or m in taken_read:
            continue
        taken_labels.add(n)
        taken_read.add(m)
        tally.right[f"{labels[n][0]}.item"] += 1
        _fields(tally, labels[n][0], labels[n][2], read[m][3])
    for n, (kind, _, wanted) in enumerate(labels):
        if n not in taken_labels:
            tally.missed[f"{kind}.item"] += 1
            _fields(tally, kind, wanted, {})
    for m, (kind, _, _, values) in enumerate(read):
        if m not in taken_read:
            tally.wrong[f"{kind}.item"] += 1
            _fields(tally, kind, {}, values)
    return tally


def _fields(tally: Tally, kind: str, wanted: Values, values: Values) -> None:
    for name in FIELDS[kind]:
        left = list(wanted.get(name, []))
        for value in values.get(name, []):
            match = next((w for w in left if same(name, value, w)), None)
            if match is None:
                tally.wrong[f"{kind}.{name}"] += 1
            else:
                left.remove(match)
                tally.right[f"{kind}.{name}"] += 1
        tally.missed[f"{kind}.{name}"] += len(left)
