"""Which acts of violence are reported, and by whom? What may happen, did not, or did long ago is none of them."""

from __future__ import annotations

import re
from dataclasses import replace

from holdfire.articles.dates import has_past_year, is_past
from holdfire.articles.items import Found, Incident
from holdfire.articles.parties import ADJECTIVE, NAME
from holdfire.articles.places import COUNTRY
from holdfire.articles.sentences import Sentence
from holdfire.articles.speech import Attribution
from holdfire.articles.terms import Reader, codes, targets
from holdfire.articles.tolls import Toll, launched, toll

_REACH = 30


def incidents(r: Reader) -> list[Incident]:
    """Return the reported incidents, each once: a toll that is corrected further down replaces the earlier one."""
    found: list[Incident] = []
    for index in range(len(r.sentences)):
        for sentence in r.said(index):
            for start, end, own in _parts(r, index, sentence):
                _read(r, index, sentence, start, end, own, found)
    return found


def _parts(r: Reader, index: int, sentence: Sentence) -> list[tuple[int, int, Attribution | None]]:
    """Return the spans of a sentence that say what happened, each with who says it."""
    floor = max([sentence.start, *(b for a, b in r.article.skipped if a <= sentence.start < b)])
    own = r.speakers.by_sentence(index)
    if not own:
        return [(floor, sentence.end, None)]
    return [(max(a, floor), b, x) for x in own for a, b in x.content if b > floor and b - max(a, floor) > 3]


def _read(
    r: Reader, index: int, sentence: Sentence, start: int, end: int, own: Attribution | None, found: list[Incident]
) -> None:
    part = r.text[start:end]
    dead = toll(r.text, start, end, r.w)
    if dead.update:
        _correct(r, found, dead)
        return
    verb = r.w.pattern("attack_verbs").search(part)
    if verb is None and not dead:
        return
    if own is not None and own.kind in ("deny", "warn", "propose", "announce"):
        return
    if _recalled(r, start, end) or sentence.depth(start + (verb.start() if verb else 0)):
        return
    at = verb.start() if verb else 0
    if verb and _did_not_happen(r, part, at) and not dead:
        return
    if dead and verb is None and _is_supplement(r, found, index):
        found[-1] = _supplemented(found[-1], dead, own)
        return
    incident = _incident(r, index, sentence, start, end, dead, own, found)
    named = incident.weapon or incident.target or incident.actor
    if dead and not (incident.place or named) and _is_supplement(r, found, index):
        found[-1] = _supplemented(found[-1], dead, own)
        return
    counted = incident.launched is not None
    hit = verb is not None and incident.weapon and (incident.target or incident.place)
    struck = verb is not None and incident.target and incident.place
    if not (dead and (dead.killed or incident.place or named)) and not hit and not struck and not counted:
        return
    if dead.killed is None and dead.injured is None and not counted and incident.place is None and not incident.target:
        return
    found.append(incident)


def _recalled(r: Reader, start: int, end: int) -> bool:
    part = r.text[start:end]
    if r.w.has("old", part) or r.w.has("cumulative", part) or has_past_year(part, r.article.published):
        return True
    return any(is_past(d.day, r.article.published) for d in r.days(start, end))


def _did_not_happen(r: Reader, part: str, at: int) -> bool:
    before = re.split(r"[,;]|\bthat\b|\bщо\b|\bчто\b", part[:at])[-1]
    return r.w.has("not_happened", before) or r.w.pattern("not_happened").match(part[at:]) is not None


def _is_supplement(r: Reader, found: list[Incident], index: int) -> bool:
    """Tell whether the sentence goes on about the incident of the sentence before it, in the same paragraph."""
    if not found:
        return False
    last = next((n for n, s in enumerate(r.sentences) if s.start <= found[-1].start < s.end), -9)
    return index - last in (0, 1) and r.sentences[last].paragraph == r.sentences[index].paragraph


def _supplemented(incident: Incident, dead: Toll, own: Attribution | None) -> Incident:
    killed = dead.killed.bounds("counted beside it") if dead.killed else (None, None)
    injured = dead.injured.bounds("counted beside it") if dead.injured else (None, None)
    unknown_killed = incident.killed_min is None and incident.killed_max is None
    unknown_injured = incident.injured_min is None and incident.injured_max is None
    return replace(
        incident,
        killed_min=killed[0] if unknown_killed else incident.killed_min,
        killed_max=killed[1] if unknown_killed else incident.killed_max,
        injured_min=injured[0] if unknown_injured else incident.injured_min,
        injured_max=injured[1] if unknown_injured else incident.injured_max,
        said_by=incident.said_by or (own.speaker.name if own else None),
    )


def _correct(r: Reader, found: list[Incident], dead: Toll) -> None:
    """Put the corrected number of dead in place of the earlier one, in the last incident that has a toll."""
    for number in range(len(found) - 1, -1, -1):
        if (found[number].killed_min or found[number].killed_max) and dead.killed:
            low, high = dead.killed.bounds("a later count in the same article")
            found[number] = replace(found[number], killed_min=low, killed_max=high)
            return


def _incident(
    r: Reader,
    index: int,
    sentence: Sentence,
    start: int,
    end: int,
    dead: Toll,
    own: Attribution | None,
    found: list[Incident],
) -> Incident:
    killed = dead.killed.bounds("counted as killed") if dead.killed else (None, None)
    injured = dead.injured.bounds("counted as injured") if dead.injured else (None, None)
    count = launched(r.text, start, end, r.w) if r.w.has("forces", r.text[start:end]) else None
    return Incident(
        sentence.start,
        sentence.end,
        "incident: an attack or a toll is reported as having happened",
        day=_day(r, index, start, end),
        place=_place(r, sentence, start, end),
        actor=_actor(r, start, end),
        weapon=_narrowest(r, codes(r, "weapons", start, end), start, end),
        target=_struck(r, start, end),
        killed_min=killed[0],
        killed_max=killed[1],
        injured_min=injured[0],
        injured_max=injured[1],
        launched=None
        if count is None or count.least is None
        else Found(count.least, count.start, count.end, "weapons counted, added up"),
        said_by=_said_by(r, index, own),
    )


def _narrowest(r: Reader, found: tuple[Found, ...], start: int, end: int) -> tuple[Found, ...]:
    """Leave out weapons that the text only says fell silent, failed or were shot down."""
    return tuple(f for f in found if not re.search(r"\b(?:no|without)\s+$", r.text[start : f.start]))


def _struck(r: Reader, start: int, end: int) -> tuple[Found, ...]:
    found = targets(r, start, end)
    if r.w.has("outage", r.text[start:end]):
        # Homes that are counted as being without power are not what was struck.
        left = [(start + a, start + b) for a, b, _ in r.w.values("sufferers", r.text[start:end])]
        found = tuple(f for f in found if not any(a <= f.start < b for a, b in left))
    return tuple(f for f in found if f.value not in ("populated_area", "infrastructure") or len(found) == 1)


def _day(r: Reader, index: int, start: int, end: int) -> Found | None:
    spoken = {a.said_on.start for a in r.speakers.by_sentence(index) if a.said_on}
    days = [d for d in r.days(start, end) if d.start not in spoken]
    days = [d for d in days if not r.w.has("deadline", r.text[max(start, d.start - 12) : d.start])]
    if days:
        return Found(days[0].text, days[0].start, days[0].end, f"the day beside it: {days[0].reason}")
    if hit := r.w.pattern("same_day").search(r.text, start, end):
        day = r.article.published
        earlier = [d for d in r.days(r.article.body, start) if not d.night and (day is None or d.day <= day)]
        if earlier:
            return Found(earlier[-1].text, hit.start(), hit.end(), f"the same day as named before: {earlier[-1].day}")
    return None


def _place(r: Reader, sentence: Sentence, start: int, end: int) -> Found | None:
    best = r.places.best(start, end)
    if best is not None and best.level == COUNTRY and r.places.within(start, end)[0].level == COUNTRY:
        return best.found()
    return None if best is None else best.found()


def _actor(r: Reader, start: int, end: int) -> Found | None:
    """Return whose forces or weapons struck: "a Russian drone", "Russian forces", "accused the army of bombing"."""
    forces = r.w.fragment("forces")
    for mention in r.parties.mentions(start, end):
        after = r.text[mention.end : min(end, mention.end + _REACH)]
        if mention.how == ADJECTIVE and re.match(rf"(?:\s+[\w-]+)?\s+{forces}(?!\w)", after, re.IGNORECASE):
            return Found(mention.name, mention.start, mention.end, "its forces or weapons did it")
        if mention.how == ADJECTIVE and re.match(r"(?:росіян|россиян|Russians)", r.text[mention.start : mention.end]):
            return Found(mention.name, mention.start, mention.end, "its forces did it")
        if mention.how == NAME and re.match(r"\s+(?:launched|fired|attacked|struck|shelled|bombed)\b", after):
            return Found(mention.name, mention.start, mention.end, "it did it")
    if accused := re.match(
        r"\s*(?:the\s+)?(?P<who>[\w-]+)\s+of\s+(?:bombing|shelling|attacking|striking|killing|firing)",
        r.text[start:end],
    ):
        a, b = start + accused.start("who"), start + accused.end("who")
        return Found(r.text[a:b], a, b, "accused of it")
    return None


def _said_by(r: Reader, index: int, own: Attribution | None) -> Found | None:
    if own is not None:
        return own.speaker.name
    paragraph = r.sentences[index].paragraph
    earlier = [
        a for a in r.speakers.attributions if a.sentence == index - 1 and r.sentences[a.sentence].paragraph == paragraph
    ]
    if earlier:
        return replace(earlier[-1].speaker.name, reason="cited in the sentence before")
    return None
