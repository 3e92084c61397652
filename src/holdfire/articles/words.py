"""The words of a language's news copy, kept as data: one YAML file per language, and the countries of the world."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import yaml


class Words:
    """The lists of one language. A key that holds no word matches nothing."""

    def __init__(self, lists: Mapping[str, Any]):
        self._lists = lists
        self._patterns: dict[str, re.Pattern[str]] = {}
        self._mappings: dict[str, list[tuple[re.Pattern[str], Any]]] = {}

    @property
    def language(self) -> str:
        return str(self._lists["language"])

    def fragment(self, key: str) -> str:
        """Return the entries of a list, or the keys of a mapping, longest first, as one piece of a pattern."""
        entries = sorted(self._lists[key], key=lambda e: (-len(e), e))
        return "(?:" + "|".join(entries) + ")" if entries else "(?!)"

    def entries(self, key: str) -> list[str]:
        """Return the pieces of a list, as they are written."""
        return [str(e) for e in self._lists[key]]

    def pattern(self, key: str) -> re.Pattern[str]:
        """Return a pattern that finds any entry of a list as whole words, whatever their case."""
        if key not in self._patterns:
            self._patterns[key] = whole_words(self.fragment(key))
        return self._patterns[key]

    def has(self, key: str, text: str) -> bool:
        return self.pattern(key).search(text) is not None

    def members(self, key: str) -> frozenset[str]:
        """Return the single words of a list of phrases, in lower case."""
        return _members(tuple(str(e) for e in self._lists[key]))

    def number(self, text: str) -> float | None:
        """Return the number that a word or digits stand for; null if none does."""
        digits = text.replace(",", "").replace("\u00a0", "").replace(" ", "")
        if re.fullmatch(r"\d+(?:\.\d+)?", digits):
            return float(digits)
        found: float | None = self.value("numbers", text)
        return found

    def value(self, key: str, text: str) -> Any:
        """Return what the first entry of a mapping that fits the whole text stands for; null if none fits."""
        return next((v for p, v in self._mapped(key) if p.fullmatch(text.strip())), None)

    def values(self, key: str, text: str) -> list[tuple[int, int, Any]]:
        """Return every entry of a mapping that a text holds, with its span; where two overlap, the longer one."""
        hits = [(m.start(), m.end(), v) for p, v in self._mapped(key) for m in p.finditer(text)]
        hits.sort(key=lambda h: (-(h[1] - h[0]), h[0], str(h[2])))
        kept: list[tuple[int, int, Any]] = []
        for hit in hits:
            if all(hit[1] <= k[0] or hit[0] >= k[1] for k in kept):
                kept.append(hit)
        return sorted(kept, key=lambda h: (h[0], h[1]))

    def _mapped(self, key: str) -> list[tuple[re.Pattern[str], Any]]:
        if key not in self._mappings:
            self._mappings[key] = [(whole_words(entry), value) for entry, value in self._lists[key].items()]
        return self._mappings[key]

    def speech(self) -> dict[str, str]:
        """Return the pieces of speech verbs by what they do: say, deny, warn..."""
        return {kind: "(?:" + "|".join(verbs) + ")" for kind, verbs in self._lists["speech"].items()}


def whole_words(fragment: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{fragment})(?![\w])", re.IGNORECASE)


@cache
def _members(entries: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for entry in entries for word in entry.lower().split())


@cache
def words(language: str) -> Words:
    """Load the words of a language: en, uk or ru."""
    return Words(_read(language))


@cache
def countries() -> dict[str, Any]:
    """Load the countries, each with its names, adjectives and seats of power, and the names of armed groups."""
    return _read("countries")


def _read(name: str) -> dict[str, Any]:
    text = resources.files("holdfire.articles").joinpath("words", f"{name}.yaml").read_text(encoding="utf-8")
    lists: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return lists


def language_of(text: str) -> str:
    """Return the language of a text by its letters: Latin is taken for English, Cyrillic for Ukrainian or Russian."""
    cyrillic = len(re.findall(r"[а-яёіїєґ]", text.lower()))
    if cyrillic < len(re.findall(r"[a-z]", text.lower())):
        return "en"
    ukrainian, russian = len(re.findall("[іїєґ]", text.lower())), len(re.findall("[ыэёъ]", text.lower()))
    return "uk" if ukrainian > russian else "ru"
