"""Which talks lie ahead? Their day, place, parties and topics, and whether they are set, proposed or off."""

from __future__ import annotations

import re
from dataclasses import replace

from holdfire.articles.items import Found, Many, Talks
from holdfire.articles.parties import GROUP
from holdfire.articles.sentences import Sentence
from holdfire.articles.terms import Reader

_SPLIT = re.compile(r",\s+and\s+|,\s+|\s+and\s+")
_STATUSES = (
    ("talks_dropped", "cancelled"),
    ("talks_off", "postponed"),
    ("talks_proposed", "proposed"),
    ("talks_planned", "scheduled"),
)
_AMONG = re.compile(r"\b(?:from|of|between|and|,)\s+(?:the\s+)?$")
_LIGHT = re.compile(r"^(?:the\s+)?(?:final\s+|critical\s+|key\s+)*(?:issues?|questions?)\s+of\s+", re.IGNORECASE)


def talks(r: Reader) -> list[Talks]:
    """Return the talks that an article looks ahead to, with what the next sentence adds ("at that time")."""
    found: list[Talks] = []
    for index in range(len(r.sentences)):
        for sentence in r.said(index):
            one = _talks(r, index, sentence)
            if found and one is None and _goes_on(r, index, sentence, found[-1]):
                found[-1] = _with(found[-1], _parties(r, sentence), _topics(r, sentence))
            elif (
                one is not None
                and found
                and _goes_on(r, index, sentence, found[-1])
                and one.day is None
                and one.place is None
            ):
                found[-1] = _with(found[-1], one.parties, one.topics)
            elif one is not None:
                found.append(one)
    return found


def _talks(r: Reader, index: int, sentence: Sentence) -> Talks | None:
    text = r.of(sentence)
    hit = r.w.pattern("talks").search(text)
    if hit is None or r.w.has("talks_not", text) or sentence.depth(sentence.start + hit.start()):
        return None
    hits = ((r.w.pattern(key).search(text), status) for key, status in _STATUSES)
    planned, status = next(((h, s) for h, s in hits if h is not None), (None, ""))
    if planned is None:
        return None
    spoken = {a.said_on.start for a in r.speakers.by_sentence(index) if a.said_on}
    days = [d for d in r.days(sentence.start, sentence.end) if d.start not in spoken]
    ahead = [d for d in days if r.article.published is None or d.day >= r.article.published]
    if not ahead and not _place(r, sentence):
        return None
    return Talks(
        sentence.start,
        sentence.end,
        f"talks: spoken of as {status}",
        day=Found(ahead[-1].text, ahead[-1].start, ahead[-1].end, f"the day ahead: {ahead[-1].reason}")
        if ahead
        else None,
        place=_place(r, sentence),
        parties=_parties(r, sentence),
        topics=_topics(r, sentence),
        status=Found(
            status, sentence.start + planned.start(), sentence.start + planned.end(), f"the words for {status}"
        ),
    )


def _place(r: Reader, sentence: Sentence) -> Found | None:
    floor = max([sentence.start, *(b for a, b in r.article.skipped if a <= sentence.start < b)])
    topic = _topic_span(r, sentence)
    found = [p for p in r.places.within(floor, sentence.end) if not (topic and topic[0] <= p.start < topic[1])]
    found = [
        p for p in found if p.level != "country" and re.search(r"\b(?:in|at|to|у|в|во)\s+$", r.text[floor : p.start])
    ]
    return found[0].found() if found else None


def _parties(r: Reader, sentence: Sentence) -> Many:
    """Return the sides named as taking part: those before the topics, outside of who says so."""
    topic = _topic_span(r, sentence)
    named: dict[str, Found] = {}
    named_places = r.places.within(sentence.start, sentence.end)
    for mention in r.parties.mentions(sentence.start, sentence.end):
        if r.speakers.covers(mention.start, mention.end) or (topic and topic[0] <= mention.start < topic[1]):
            continue
        before = r.text[sentence.start : mention.start]
        a_place = mention.how in ("name", GROUP) and any(p.start == mention.start for p in named_places)
        if mention.how == "seat" or (a_place and not _AMONG.search(before)):
            continue
        named.setdefault(mention.name, Found(mention.name, mention.start, mention.end, "named among those who meet"))
    return tuple(named.values()) if len(named) > 1 else ()


def _topic_span(r: Reader, sentence: Sentence) -> tuple[int, int] | None:
    opened = re.compile(rf"(?<![\w-]){r.w.fragment('topics')}", re.IGNORECASE).search(
        r.text, sentence.start, sentence.end
    )
    if opened is None:
        return None
    closed = re.compile("|".join(r.w.entries("topic_ends"))).search(r.text, opened.end(), sentence.end)
    return opened.end(), closed.start() if closed else sentence.end


def _topics(r: Reader, sentence: Sentence) -> Many:
    span = _topic_span(r, sentence)
    opening = "" if span is None else r.text[span[0] : span[1]].lstrip()
    if (
        span is None
        or opening.startswith(("a ", '"', "“"))
        or any(d.start <= span[0] + 2 < d.end for d in r.days(sentence.start, sentence.end))
    ):
        return ()
    found, at = [], span[0]
    for piece in _SPLIT.split(r.text[slice(*span)]):
        topic = _LIGHT.sub("", piece.strip())
        if topic and len(topic.split()) <= 7:
            start = r.text.index(topic, at)
            found.append(Found(topic, start, start + len(topic), "listed as a topic of the talks"))
            at = start + len(topic)
    return tuple(found)


def _goes_on(r: Reader, index: int, sentence: Sentence, last: Talks) -> bool:
    same = any(
        s.start == last.start and s.paragraph == sentence.paragraph for s in r.sentences[max(0, index - 1) : index]
    )
    return same and (
        r.w.pattern("again_there").match(r.of(sentence)) is not None or _topic_span(r, sentence) is not None
    )


def _with(one: Talks, parties: Many, topics: Many) -> Talks:
    return replace(one, parties=one.parties or parties, topics=one.topics or topics)
