"""Who said what on the truce? Every attribution that speaks of it, and what it is about."""

from __future__ import annotations

from dataclasses import replace

from holdfire.articles.items import Document, Found, Many, Pledge, Statement, Understanding
from holdfire.articles.speech import Attribution
from holdfire.articles.terms import Reader, read_terms

_CUES = (
    ("confirmation", "confirmation"),
    ("denial", "denial"),
    ("warning", "warning"),
    ("violation", "violation-claim"),
    ("talks_about", "talks"),
    ("cold_about", "cold"),
    ("outage_about", "outage"),
)
_BY_KIND = {"confirm": "confirmation", "deny": "denial", "warn": "warning"}


def statements(
    r: Reader, pledges: list[Pledge], readings: list[Understanding], named: list[Document]
) -> list[Statement]:
    """Return the statements that speak of a truce, of its violation, of talks, cold or outages."""
    found: list[Statement] = []
    for attribution in r.speakers.attributions:
        for _ in r.said(attribution.sentence):
            about = _about(r, attribution, pledges, readings) or _of_documents(r, attribution, named)
            if about and not _is_outlet(r, attribution):
                found.append(_statement(r, attribution, about))
    return found


def _is_outlet(r: Reader, a: Attribution) -> bool:
    return r.article.outlet is not None and str(a.speaker.name.value).casefold() == r.article.outlet.casefold()


def _statement(r: Reader, a: Attribution, about: Many) -> Statement:
    sentence = r.sentences[a.sentence]
    start, end = min([sentence.start, *(s for s, _ in a.content)]), sentence.end
    own = replace(a.speaker.name)
    return Statement(
        start,
        end,
        "statement: carried on from the quote before" if a.carried else f"statement: a verb of speech ({a.kind})",
        speaker=own,
        role=a.speaker.role,
        party=a.speaker.party,
        said_on=a.said_on,
        via=a.via,
        about=about,
    )


def _about(r: Reader, a: Attribution, pledges: list[Pledge], readings: list[Understanding]) -> Many:
    sentence = r.sentences[a.sentence]
    spans = [(s, e) for s, e in a.content if e > s]
    said = " ".join(r.text[s:e] for s, e in spans)
    found: dict[str, Found] = {}

    def note(topic: str, start: int, end: int, reason: str) -> None:
        found.setdefault(topic, Found(topic, start, end, reason))

    of_truce = (
        r.w.has("truce", said) or r.w.has("halt", said) or any(p.start == sentence.start for p in (*pledges, *readings))
    )
    struck = bool(r.w.values("acts", said)) and not of_truce
    if (
        a.kind in _BY_KIND
        and not (a.kind == "confirm" and struck)
        and (of_truce or a.kind in ("deny", "warn") or r.w.has("truce", r.of(sentence)) or _truce_before(r, a))
    ):
        note(_BY_KIND[a.kind], *a.verb, "what the verb says")
    for key, topic in _CUES:
        for s, e in spans:
            hit = r.w.pattern(key).search(r.text, s, e)
            of_another = (topic, a.kind) in (("denial", "accuse"), ("violation-claim", "deny"))
            if hit and not of_another:
                note(topic, hit.start(), hit.end(), f"'{hit.group()}'")
    if not of_truce and _truce_before(r, a):
        for s, e in spans:
            if mutual := r.w.pattern("mutual").search(r.text, s, e):
                note("mutual", mutual.start(), mutual.end(), f"'{mutual.group()}'")
    if of_truce:
        own = [p for p in pledges if p.start == sentence.start]
        for s, e in spans:
            terms = read_terms(r, s, e)
            for topic, one in (("start", terms.starts), ("end", terms.ends or terms.lasts)):
                if one:
                    note(topic, one.start, one.end, one.reason)
            aimed = own[0].targets if own else () if _after_condition(r, s, e, terms.targets) else terms.targets
            for topic, many in (("scope", terms.places), ("targets", aimed)):
                if many:
                    note(topic, many[0].start, many[0].end, many[0].reason)
            if own and own[0].acts:
                note("acts", own[0].acts[0].start, own[0].acts[0].end, own[0].acts[0].reason)
            if mutual := r.w.pattern("mutual").search(r.text, s, e):
                note("mutual", mutual.start(), mutual.end(), f"'{mutual.group()}'")
    return tuple(found[k] for k in sorted(found))


def _of_documents(r: Reader, a: Attribution, named: list[Document]) -> Many:
    """Return `talks` where somebody speaks of a named agreement."""
    found = [d for d in named if d.name and any(s <= d.name.start < e for s, e in a.content)]
    name = found[0].name if found else None
    return () if name is None else (Found("talks", name.start, name.end, "names an agreement"),)


def _after_condition(r: Reader, start: int, end: int, found: Many) -> bool:
    """Tell whether what is named stands only in a condition: "if the others left the cities"."""
    condition = r.w.pattern("conditional").search(r.text, start, end)
    return condition is not None and all(f.start > condition.start() for f in found)


def _truce_before(r: Reader, a: Attribution) -> bool:
    """Tell whether the sentences just before speak of a truce: what is denied or confirmed is most often that."""
    before = r.sentences[max(0, a.sentence - 2) : a.sentence + 1]
    return any(r.w.has("truce", r.of(s)) or r.w.has("halt", r.of(s)) for s in before)
