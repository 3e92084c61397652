"""Cold and outages: degrees, and how many people or homes are without power, heat, water or gas."""

from __future__ import annotations

import re

from holdfire.articles.dates import is_past
from holdfire.articles.items import Fact, Found
from holdfire.articles.sentences import Sentence
from holdfire.articles.terms import Reader

COLD, OUTAGE = "cold", "outage"


def facts(r: Reader) -> list[Fact]:
    """Return the facts of an article on cold and outages. A number that is not given is null, not zero."""
    found: list[Fact] = []
    for index in range(len(r.sentences)):
        for sentence in r.said(index):
            if r.w.has("old", r.of(sentence)):
                continue
            for fact in (*_outages(r, index, sentence), *_cold(r, index, sentence)):
                found.append(fact)
    return found


def _outages(r: Reader, index: int, sentence: Sentence) -> list[Fact]:
    found = []
    for hit in r.w.pattern("outage").finditer(r.text, sentence.start, sentence.end):
        service = _services(r, hit.group())
        who = _sufferers(r, sentence, hit)
        if service is None or who is None:
            continue
        name, least, most, span = who
        number = f"'{r.text[slice(*span)].strip()}'"
        found.append(
            Fact(
                sentence.start,
                sentence.end,
                "fact: people or buildings without a service",
                fact=Found(OUTAGE, hit.start(), hit.end(), "words of an outage"),
                quantity=Found(
                    f"{name} without {service}",
                    min(span[0], hit.start()),
                    max(span[1], hit.end()),
                    "who is without what",
                ),
                value_min=None if least is None else Found(least, *span, f"the number {number}"),
                value_max=None if most is None else Found(most, *span, f"the number {number}"),
                place=_place(r, sentence),
                day=_day(r, index, sentence),
                said_by=_said_by(r, index),
            )
        )
    return found


def _services(r: Reader, text: str) -> str | None:
    named = dict.fromkeys(str(v) for _, _, v in r.w.values("services", text))
    return " and ".join(sorted(named)) or None


def _sufferers(
    r: Reader, sentence: Sentence, hit: re.Match[str]
) -> tuple[str, float | None, float | None, tuple[int, int]] | None:
    """Return who is without a service: the nearest counted noun in the sentence, with the bounds of its number."""
    w = r.w
    number = (
        rf"(?P<q>{w.fragment('at_least')}|{w.fragment('at_most')}|{w.fragment('about')})?\s*"
        rf"(?:(?P<n>\d[\d,. ]*\d|\d|{w.fragment('numbers')})"
        rf"(?:\s+(?P<scale>{w.fragment('scales')}))?|(?P<many>millions|thousands|hundreds|dozens)\s+of)"
    )
    counted = re.compile(rf"(?<![\w-]){number}\s+(?:more\s+)?(?P<who>{w.fragment('sufferers')})(?!\w)", re.IGNORECASE)
    best: tuple[int, re.Match[str]] | None = None
    for m in counted.finditer(r.text, sentence.start, sentence.end):
        apart = min(abs(m.start() - hit.end()), abs(hit.start() - m.end()))
        if best is None or apart < best[0]:
            best = apart, m
    if best is None:
        if m2 := re.compile(rf"(?<!\w){w.fragment('parts')}\s", re.IGNORECASE).search(
            r.text, sentence.start, hit.start()
        ):
            return "places", None, None, (m2.start(), m2.end())
        return None
    m = best[1]
    who = str(w.value("sufferers", m["who"]))
    if m["many"]:
        return who, None, None, (m.start(), m.end())
    value = w.number(m["n"])
    if value is None:
        return None
    if m["scale"]:
        value *= float(w.value("scales", m["scale"]))
    whole = round(value)
    said = m["q"] or ""
    floor, ceiling = w.has("at_least", said) and said.lower() != "some", w.has("at_most", said)
    return (
        who,
        None if ceiling else whole,
        None if floor else whole,
        (m.start(), m.end("scale") if m["scale"] else m.end("n")),
    )


def _cold(r: Reader, index: int, sentence: Sentence) -> list[Fact]:
    text = r.of(sentence)
    if not r.w.has("cold_words", text) and not re.search(r"\d ?°? ?C\b", text):
        return []
    degrees = r.w.fragment("degrees")
    hit = re.search(rf"(?<![\w-]){degrees}(?!\w)", text, re.IGNORECASE)
    freezing = r.w.pattern("below_freezing").search(text)
    if hit is None and freezing is None:
        return []
    span = (hit or freezing).span()  # type: ignore[union-attr]
    value = -float(next(v for k, v in hit.groupdict().items() if k in ("n", "n2") and v)) if hit else None
    a, b = sentence.start + span[0], sentence.start + span[1]
    ahead = r.w.has("forward", text[: span[0]])
    low = None if value is None else Found(value, a, b, "degrees below zero")
    high = Found(
        value if value is not None else 0.0, a, b, "degrees below zero" if hit else "below freezing: at most 0 C"
    )
    return [
        Fact(
            sentence.start,
            sentence.end,
            "fact: a temperature",
            fact=Found(COLD, a, b, "words of cold"),
            quantity=Found("temperature", a, b, "degrees C"),
            value_min=low,
            value_max=high,
            place=_place(r, sentence),
            day=_day(r, index, sentence),
            forecast=Found(True, a, b, "spoken of as to come") if ahead else None,
            said_by=_said_by(r, index),
        )
    ]


def _place(r: Reader, sentence: Sentence) -> Found | None:
    floor = max([sentence.start, *(b for a, b in r.article.skipped if a <= sentence.start < b)])
    best = r.places.best(floor, sentence.end)
    return best.found() if best else None


def _day(r: Reader, index: int, sentence: Sentence) -> Found | None:
    spoken = {a.said_on.start for a in r.speakers.by_sentence(index) if a.said_on}
    days = [
        d
        for d in r.days(sentence.start, sentence.end)
        if d.start not in spoken and not is_past(d.day, r.article.published)
    ]
    days = [d for d in days if not r.w.has("deadline", r.text[max(sentence.start, d.start - 12) : d.start])]
    return Found(days[0].text, days[0].start, days[0].end, f"the day beside it: {days[0].reason}") if days else None


def _said_by(r: Reader, index: int) -> Found | None:
    own = r.speakers.by_sentence(index)
    return own[-1].speaker.name if own else None
