"""Who pledges to hold fire, who announces it, and on which terms? Denied and recalled pledges are left out."""

from __future__ import annotations

import re
from dataclasses import fields, replace

from holdfire.articles.dates import has_past_year, is_past
from holdfire.articles.items import Found, Many, Pledge
from holdfire.articles.pledge_sides import (
    announced_on,
    announcer_of,
    declared_by,
    floor,
    inner_speaker,
    referent_of,
    sides,
    who_pledges,
    who_was_asked,
)
from holdfire.articles.pledge_words import CONDITIONAL, PROPOSED, Hit, hits
from holdfire.articles.sentences import Sentence
from holdfire.articles.terms import Reader, read_terms


def pledges(r: Reader) -> list[Pledge]:
    """Return the pledges of an article, each once: what several sentences say of one is put together."""
    found: list[Pledge] = []
    for index in range(len(r.sentences)):
        for sentence in r.said(index):
            if _recalled(r, sentence):
                continue
            for hit in hits(r, sentence):
                pledge = _pledge(r, index, sentence, hit)
                if pledge is not None:
                    _add(found, pledge)
    return found


def _recalled(r: Reader, sentence: Sentence) -> bool:
    text = r.of(sentence)
    if r.w.has("old", text) or r.w.has("recalled", text) or has_past_year(text, r.article.published):
        return True
    days = r.days(sentence.start, sentence.end)
    return any(is_past(d.day, r.article.published) for d in days)


def _pledge(r: Reader, index: int, sentence: Sentence, hit: Hit) -> Pledge | None:
    own = r.speakers.at(index, hit.at)
    inner = inner_speaker(r, sentence, hit.at)
    quoted = sentence.depth(hit.at) > 0
    subject = None if hit.rule == "a truce declared by" else r.speakers.before(floor(r, sentence, hit), hit.at)
    speaker, written = (subject[0], subject[2]) if subject else (None, "")
    announcer = announcer_of(r, index, hit, own, speaker)
    pledger: Many = ()
    parties: Many = ()
    if hit.rule == "a truce declared by":
        agent = r.speakers.at(index, sentence.start)
        declared = declared_by(r, sentence, hit)
        announcer = declared.name if declared else announcer or (agent.speaker.name if agent else None)
        parties = sides(declared) if declared else ()
    elif hit.rule == "asked, and they agreed":
        who = who_was_asked(r, sentence, hit)
        if who is not None:
            pledger, parties = ((who.name,) if who.person else ()), sides(who)
    elif hit.rule == "proposed a truce":
        announcer = announcer or (speaker.name if speaker else None)
    elif r.w.pattern("own").fullmatch(written) or (
        subject is None and quoted and r.w.has("own", r.text[sentence.start : hit.at])
    ):
        if inner is not None:
            pledger, parties = (inner.name,), (() if inner.party is None else (inner.party,))
        elif own is not None:
            parties = sides(own.speaker)
    elif subject is not None and speaker is None:
        referent = referent_of(r, sentence, hit, own, written)
        if referent is not None:
            pledger, parties = (
                ((referent.name,) if referent.person and referent is not (own.speaker if own else None) else ()),
                sides(referent),
            )
    elif speaker is not None:
        pledger, parties = who_pledges(r, speaker, subject[1] if subject else (0, 0), own)
    if not parties and not pledger and hit.status != PROPOSED and subject is None and hit.rule != "halts":
        return None
    return _with_terms(r, sentence, hit, subject[1] if subject else None, announcer, pledger, parties)


def _with_terms(
    r: Reader,
    sentence: Sentence,
    hit: Hit,
    subject: tuple[int, int] | None,
    announcer: Found | None,
    pledger: Many,
    parties: Many,
) -> Pledge | None:
    text = r.of(sentence)
    low = subject[1] if subject and subject[1] <= hit.act else hit.act
    end = _clause_end(r, sentence, hit)
    terms = read_terms(r, min(low, hit.at), end, days_from=sentence.start)
    acts = read_terms(r, hit.act, min(end, hit.end + 40)).acts
    where = terms.places
    if not where and hit.status != CONDITIONAL and hit.rule != "a truce declared by":
        where = tuple(p.found() for p in r.places.adjectival(hit.act, end))
    cause = next(
        (
            Found(v, sentence.start + a, sentence.start + b, "the reason given")
            for a, b, v in r.w.values("causes", text)
        ),
        None,
    )
    mutual = r.w.pattern("mutual").search(text)
    if (
        hit.rule == "will halt"
        and re.match(r"(?:will|would|shall)\s+not\b", r.text[hit.at : hit.end])
        and not (terms.lasts or terms.ends or terms.starts)
    ):
        return None
    bare = hit.rule in (
        "agreed to a truce",
        "declared a truce",
        "a truce declared by",
        "proposed a truce",
        "would agree only if",
    )
    return Pledge(
        sentence.start,
        sentence.end,
        f"pledge: {hit.rule}",
        announcer=announcer,
        announced_on=announced_on(r, sentence, announcer),
        pledger=pledger,
        parties=parties,
        status=Found(hit.status, min(hit.at, hit.act), max(hit.at, hit.end), hit.rule),
        starts=terms.starts,
        ends=terms.ends,
        lasts=terms.lasts,
        acts=() if bare and hit.rule != "proposed a truce" else acts,
        targets=terms.targets,
        place=where,
        cause=cause,
        mutual=Found(True, sentence.start + mutual.start(), sentence.start + mutual.end(), "said to hold for both")
        if mutual
        else None,
    )


def _clause_end(r: Reader, sentence: Sentence, hit: Hit) -> int:
    """Return where the words of a pledge end: before who said it, at a condition, at the end of its quote."""
    end = sentence.end
    for attribution in r.speakers.by_sentence(r.sentences.index(sentence)):
        start = min(attribution.np[0], attribution.verb[0])
        if hit.end <= start:
            end = min(end, start)
    for quote in sentence.quotes:
        if quote.start <= hit.act < quote.end:
            end = min(end, quote.end)
    if hit.rule == "would agree only if":
        return hit.end
    condition = r.w.pattern("conditional").search(r.text, hit.end, end)
    return condition.start() if condition else end


def _add(found: list[Pledge], pledge: Pledge) -> None:
    """Add a pledge, or put it together with an earlier one that it does not contradict."""
    for number, other in enumerate(found):
        if _agree(other, pledge):
            found[number] = _merged(other, pledge)
            return
    found.append(pledge)


def _agree(a: Pledge, b: Pledge) -> bool:
    def values(many: Many) -> set[object]:
        return {f.value for f in many}

    same_sides = bool(values(a.parties) & values(b.parties)) or (
        not (a.parties and b.parties) and bool(values(a.pledger) & values(b.pledger))
    )
    announcers = a.announcer is None or b.announcer is None or a.announcer.value == b.announcer.value
    bounds = all(
        getattr(a, f) is None or getattr(b, f) is None or getattr(a, f).value == getattr(b, f).value
        for f in ("starts", "ends", "lasts", "status")
    )
    return same_sides and announcers and bounds


def _merged(a: Pledge, b: Pledge) -> Pledge:
    def union(x: Many, y: Many) -> Many:
        return x + tuple(f for f in y if f.value not in {g.value for g in x})

    changes: dict[str, object] = {}
    for field in fields(a):
        mine, other = getattr(a, field.name), getattr(b, field.name)
        if isinstance(mine, tuple):
            changes[field.name] = union(mine, other)
        elif mine is None:
            changes[field.name] = other
    return replace(a, **changes)  # type: ignore[arg-type]
