"""Is it in the text? What a language model says is believed only where words of the article bear it out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields
from typing import Any, get_type_hints

from holdfire.articles.dates import lastings, whens
from holdfire.articles.items import KINDS, Found, Item
from holdfire.articles.terms import Reader
from holdfire.problems import Problem
from holdfire.terms import code_list
from holdfire.terms.codelist import ListName

DAYS = frozenset({"said_on", "announced_on", "day", "starts", "ends"})
CODES: dict[str, ListName] = {
    **{"acts": "act", "allows_acts": "act", "weapon": "weapon"},
    **{"targets": "target", "target": "target", "allows_targets": "target"},
}
NUMBERS = frozenset({"killed_min", "killed_max", "injured_min", "injured_max", "launched", "value_min", "value_max"})
TRUTHS = frozenset({"mutual", "forecast"})
ABOUT = (
    *("start", "end", "scope", "targets", "acts", "mutual", "confirmation", "denial", "warning", "talks"),
    *("violation-claim", "cold", "outage"),
)
STATUS = {
    "pledge": ("pledged", "conditional", "proposed"),
    "talks": ("scheduled", "proposed", "postponed", "cancelled"),
    "document": ("completed", "signed", "initialled", "proposed", "unfinished"),
}
SIDES = frozenset({"party", "parties", "holder", "actor"})


def names_of(kind: str) -> list[str]:
    """Return the fields of a kind that hold values."""
    hints = get_type_hints(KINDS[kind])
    return [f.name for f in fields(KINDS[kind]) if "Found" in str(hints[f.name])]


def checked(r: Reader, said: dict[str, Any], model: str) -> tuple[Item | None, list[Problem]]:
    """Return an item that a model named if all of it stands in the text, else null and what does not."""
    kind, problems = said["kind"], []
    where = f"{r.article.name}, a {kind} of the model {model}"
    span = find(r.text, said["words"])
    if span is None:
        return None, [_invented(where, said["words"])]
    values: dict[str, list[Found]] = {}
    for field in said["fields"]:
        name, value, quote = field["field"], field["value"], field["words"]
        if name not in names_of(kind):
            problems.append(
                Problem(where, f"a field '{name}'", f"one of {', '.join(names_of(kind))}", "It is refused.")
            )
            continue
        at = find(r.text, quote, span[0]) or find(r.text, quote)
        if at is None:
            problems.append(_invented(where, quote))
            continue
        read = _borne_out(r, kind, name, value, *at)
        if read is None:
            found = f"{name} '{value}', which '{quote}' does not say"
            problems.append(Problem(where, found, "what the words say", "It is refused."))
            continue
        values.setdefault(name, []).append(Found(read, *at, f"named by {model}; its words stand in the text"))
    if problems:
        return None, problems
    item = KINDS[kind](*span, f"model: {model}")
    many = {f.name for f in fields(item) if isinstance(getattr(item, f.name), tuple)}
    given: dict[str, Any] = {k: tuple(v) if k in many else v[0] for k, v in values.items()}
    return KINDS[kind](*span, f"model: {model}", **given), []


def find(text: str, words: str, after: int = 0) -> tuple[int, int] | None:
    """Return where words stand in a text, whatever the white space between them; null where they do not."""
    parts = words.split()
    if not parts:
        return None
    hit = re.compile(r"\s+".join(re.escape(p) for p in parts)).search(text, after)
    return hit.span() if hit else None


def _invented(where: str, words: str) -> Problem:
    return Problem(where, f"the words '{words}'", "words that stand in the article", "It is refused.")


def _borne_out(r: Reader, kind: str, name: str, value: str, start: int, end: int) -> Any:
    """Return the value in its own type if the words of its span say it; null where they do not."""
    if name in DAYS:
        days = whens(r.text, start, end, r.w, r.article.published) + _in_context(r, start, end)
        return next((d.text for d in days if d.text == value), None)
    if name == "lasts":
        return next((x.text for x in lastings(r.text, start, end, r.w) if x.text == value), None)
    if name in CODES:
        return value if value in _codes(r, name, start, end) else None
    if name in NUMBERS:
        return _number(r, value, start, end)
    if name in TRUTHS:
        key = "mutual" if name == "mutual" else "forward"
        return True if value.lower() == "true" and r.w.has(key, r.text[start:end]) else None
    if name == "about":
        return value if value in ABOUT else None
    if name == "status":
        return value if value in STATUS[kind] else None
    if name == "cause":
        return value if value in {v for _, _, v in r.w.values("causes", r.text[start:end])} else None
    if name == "fact":
        key = "outage" if value == "outage" else "cold_words"
        return value if value in ("cold", "outage") and r.w.has(key, r.text[start:end]) else None
    if name == "quantity":
        return value if _quantity(r, value, start, end) else None
    if name in SIDES and value in {m.name for m in r.parties.mentions(start, end)}:
        return value
    return value if find(r.text[start:end].casefold(), value.casefold()) else None


def _in_context(r: Reader, start: int, end: int) -> list[Any]:
    """Return the days of a span as they are resolved within their sentence, which may look ahead."""
    sentence = next((s for s in r.sentences if s.start <= start < s.end), None)
    if sentence is None:
        return []
    return [
        d
        for d in whens(r.text, sentence.start, sentence.end, r.w, r.article.published)
        if start <= d.start and d.end <= end
    ]


def _codes(r: Reader, name: str, start: int, end: int) -> set[str]:
    part = r.text[start:end]
    key = {"act": "acts", "weapon": "weapons", "target": "targets"}[CODES[name]]
    named: set[str] = set()
    for _, _, value in r.w.values(key, part):
        named.update(value if isinstance(value, list) else [value])
    codes = code_list(CODES[name])
    by_label: Callable[[str], str | None] = codes.find
    whole = by_label(part)
    return named | ({whole} if whole else set())


def _number(r: Reader, value: str, start: int, end: int) -> int | float | None:
    try:
        wanted = float(value)
    except ValueError:
        return None
    part = r.text[start:end]
    scale = [float(v) for _, _, v in r.w.values("scales", part)] or [1.0]
    digits = [float(m.replace(",", "").replace("\u00a0", "")) for m in re.findall(r"\d[\d,\u00a0]*(?:\.\d+)?", part)]
    spelt = [float(v) for _, _, v in r.w.values("numbers", part)]
    said = {n * s for n in digits + spelt for s in (1.0, *scale)}
    if -wanted in said and wanted < 0 and re.search(r"[-−–]|minus|below|мінус|минус|мороз|нижче|ниже", part):
        return wanted
    if wanted not in said:
        return None
    return int(wanted) if wanted == int(wanted) else wanted


def _quantity(r: Reader, value: str, start: int, end: int) -> bool:
    if value == "temperature":
        return r.w.has("cold_words", r.text[start:end])
    who, _, service = value.partition(" without ")
    part = r.text[start:end]
    services = {str(v) for _, _, v in r.w.values("services", part)}
    return who in {str(v) for _, _, v in r.w.values("sufferers", part)} and set(service.split(" and ")) <= services
