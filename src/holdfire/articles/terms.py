"""The terms of a truce within a stretch of text: from when, until when, how long, which acts, which targets, where."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from holdfire.articles.dates import When, lastings, whens
from holdfire.articles.items import Found, Many
from holdfire.articles.parties import Parties
from holdfire.articles.places import COUNTRY, PlaceNames
from holdfire.articles.sentences import Sentence
from holdfire.articles.speech import Speakers
from holdfire.articles.text import Article
from holdfire.articles.words import Words, words

_BEYOND = re.compile(
    r"\b(?:within|after|in|every|last|past|previous|first)\s+(?:the\s+)?(?:last\s+|past\s+)?$", re.IGNORECASE
)
_LATER = re.compile(r"\s+(?:later|earlier|ago|before|old)\b", re.IGNORECASE)
_DAY_TO_DAY = re.compile(
    r"(?<!\w)(?:from|between|з|с)\s+(?:the\s+)?(\d{1,2})(?:st|nd|rd|th)?\s+(?:to|and|по|до)\s+$", re.IGNORECASE
)


@dataclass(frozen=True)
class Reader:
    """An article with everything that rules ask of it."""

    article: Article
    sentences: list[Sentence]
    parties: Parties
    speakers: Speakers
    places: PlaceNames
    w: Words = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "w", words(self.article.language))

    @property
    def text(self) -> str:
        return self.article.text

    def of(self, sentence: Sentence) -> str:
        return self.text[sentence.start : sentence.end]

    def said(self, index: int) -> list[Sentence]:
        """Return a sentence as a list, empty where it is headline or dateline."""
        sentence = self.sentences[index]
        whole = any(a <= sentence.start and sentence.end <= b for a, b in self.article.skipped)
        return [] if whole else [sentence]

    def days(self, start: int, end: int) -> list[When]:
        """Return the days named within a span, without the dateline's."""
        found = whens(self.text, start, end, self.w, self.article.published)
        return [d for d in found if not any(a <= d.start < b for a, b in self.article.skipped)]


@dataclass(frozen=True)
class Terms:
    """What a stretch of text says of a truce; null or empty where it does not say."""

    starts: Found | None
    ends: Found | None
    lasts: Found | None
    acts: Many
    targets: Many
    places: Many


def read_terms(r: Reader, start: int, end: int, days_from: int | None = None) -> Terms:
    """Read the terms within a span; days are looked for from `days_from` on, if that lies before it."""
    low = start if days_from is None else min(start, days_from)
    starts, ends = _bounds(r, low, end)
    return Terms(
        starts, ends, _length(r, low, end), codes(r, "acts", start, end), targets(r, start, end), places(r, start, end)
    )


def _bounds(r: Reader, low: int, high: int) -> tuple[Found | None, Found | None]:
    starts: Found | None = None
    ends: Found | None = None
    opening = re.compile(rf"(?<!\w){r.w.fragment('from')}\s+(?:{r.w.fragment('before_date')})*$", re.IGNORECASE)
    closing = re.compile(rf"(?<!\w){r.w.fragment('until')}\s+(?:{r.w.fragment('before_date')})*$", re.IGNORECASE)
    spoken = {a.said_on.start for a in r.speakers.attributions if a.said_on}
    for day in r.days(low, high):
        if day.start in spoken:
            continue
        before = r.text[max(low, day.start - 45) : day.start]
        if before and not before[-1].isspace():
            before += " "
        in_day = r.text[day.start : day.end]
        if bound := _DAY_TO_DAY.search(before):
            try:
                first = day.day.replace(day=int(bound[1]))
            except ValueError:
                continue
            a = day.start - len(before) + bound.start(1)
            starts = starts or Found(first.isoformat(), a, day.end, f"the first of two days: {day.reason}")
            ends = ends or Found(day.text, day.start, day.end, f"the second of two days: {day.reason}")
        elif closing.search(before) and not opening.search(before):
            ends = ends or Found(day.text, day.start, day.end, f"an end: {day.reason}")
        elif opening.search(before) or (day.night and re.match(r"з ноч|с ноч", in_day)):
            starts = starts or Found(day.text, day.start, day.end, f"a start: {day.reason}")
    return starts, ends


def _length(r: Reader, low: int, high: int) -> Found | None:
    for lasting in lastings(r.text, low, high, r.w):
        later = _LATER.match(r.text[lasting.end : lasting.end + 10])
        if not later and not _BEYOND.search(r.text[max(low, lasting.start - 25) : lasting.start]):
            return Found(lasting.text, lasting.start, lasting.end, "a length of time beside the pledge")
    return None


def codes(r: Reader, key: str, start: int, end: int) -> Many:
    """Return the codes whose words stand within a span, each once, at its first word."""
    found: dict[str, Found] = {}
    for a, b, value in r.w.values(key, r.text[start:end]):
        for code in value if isinstance(value, list) else [value]:
            found.setdefault(
                code,
                Found(code, start + a, start + b, f"'{r.text[start + a : start + b]}' is {code} in the word lists"),
            )
    return tuple(found.values())


def targets(r: Reader, start: int, end: int) -> Many:
    """Return the targets named within a span, without words that only name something else ("town council")."""
    part = r.text[start:end]
    left_out = [(start + m.start(), start + m.end()) for m in r.w.pattern("not_targets").finditer(part)]
    excepted = [(start + m.end(), end) for m in r.w.pattern("excepted").finditer(part)]
    found = codes(r, "targets", start, end)
    return tuple(f for f in found if not any(a <= f.start < b for a, b in (*left_out, *excepted)))


def places(r: Reader, start: int, end: int) -> Many:
    """Return the places named within a span, without those it leaves out; a country only if none is narrower."""
    part = r.text[start:end]
    excepted = min((start + m.start() for m in r.w.pattern("excepted").finditer(part)), default=end)
    found = r.places.within(start, excepted)
    narrow = [p for p in found if p.level != COUNTRY]
    first: dict[str, Found] = {}
    for place in narrow or found:
        first.setdefault(place.name, place.found())
    return tuple(first.values())
