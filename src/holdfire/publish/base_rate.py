"""How truces like this one ended, in words: a sentence that can be quoted, its figures, and how they were matched."""

from __future__ import annotations

from typing import Any

from holdfire.assess import BaseRate, EndingShare, Survival, Traits
from holdfire.publish import words
from holdfire.publish.content import Content

ENDINGS = {
    "ran_out": "ran to their stated end",
    "replaced": "passed into another truce",
    "broken_off": "were called off or broken off",
    "never_began": "never came into force",
    "in_force": "had not ended by the end of 2020",
}
TOLD = 0.05  # of those whose ending is known, for an ending to stand in the sentence
_GIVEN_UP = {
    "monitored": "whether anybody monitored them",
    "form": "whether they were written",
    "sides": "how many sides they bound",
    "length": "how long they were meant to last",
}


def base_rate_views(content: Content) -> list[dict[str, Any]]:
    """Return one view per set of readings that are matched alike."""
    titles = {r.id: r.title for r in content.agreement.readings}
    return [_view(b, titles) for b in content.assessment.base_rate]


def _view(rate: BaseRate, titles: dict[str, str]) -> dict[str, Any]:
    shares = {s.ending: s for s in rate.endings}
    return {
        "rate": rate,
        "readings": words.either([titles[r] for r in rate.reading_ids], "and"),
        "sentence": ended(rate),
        "like": like(rate.wanted, rate.traits),
        "given_up": words.either([_GIVEN_UP[t] for t in rate.wanted.known if t not in rate.traits], "and"),
        "endings": [(ENDINGS[e], shares[e], _reach(shares[e])) for e in ENDINGS if e in shares],
        "horizons": [(h, _survival(h)) for h in rate.horizons],
        "purposes": words.either([f"{n} {_PURPOSES[p]}" for p, n in rate.purposes.items() if n], "and"),
    }


_PURPOSES = {
    "humanitarian": "humanitarian",
    "peaceprocess": "for a peace process",
    "holiday": "for a holiday",
    "election": "for an election",
}


def ended(rate: BaseRate) -> str:
    """Return how those truces ended whose ending is known, commonest first; rare endings stand in the table only."""
    known = rate.matched - rate.unknown
    if not known:
        return "No truce like it has a known ending."
    common = sorted((s for s in rate.endings if s.share >= TOLD), key=lambda s: (-s.truces, s.ending))
    told = [f"{100 * s.share:.0f} % {ENDINGS[s.ending]} ({_reach(s)})" for s in common]
    unknown = f" How {rate.unknown} more ended is not known." if rate.unknown else ""
    where = f"in civil conflicts of {words.count(rate.steps[-1].countries, 'country', 'countries')}"
    return f"Of {words.count(known, 'truce')} like it {where}, {words.either(told, 'and')}.{unknown}"


def like(wanted: Traits, traits: tuple[str, ...]) -> str:
    """Return what truces were matched on, in words."""
    told = []
    if "form" in traits:
        told.append(str(wanted.form))
    if "sides" in traits:
        told.append(str(wanted.sides))
    if "length" in traits and wanted.length is not None:
        lengths = [str(x) for x in wanted.length]
        told.append("with no end stated" if lengths == ["open-ended"] else f"meant for {words.either(lengths)}")
    if "monitored" in traits:
        told.append("with a body to monitor it" if wanted.monitored else "with no body to monitor it")
    return ", ".join(told) or "any truce"


def _reach(share: EndingShare) -> str:
    return f"{100 * share.low:.0f} to {100 * share.high:.0f}"


def _survival(horizon: Survival) -> str:
    if horizon.share is None:
        return "not known"
    told = f"{100 * horizon.share:.0f} %"
    if horizon.low is not None and horizon.high is not None:
        told += f" ({100 * horizon.low:.0f} to {100 * horizon.high:.0f})"
    return told
