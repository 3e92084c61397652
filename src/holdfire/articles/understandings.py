"""What does each side take the truce to cover, and what does it keep a right to?"""

from __future__ import annotations

import re
from dataclasses import replace

from holdfire.articles.items import Found, Understanding
from holdfire.articles.parties import ADJECTIVE
from holdfire.articles.people import Speaker
from holdfire.articles.sentences import Sentence
from holdfire.articles.terms import Reader, codes, read_terms, targets

_PARTED = re.compile(r"(?:,\s+while\s+|;\s+|,\s+whereas\s+|,\s+but\s+)", re.IGNORECASE)


def understandings(r: Reader) -> list[Understanding]:
    """Return what the article says that each side understands, in order; one per side and sentence."""
    found: list[Understanding] = []
    for index in range(len(r.sentences)):
        for sentence in r.said(index):
            for one in (*_understood(r, index, sentence), *_covered(r, index, sentence)):
                same = [
                    n
                    for n, f in enumerate(found)
                    if f.start == one.start and f.holder and one.holder and f.holder.value == one.holder.value
                ]
                if same:
                    found[same[0]] = _with_right(found[same[0]], one)
                else:
                    found.append(one)
    return found


def _understood(r: Reader, index: int, sentence: Sentence) -> list[Understanding]:
    """Read "X understands / expects / may only / keeps the right to ..."."""
    text, low = r.text, sentence.start
    hits: list[tuple[int, int, Speaker, int, str]] = []
    for key in ("understands", "may_only", "retains"):
        for m in r.w.pattern(key).finditer(text, low, sentence.end):
            if sentence.depth(m.start()):
                continue
            subject = r.speakers.before(low, m.start())
            speaker, at = (subject[0], subject[1][0]) if subject else (None, m.start())
            if subject is None and key == "retains" and hits and re.search(r"\b(?:but|and)\s+$", text[low : m.start()]):
                speaker = hits[-1][2]
            if speaker is not None and (speaker.party is not None or not speaker.person):
                hits.append((m.start(), m.end(), speaker, at, key))
    for m in r.w.pattern("means").finditer(text, low, sentence.end):
        named = re.match(r"For\s+", text[low : m.start()])
        who = r.speakers.after(low + named.end(), m.start()) if named else None
        if who is not None:
            hits.append((m.start(), m.end(), who, low, "means"))
    hits.sort(key=lambda h: h[0])
    found = []
    for number, (_, end, speaker, _, key) in enumerate(hits):
        ceiling = hits[number + 1][3] if number + 1 < len(hits) else sentence.end
        parted = _PARTED.search(text, end, ceiling)
        ceiling = parted.start() if parted else ceiling
        if not (r.w.has("truce", text[low:ceiling]) or r.w.has("halt", text[low:ceiling]) or key == "retains"):
            continue
        found.append(_understanding(r, index, sentence, speaker, end, ceiling, key))
    return [f for f in found if f is not None]


def _understanding(
    r: Reader, index: int, sentence: Sentence, speaker: Speaker, start: int, end: int, key: str
) -> Understanding | None:
    by = r.speakers.by_sentence(index)
    said_by = next((a.speaker.name for a in by if a.speaker.name != speaker.name), None) or _carried(r, index)
    blank = Understanding(sentence.start, sentence.end, f"reading: {key}", holder=_holder(speaker), said_by=said_by)
    if key == "retains":
        return replace(blank, allows_acts=codes(r, "acts", start, end), allows_targets=targets(r, start, end))
    terms = read_terms(r, start, end)
    if not any((terms.starts, terms.ends, terms.lasts, terms.acts, terms.targets, terms.places)):
        return None
    mutual = r.w.pattern("mutual").search(r.text, start, end)
    return replace(
        blank,
        starts=terms.starts,
        ends=terms.ends,
        lasts=terms.lasts,
        acts=terms.acts,
        targets=terms.targets,
        places=terms.places,
        mutual=Found(True, mutual.start(), mutual.end(), "said to hold for both") if mutual else None,
    )


def _carried(r: Reader, index: int) -> Found | None:
    """Return who the paragraph has been citing up to a sentence that cites nobody."""
    paragraph = r.sentences[index].paragraph
    earlier = [
        a for a in r.speakers.attributions if a.sentence < index and r.sentences[a.sentence].paragraph == paragraph
    ]
    if not earlier:
        return None
    return replace(earlier[-1].speaker.name, reason="cited in the sentence before")


def _holder(speaker: Speaker) -> Found:
    return speaker.party or speaker.name


def _covered(r: Reader, index: int, sentence: Sentence) -> list[Understanding]:
    """Read "X said the truce covers ..." as the understanding of the side that X speaks for."""
    found = []
    for m in r.w.pattern("covers").finditer(r.text, sentence.start, sentence.end):
        own = r.speakers.at(index, m.start())
        if own is None or (own.speaker.party is None and own.speaker.person) or own.kind in ("deny", "accuse"):
            continue
        if _is_pronoun(r, m) and not _speaks_of_truce(r, index, m.start()):
            continue
        ends = [a.verb[0] for a in r.speakers.by_sentence(index) if a.verb[0] > m.end()]
        high = min([sentence.end, *ends])
        if parted := _PARTED.search(r.text, m.end(), high):
            high = parted.start()
        last_word = r.text[m.start() : m.end()].split()[-1]
        start = m.end() - len(last_word)
        terms = read_terms(r, start, high)
        if not any((terms.starts, terms.ends, terms.lasts, terms.acts, terms.targets, terms.places)):
            continue
        about = [
            x
            for x in r.parties.names(start, high, ADJECTIVE)
            if own.speaker.party and x.name != own.speaker.party.value
        ]
        found.append(
            Understanding(
                sentence.start,
                sentence.end,
                "reading: said to cover" + (" (speaks of another side)" if about else ""),
                holder=_holder(own.speaker),
                starts=terms.starts,
                ends=terms.ends,
                lasts=terms.lasts,
                acts=terms.acts,
                targets=terms.targets,
                places=terms.places,
                said_by=own.speaker.name,
            )
        )
    return found


def _is_pronoun(r: Reader, m: re.Match[str]) -> bool:
    return m.group().split()[0].lower() in ("it", "week", "воно", "оно")


def _speaks_of_truce(r: Reader, index: int, at: int) -> bool:
    """Tell whether a truce was spoken of in this sentence before a pronoun, or in the sentence before it."""
    floor = r.sentences[index - 1].start if index else 0
    return r.w.has("truce", r.text[floor:at]) or r.w.has("halt", r.text[floor:at])


def _with_right(one: Understanding, other: Understanding) -> Understanding:
    """Put what a side keeps the right to beside what it takes the truce to cover."""
    return replace(
        one,
        allows_acts=one.allows_acts + other.allows_acts,
        allows_targets=one.allows_targets + other.allows_targets,
        ends=one.ends or other.ends,
        starts=one.starts or other.starts,
        lasts=one.lasts or other.lasts,
        places=one.places or other.places,
        targets=one.targets or other.targets,
        acts=one.acts or other.acts,
    )
