"""Dates, lengths, measures, denials and lists in a text: what can be compared between languages without translating."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml
from pydantic import BaseModel, ConfigDict

Day = tuple[int, int]
"""Month and day of the month."""


@dataclass(frozen=True)
class Facts:
    """What a text says in figures. A null was not looked for: the language is not known here.

    `lengths` are numbers with hour, day or month, a week being seven days; `measures` numbers with km, m, mm or C;
    `negated` tells whether any word denies or forbids; `items` counts the points of a list, 0 if there is none; `large`
    are the figures above 31 that are no years.
    """

    dates: frozenset[Day] | None
    lengths: frozenset[tuple[int, str]] | None
    measures: frozenset[tuple[str, str]] | None
    negated: bool | None
    items: int
    large: frozenset[str]


class Tongue(BaseModel):
    """How a language writes months, numbers, units and denials: parts of regular expressions."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    months: list[str]
    numbers: dict[int, str]
    units: dict[str, str]
    measures: dict[str, str]
    denials: str
    bare: str | None


@cache
def tongues() -> dict[str, Tongue]:
    """Load the languages that are known, by their codes."""
    text = resources.files("holdfire.terms.lint").joinpath("tongues.yaml").read_text(encoding="utf-8")
    return {code: Tongue.model_validate(t) for code, t in yaml.load(text, Loader=yaml.CSafeLoader).items()}


def tongue_of(language: str) -> Tongue | None:
    """Return the language of a code such as en or en-GB; null if it is not known."""
    return tongues().get(language.split("-")[0].lower())


_SIGNS = {"km": "km|км", "m": "m|м", "mm": "mm|мм", "C": r"°\s?[CС]"}
_ISO = re.compile(r"\b(?:\d{4})-(\d{2})-(\d{2})\b")
_DOTTED = re.compile(r"\b(\d{1,2})\.(\d{2})\.(?:\d{4}|\d{2})\b")
_DAY = r"(\d{1,2})(?:st|nd|rd|th|er|-го|-е)?"
_TO = "-|–|to|and|до|по|и|і|та|au|et"
_POINTS = re.compile(r"(?:^|\s)(?:\(?[a-zа-яіїєґ]\)|\(?\d{1,2}\)|[-•*]\s)", re.IGNORECASE | re.MULTILINE)
_FIGURE = re.compile(r"\d{1,3}(?:[ ,\u00a0]\d{3})+|\d+(?:[.,]\d+)?")


def facts(text: str, language: str) -> Facts:
    """Return what a text says in figures; of a language that is not known, only lists and large figures."""
    tongue = tongue_of(language)
    items, large = _items(text), frozenset(_large(text))
    if tongue is None:
        return Facts(None, None, None, None, items, large)
    denied = re.search(rf"(?<!\w)(?:{tongue.denials})(?!\w)", text, re.IGNORECASE) is not None
    named, lasting = frozenset(days(text, tongue)), frozenset(lengths(text, tongue))
    return Facts(named, lasting, frozenset(_measures(text, tongue)), denied, items, large)


def days(text: str, tongue: Tongue) -> list[Day]:
    """Return the days named in a text, both ends of '23-24 January'; ordered by how they are written, then by place."""
    found = [(int(m), int(d)) for m, d in _ISO.findall(text)]
    found += [(int(m), int(d)) for d, m in _DOTTED.findall(text)]
    for month, name in enumerate(tongue.months, 1):
        for match in re.finditer(rf"(?:{_DAY}\s*(?:{_TO})\s*)?{_DAY}\s+(?:of )?{name}\b", text, re.IGNORECASE):
            found += [(month, int(d)) for d in match.groups() if d]
        found += [(month, int(d)) for d in re.findall(rf"\b{name}\s+(\d{{1,2}})\b(?!\s*[:.]\d)", text, re.IGNORECASE)]
    return [day for day in found if 1 <= day[0] <= 12 and 1 <= day[1] <= 31]


def lengths(text: str, tongue: Tongue) -> list[tuple[int, str]]:
    """Return the lengths of time named in a text: numbers of hours, days or months; a week is seven days."""
    found = []
    for unit, written in tongue.units.items():
        numbers = [*_counted(text, tongue, written)]
        if tongue.bare:
            bare = (m[0].split(" ")[-1] for m in re.finditer(rf"\b{tongue.bare}\b", text, re.IGNORECASE))
            numbers += [1 for word in bare if re.fullmatch(written, word, re.IGNORECASE)]
        found += [(7 * n, "day") if unit == "week" else (n, unit) for n in numbers]
    return found


def _counted(text: str, tongue: Tongue, unit: str) -> Iterator[int]:
    longest_first = [f"(?:{written})" for _, written in sorted(tongue.numbers.items(), reverse=True)]
    numeral = "|".join([r"\d+", *longest_first])
    for match in re.finditer(rf"(?<![\w.,-])({numeral})[\s-]+(?:{unit})(?!\w)", text, re.IGNORECASE):
        if match[1].isdecimal():
            yield int(match[1])
        else:
            yield next(n for n, w in tongue.numbers.items() if re.fullmatch(w, match[1], re.IGNORECASE))


def _measures(text: str, tongue: Tongue) -> Iterator[tuple[str, str]]:
    for unit, written in tongue.measures.items():
        for number in re.findall(rf"(-?\d+(?:[.,]\d+)?)\s?(?:{written}|{_SIGNS[unit]})(?!\w)", text, re.IGNORECASE):
            yield number.replace(",", "."), unit


def _items(text: str) -> int:
    """Return how many points a text lists: marked ones, or three and more parts set off by semicolons."""
    marked = len(_POINTS.findall(text))
    set_off = text.count(";") + 1
    return marked if marked > 1 else set_off if set_off > 2 else 0


def _large(text: str) -> Iterator[str]:
    bare = _DOTTED.sub(" ", _ISO.sub(" ", text))
    for figure in _FIGURE.findall(bare):
        joined = re.sub(r"[ ,\u00a0](?=\d{3}\b)", "", figure).replace(",", ".")
        if float(joined) > 31 and not (len(joined) == 4 and 1900 <= float(joined) <= 2100):
            yield joined
