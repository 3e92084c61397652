"""How many were killed and injured, how many drones and missiles flew? Numbers beside their words, as bounds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from holdfire.articles.items import Found
from holdfire.articles.words import Words, words

_NOUNS = r"(?:\s+(?!and\b|but\b|in\b|on\b|at\b|of\b|і\b|и\b|та\b|в\b|у\b)[\w'’-]+){0,3}?"


@dataclass(frozen=True)
class Count:
    """A number with what it leaves open: `least` or `most` is null on a side that was left open."""

    least: int | None
    most: int | None
    start: int
    end: int

    def bounds(self, reason: str) -> tuple[Found | None, Found | None]:
        return tuple(None if v is None else Found(v, self.start, self.end, reason) for v in (self.least, self.most))  # type: ignore[return-value]


@dataclass(frozen=True)
class Toll:
    """What a stretch of text says of people killed and injured; `update` where it corrects an earlier figure."""

    killed: Count | None = None
    injured: Count | None = None
    update: bool = False

    def __bool__(self) -> bool:
        return self.killed is not None or self.injured is not None


@cache
def _patterns(language: str) -> dict[str, list[re.Pattern[str]]]:
    w = words(language)
    number = (
        rf"(?P<q>{w.fragment('at_least')}|{w.fragment('at_most')}|{w.fragment('about')})?\s*"
        rf"(?P<q2>{w.fragment('at_least')}|{w.fragment('at_most')})?\s*(?P<n>\d[\d,]*|{w.fragment('numbers')})(?![\w%])"
    )
    the_one = r"(?P<one>the\s+(?=[a-z]+(?:\s+and\b|,|\.|$)))" if language == "en" else r"(?P<one>(?!))"
    flags = re.IGNORECASE

    def after(key: str) -> re.Pattern[str]:
        return re.compile(rf"(?<![\w-]){w.fragment(key)}\s+(?:{number}|{the_one})", flags)

    def before(key: str) -> re.Pattern[str]:
        between = r"(?:,[^,.]{3,60},)?" if language == "en" else ""
        return re.compile(rf"(?<![\w-]){number}{_NOUNS}{between}\s+{w.fragment(key)}(?!\w)", flags)

    found = {
        "killed": [after("toll_kill"), before("toll_dead_after")],
        "injured": [after("toll_hurt"), before("toll_hurt_after")],
        "update": [re.compile(rf"(?<!\w){w.fragment('toll_rise')}\s+(?:to\s+|at\s+)?{number}", flags)],
    }
    return found


def toll(text: str, start: int, end: int, w: Words) -> Toll:
    """Return the toll that a span states; null where it states none. "No one was hurt" is a toll of zero."""
    part = text[start:end]
    patterns = _patterns(w.language)
    if none := w.pattern("no_toll").search(part):
        zero = Count(0, 0, start + none.start(), start + none.end())
        return Toll(zero, zero)
    for pattern in patterns["update"]:
        if hit := pattern.search(part):
            return Toll(killed=_count(hit, start, w), update=True)
    taken: list[tuple[int, int]] = []
    found: dict[str, Count | None] = {"killed": None, "injured": None}
    for what in ("killed", "injured"):
        for pattern in patterns[what]:
            for hit in pattern.finditer(part):
                count = _count(hit, start, w)
                if count is None or any(count.start < b and a < count.end for a, b in taken):
                    continue
                if found[what] is None:
                    found[what] = count
                    taken.append((count.start, count.end))
    return Toll(found["killed"], found["injured"])


def _count(hit: re.Match[str], start: int, w: Words) -> Count | None:
    groups = hit.groupdict()
    if groups.get("one"):
        return Count(1, 1, start + hit.start(), start + hit.end())
    if groups.get("n") is None:
        return None
    value = w.number(groups["n"])
    if value is None:
        return None
    number = int(value)
    said = " ".join(x for x in (groups.get("q"), groups.get("q2")) if x)
    floor, ceiling = w.pattern("at_least").search(said), w.pattern("at_most").search(said)
    at = hit.start("q") if groups.get("q") else hit.start("q2") if groups.get("q2") else hit.start("n")
    return Count(None if ceiling else number, None if floor else number, start + at, start + hit.end("n"))


def launched(text: str, start: int, end: int, w: Words) -> Count | None:
    """Return how many drones and missiles a span counts, added up; null where it counts none.

    Of "61 of 74 drones", 74 were launched: no number stands between the one that counts and its weapons.
    """
    number = rf"(?P<n>\d[\d,]*|{w.fragment('numbers')})"
    weapon = re.compile(
        rf"(?<![\w-]){number}(?:\s+(?!\d)[\w-]+){{0,2}}?\s+{w.fragment('weapons')}(?!\w)", re.IGNORECASE
    )
    counted = [(start + m.start(), start + m.end(), w.number(m["n"])) for m in weapon.finditer(text[start:end])]
    known = [(a, b, int(n)) for a, b, n in counted if n is not None and not w.values("months", text[a:b])]
    if not known or max(n for _, _, n in known) < 2:
        return None
    total = sum(n for _, _, n in known)
    return Count(total, total, known[0][0], known[-1][1])
