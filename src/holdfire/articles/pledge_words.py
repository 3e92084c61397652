"""In which words is a pledge made, and is it made, made on a condition, or only proposed?"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from holdfire.articles.sentences import Sentence
from holdfire.articles.terms import Reader

PLEDGED, CONDITIONAL, PROPOSED = "pledged", "conditional", "proposed"
_GAP = r"(?:\s+(?:[^\s,;.]+)){0,5}?\s+"
_TRUCE = r"(?:to\s+)?(?:(?:an?|the)\s+)?(?:[\w-]+\s+){0,4}?"


@dataclass(frozen=True)
class Hit:
    """Where a pledge is made: `at` is where its verb begins, [act, end) the words for what is halted."""

    at: int
    act: int
    end: int
    rule: str
    status: str = PLEDGED


def hits(r: Reader, sentence: Sentence) -> list[Hit]:
    """Return where a sentence makes pledges, once each: of several words for one pledge, the first."""
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
    found: list[Hit] = []
    for rule, pattern in rules:
        for m in re.finditer(pattern + r"(?!\w)", text, re.IGNORECASE):
            hit = Hit(
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


def _one_subject(r: Reader, sentence: Sentence, found: list[Hit]) -> bool:
    """Tell whether several hits of a sentence are one pledge: nothing like "while" or "but" parts them."""
    low, high = min(h.at for h in found), max(h.at for h in found)
    return re.search(r"(?:\bwhile\b|\bbut\b|;|\bwhereas\b)", r.text[low:high]) is None


def _denied(r: Reader, sentence: Sentence, hit: Hit) -> bool:
    before = r.text[sentence.start : hit.act]
    return (
        r.w.has("denied", before)
        or re.search(r"(?:did|has|have|had|would|will|do|does)(?: not|n['’]t) (?:agree|promise|accept)", before)
        is not None
    )


def _status(r: Reader, sentence: Sentence, hit: Hit) -> str:
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
