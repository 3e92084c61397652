"""Who pledges to hold fire, who announces it, and on which terms? Denied and recalled pledges are left out."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace

from holdfire.articles.dates import has_past_year, is_past
from holdfire.articles.items import Found, Many, Pledge
from holdfire.articles.people import Speaker
from holdfire.articles.sentences import Sentence
from holdfire.articles.speech import Attribution
from holdfire.articles.terms import Reader, read_terms

PLEDGED, CONDITIONAL, PROPOSED = "pledged", "conditional", "proposed"
_GAP = r"(?:\s+(?:[^\s,;.]+)){0,5}?\s+"
_TRUCE = r"(?:to\s+)?(?:(?:an?|the)\s+)?(?:[\w-]+\s+){0,4}?"
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


@dataclass(frozen=True)
class _Hit:
    """Where a pledge is made: `at` is where its verb begins, [act, end) the words for what is halted."""

    at: int
    act: int
    end: int
    rule: str
    status: str = PLEDGED


def pledges(r: Reader) -> list[Pledge]:
    """Return the pledges of an article, each once: what several sentences say of one is put together."""
    found: list[Pledge] = []
    for index in range(len(r.sentences)):
        for sentence in r.said(index):
            if _recalled(r, sentence):
                continue
            for hit in _hits(r, sentence):
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


def _hits(r: Reader, sentence: Sentence) -> list[_Hit]:
    text, w = r.of(sentence), r.w
    halt, truce, agree = w.fragment("halt"), w.fragment("truce"), w.fragment("agree")
    rules = (
        (
            "asked, and they agreed",
            rf"(?:asked|requested|urged)\s+(?P<who>[^,.;]+?)\s+to\s+(?P<act>{halt}).*?"
            r"\b(?P<verb>(?:he|she|they|it)\s+(?:has\s+|have\s+|had\s+)?(?:agreed|said yes))",
        ),
        ("agreed to halt", rf"(?<!\w)(?P<verb>{agree})(?:{_GAP}|\s+)(?P<act>{halt})"),
        ("agreed to a truce", rf"(?<!\w)(?P<verb>{agree})\s+{_TRUCE}(?P<act>{truce})"),
        ("would agree only if", rf"(?<!\w)(?P<verb>{agree})\s+(?P<act>{w.fragment('conditional')})"),
        ("will halt", rf"(?<!\w)(?P<verb>{w.fragment('will')})\s+(?:only\s+)?(?P<act>{halt})"),
        ("halts", rf"(?<!\w)(?P<verb>(?P<act>{w.fragment('halts')}))"),
        ("declared a truce", rf"(?<!\w)(?P<verb>{w.fragment('declare')})\s+(?:on\s+\w+\s+)?{_TRUCE}(?P<act>{truce})"),
        (
            "a truce declared by",
            rf"(?<!\w)(?:an?|the)\s+(?:[\w-]+\s+){{0,4}}?(?P<act>{truce})\s+(?P<verb>(?:declared|announced|proclaimed)\s+by)",
        ),
        (
            "proposed a truce",
            rf"(?<!\w)(?P<verb>{w.fragment('proposed')})(?:{_GAP}|\s+)(?P<act>{halt}|{_TRUCE}{truce})",
        ),
    )
    found: list[_Hit] = []
    for rule, pattern in rules:
        for m in re.finditer(pattern + r"(?!\w)", text, re.IGNORECASE):
            hit = _Hit(
                sentence.start + m.start("verb"), sentence.start + m.start("act"), sentence.start + m.end("act"), rule
            )
            if any(h.act < hit.end and hit.act < h.end for h in found) or _denied(r, sentence, hit):
                continue
            found.append(replace(hit, status=_status(r, sentence, hit)))
    return (
        sorted(found, key=lambda h: h.at)[:1]
        if len(found) > 1 and len({h.status for h in found}) == 1 and _one_subject(r, sentence, found)
        else found
    )


def _one_subject(r: Reader, sentence: Sentence, found: list[_Hit]) -> bool:
    """Tell whether several hits of a sentence are one pledge: nothing like "while" or "but" parts them."""
    low, high = min(h.at for h in found), max(h.at for h in found)
    return re.search(r"(?:\bwhile\b|\bbut\b|;|\bwhereas\b)", r.text[low:high]) is None


def _denied(r: Reader, sentence: Sentence, hit: _Hit) -> bool:
    before = r.text[sentence.start : hit.act]
    return (
        r.w.has("denied", before)
        or re.search(r"(?:did|has|have|had|would|will|do|does)(?: not|n['’]t) (?:agree|promise|accept)", before)
        is not None
    )


def _status(r: Reader, sentence: Sentence, hit: _Hit) -> str:
    after = r.w.pattern("not_conditional").sub(" ", r.text[hit.act : sentence.end])
    same_quote = sentence.depth(hit.act)
    cond = [m for m in r.w.pattern("conditional").finditer(after) if sentence.depth(hit.act + m.start()) == same_quote]
    if cond or hit.rule == "would agree only if":
        return CONDITIONAL
    before = r.text[sentence.start : hit.end]
    if (
        hit.rule == "proposed a truce"
        or re.match(r"would (?:agree|accept)", r.text[hit.at : hit.end])
        or (r.w.has("proposed", before) and hit.rule != "asked, and they agreed" and hit.rule != "declared a truce")
    ):
        return PROPOSED
    return PLEDGED


def _pledge(r: Reader, index: int, sentence: Sentence, hit: _Hit) -> Pledge | None:
    own = r.speakers.at(index, hit.at)
    inner = _inner_speaker(r, sentence, hit.at)
    quoted = sentence.depth(hit.at) > 0
    subject = None if hit.rule == "a truce declared by" else r.speakers.before(_floor(r, sentence, hit), hit.at)
    speaker, written = (subject[0], subject[2]) if subject else (None, "")
    announcer = _announcer(r, index, hit, own, speaker)
    pledger: Many = ()
    parties: Many = ()
    if hit.rule == "a truce declared by":
        agent = r.speakers.at(index, sentence.start)
        declared = _agent(r, sentence, hit)
        announcer = declared.name if declared else announcer or (agent.speaker.name if agent else None)
        parties = _sides(declared) if declared else ()
    elif hit.rule == "asked, and they agreed":
        who = _asked(r, sentence, hit)
        if who is not None:
            pledger, parties = ((who.name,) if who.person else ()), _sides(who)
    elif hit.rule == "proposed a truce":
        announcer = announcer or (speaker.name if speaker else None)
    elif r.w.pattern("own").fullmatch(written) or (
        subject is None and quoted and r.w.has("own", r.text[sentence.start : hit.at])
    ):
        if inner is not None:
            pledger, parties = (inner.name,), (() if inner.party is None else (inner.party,))
        elif own is not None:
            parties = _sides(own.speaker)
    elif subject is not None and speaker is None:
        referent = _referent(r, sentence, hit, own, written)
        if referent is not None:
            pledger, parties = (
                ((referent.name,) if referent.person and referent is not (own.speaker if own else None) else ()),
                _sides(referent),
            )
    elif speaker is not None:
        pledger, parties = _who(r, speaker, subject[1] if subject else (0, 0), own)
    if not parties and not pledger and hit.status != PROPOSED and subject is None and hit.rule != "halts":
        return None
    return _with_terms(r, sentence, hit, subject[1] if subject else None, announcer, pledger, parties)


def _with_terms(
    r: Reader,
    sentence: Sentence,
    hit: _Hit,
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
        announced_on=_announced_on(r, sentence, announcer),
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


def _clause_end(r: Reader, sentence: Sentence, hit: _Hit) -> int:
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


def _floor(r: Reader, sentence: Sentence, hit: _Hit) -> int:
    """Return from where the subject of a pledge is looked for: the start of its quote, or of its sentence."""
    starts = [q.start for q in sentence.quotes if q.start <= hit.at < q.end]
    skipped = [b for a, b in r.article.skipped if a <= sentence.start < b]
    return max([sentence.start, *starts, *skipped])


def _announcer(r: Reader, index: int, hit: _Hit, own: Attribution | None, speaker: Speaker | None) -> Found | None:
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


def _announced_on(r: Reader, sentence: Sentence, announcer: Found | None) -> Found | None:
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


def _who(r: Reader, speaker: Speaker, span: tuple[int, int], own: Attribution | None) -> tuple[Many, Many]:
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
        return (), _sides(speaker)
    if speaker.person:
        return ((speaker.name,) if str(speaker.name.value)[:1].isupper() else ()), _sides(speaker)
    if (
        speaker.party is None
        and str(speaker.name.value).split()[-1].lower() in _GENERIC
        and own is not None
        and own.speaker.party is not None
    ):
        return (), (replace(own.speaker.party, reason="the side of who announces it"),)
    return (), _sides(speaker)


def _sides(speaker: Speaker) -> Many:
    if speaker.party is not None:
        return (speaker.party,)
    return () if speaker.person else (speaker.name,)


def _referent(r: Reader, sentence: Sentence, hit: _Hit, own: Attribution | None, written: str) -> Speaker | None:
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


def _asked(r: Reader, sentence: Sentence, hit: _Hit) -> Speaker | None:
    match = re.search(r"(?:asked|requested|urged)\s+", r.text[sentence.start : hit.act])
    return r.speakers.after(sentence.start + match.end(), hit.act) if match else None


def _agent(r: Reader, sentence: Sentence, hit: _Hit) -> Speaker | None:
    match = re.compile(r"\bby\s+").search(r.text, hit.at, sentence.end)
    return r.speakers.after(match.end(), sentence.end) if match else None


def _inner_speaker(r: Reader, sentence: Sentence, at: int) -> Speaker | None:
    """Return who speaks in a quote within a quote; null outside of one."""
    inner = [q for q in sentence.quotes if q.depth == 2 and q.start <= at < q.end]
    outer = [q for q in sentence.quotes if q.depth == 1 and q.start <= at < q.end]
    return r.speakers.inside(outer[0], inner[0]) if inner and outer else None


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
