"""Who announces a pledge, who makes it, and which parties are bound by it?"""

from __future__ import annotations

import re
from dataclasses import replace

from holdfire.articles.items import Found, Many
from holdfire.articles.people import Speaker
from holdfire.articles.pledge_words import Hit
from holdfire.articles.sentences import Sentence
from holdfire.articles.speech import Attribution
from holdfire.articles.terms import Reader

_GENERIC = (
    "army",
    "military",
    "government",
    "governments",
    "forces",
    "армія",
    "армия",
    "войска",
    "правительство",
    "уряд",
    "troops",
    "side",
)


def floor(r: Reader, sentence: Sentence, hit: Hit) -> int:
    """Return from where the subject of a pledge is looked for: the start of its quote, or of its sentence."""
    starts = [q.start for q in sentence.quotes if q.start <= hit.at < q.end]
    skipped = [b for a, b in r.article.skipped if a <= sentence.start < b]
    return max([sentence.start, *starts, *skipped])


def announcer_of(r: Reader, index: int, hit: Hit, own: Attribution | None, speaker: Speaker | None) -> Found | None:
    for attribution in r.speakers.by_sentence(index):
        if attribution.verb[0] <= hit.at < attribution.verb[1] and attribution.speaker:
            return attribution.speaker.name
    if own is not None and not _is_outlet(r, own):
        return own.speaker.name
    paragraph = r.sentences[index].paragraph
    earlier = [
        a for a in r.speakers.attributions if a.sentence < index and r.sentences[a.sentence].paragraph == paragraph
    ]
    if earlier and earlier[-1].kind in ("announce", "say", "confirm") and earlier[-1].sentence == index - 1:
        return earlier[-1].speaker.name
    return speaker.name if speaker is not None and hit.rule == "declared a truce" else None


def announced_on(r: Reader, sentence: Sentence, announcer: Found | None) -> Found | None:
    """Return the day on which the announcer spoke, in the same sentence or else earlier in the same paragraph."""
    if announcer is None:
        return None
    here = r.sentences.index(sentence)
    days = [
        (abs(a.sentence - here), a.said_on)
        for a in r.speakers.attributions
        if a.said_on
        and a.speaker.name.value == announcer.value
        and a.sentence <= here
        and r.sentences[a.sentence].paragraph == sentence.paragraph
    ]
    return min(days, key=lambda d: d[0])[1] if days else None


def _is_outlet(r: Reader, attribution: Attribution) -> bool:
    return (
        r.article.outlet is not None and str(attribution.speaker.name.value).casefold() == r.article.outlet.casefold()
    )


def who_pledges(r: Reader, speaker: Speaker, span: tuple[int, int], own: Attribution | None) -> tuple[Many, Many]:
    """Return the person who pledges, if one is named, and the parties bound."""
    named = r.parties.names(*span)
    joined = len(named) > 1 and re.search(r"\s(?:and|та|і|и)\s", r.text[slice(*span)]) is not None
    if not joined and speaker.party is not None and speaker.party.reason == "an armed group":
        return (), (speaker.party,)
    if len(named) > 1:
        return (), tuple(Found(m.name, m.start, m.end, "a side of the pledge") for m in named)
    if (
        speaker.person
        and named == []
        and str(speaker.name.value).lower() not in _GENERIC
        and own is not None
        and own.speaker.name == speaker.name
    ):
        return (), sides(speaker)
    if speaker.person:
        return ((speaker.name,) if str(speaker.name.value)[:1].isupper() else ()), sides(speaker)
    if (
        speaker.party is None
        and str(speaker.name.value).split()[-1].lower() in _GENERIC
        and own is not None
        and own.speaker.party is not None
    ):
        return (), (replace(own.speaker.party, reason="the side of who announces it"),)
    return (), sides(speaker)


def sides(speaker: Speaker) -> Many:
    if speaker.party is not None:
        return (speaker.party,)
    return () if speaker.person else (speaker.name,)


def referent_of(r: Reader, sentence: Sentence, hit: Hit, own: Attribution | None, written: str) -> Speaker | None:
    """Return whom a pronoun means: the last person named before it that is not the speaker, else the speaker."""
    if written.lower() not in ("he", "she", "він", "вона", "он", "она"):
        return own.speaker if own else None
    others = [
        p
        for p in r.speakers.people()
        if own is None or p.name != own.speaker.name
        for m in [r.text.rfind(str(p.name.value).split()[-1], sentence.start, hit.at)]
        if m >= 0
    ]
    return others[-1] if others else own.speaker if own else None


def who_was_asked(r: Reader, sentence: Sentence, hit: Hit) -> Speaker | None:
    match = re.search(r"(?:asked|requested|urged)\s+", r.text[sentence.start : hit.act])
    return r.speakers.after(sentence.start + match.end(), hit.act) if match else None


def declared_by(r: Reader, sentence: Sentence, hit: Hit) -> Speaker | None:
    match = re.compile(r"\bby\s+").search(r.text, hit.at, sentence.end)
    return r.speakers.after(match.end(), sentence.end) if match else None


def inner_speaker(r: Reader, sentence: Sentence, at: int) -> Speaker | None:
    """Return who speaks in a quote within a quote; null outside of one."""
    inner = [q for q in sentence.quotes if q.depth == 2 and q.start <= at < q.end]
    outer = [q for q in sentence.quotes if q.depth == 1 and q.start <= at < q.end]
    return r.speakers.inside(outer[0], inner[0]) if inner and outer else None
