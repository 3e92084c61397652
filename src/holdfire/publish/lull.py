"""The tests of quiet in words: a sentence for each that can be quoted as it stands, and what it leaves open."""

from __future__ import annotations

from typing import Any

from holdfire.assess import EVERYTHING, Lull
from holdfire.publish import words
from holdfire.publish.content import Content

NOTICED = 0.05
USEFUL = 10


def lull_views(content: Content) -> dict[str, Any]:
    """Return for every reading a sentence on all launches, for every test its figures, and what the whole comes to."""
    titles = {r.id: r.title for r in content.agreement.readings}
    lulls = content.assessment.lulls
    tested = {x.reading_id for x in lulls}
    rows = [
        {
            "lull": lull,
            "reading": titles[lull.reading_id],
            "interval": interval(lull),
            "power": " / ".join(f"{100 * share:.0f}" for share in lull.power.values()),
        }
        for lull in lulls
    ]
    readings = [
        {
            "reading": titles[whole.reading_id],
            "nights": words.nights(whole.first, whole.last),
            "named_after": whole.named_after,
            "sentence": sentence(whole),
            "against": against(whole),
            "kinds": ". ".join(_alone(x) for x in lulls if x.reading_id == whole.reading_id and x.kind != EVERYTHING),
        }
        for whole in lulls
        if whole.kind == EVERYTHING
    ]
    earlier = [
        f"{t.title} ({words.dated(t.first)} to {words.dated(t.last)})" for t in content.assessment.earlier_truces
    ]
    return {
        "rows": rows,
        "readings": readings,
        "lead": _lead(lulls, titles),
        "untested": words.either([f"“{title}”" for r, title in titles.items() if r not in tested], "and"),
        "falls": next((", ".join(f.removesuffix("%") for f in x.power) for x in lulls if x.power), ""),
        "earlier": words.either(earlier, "and") if earlier else None,
        "named_after": any(x.named_after for x in lulls),
    }


def _lead(lulls: list[Lull], titles: dict[str, str]) -> str:
    """Return what the tests of all launches come to."""
    tested = [x for x in lulls if x.kind == EVERYTHING and x.p_corrected is not None]
    if not tested:
        return "Whether any reading's nights were quieter than usual could not be tested."
    quiet = [titles[x.reading_id] for x in tested if x.p_corrected is not None and x.p_corrected <= NOTICED]
    if not quiet:
        return "That any reading's nights were quieter than chance explains is not shown."
    return f"Quieter than chance explains: the nights of {words.either(quiet, 'and')}."


def _alone(lull: Lull) -> str:
    """Return what came of one kind alone."""
    kind = lull.kind.capitalize()
    if lull.observed is None or lull.expected is None:
        return f"{kind} alone: not tested"
    return f"{kind} alone: {lull.observed:,}, where about {lull.expected:,.0f} were to be expected"


def sentence(lull: Lull) -> str:
    """Return what was launched and what was to be expected, and whether chance explains the difference."""
    if lull.observed is None or lull.p_value is None:
        return (
            f"Not tested: {lull.reported} of {words.count(lull.nights, 'night')} have a bulletin, "
            f"and {words.count(lull.windows, 'earlier window')} can be compared."
        )
    launched = f"{lull.observed:,} {_kind(lull, lull.observed)} in {words.count(lull.reported, 'night')}"
    if lull.reported < lull.nights:
        launched += f" ({lull.nights - lull.reported} without a bulletin)"
    if lull.expected is None or lull.ratio is None:
        return f"{launched}; {words.count(lull.windows, 'earlier window')} had none either."
    verdict = _verdict(lull) if lull.ratio < 1 else "It was not quieter than usual."
    return f"{launched}, where about {lull.expected:,.0f} were to be expected: {_change(lull.ratio)}. {verdict}"


def _verdict(lull: Lull) -> str:
    """Return what the p-value after correction allows to say; a quiet that is not shown is not denied."""
    p = lull.p_corrected if lull.p_corrected is not None else lull.p_value
    if p is None:
        return ""
    if p > NOTICED:
        return "That this is more than chance is not shown."
    if lull.named_after:
        return "Chance alone seldom does that, but the window was named when its quiet was known already."
    return "That is quieter than chance explains."


def against(lull: Lull) -> str | None:
    """Return how often a real fall would have been noticed; null where nothing was tested."""
    if not lull.power:
        return None
    falls = words.either([fall.removesuffix("%") for fall in lull.power])
    shares = words.either([f"{100 * share:.0f}" for share in lull.power.values()], "and")
    return f"A fall of {falls} % would have been noticed {shares} times in 100."


def interval(lull: Lull) -> str:
    """Return the bounds of a ratio as far as they tell something.

    An upper bound of more than ten times the ratio, and than what was to be expected, is left out: it excludes nothing
    that anybody would have thought of. Where none is told, a lower bound of zero is none.
    """
    low = f"{lull.low:.2f}" if lull.low is not None and lull.low >= 0.005 else None
    if lull.high is None:
        return f"at least {low}" if low else "not bounded"
    if lull.high > USEFUL * max(lull.ratio or 0, 1):
        told = "the past gives no useful upper bound"
        return f"at least {low}; {told}" if low else told
    return f"{low or '0.00'} to {lull.high:.2f}" if lull.low is not None else f"at most {lull.high:.2f}"


def _change(ratio: float) -> str:
    if round(100 * ratio) == 100:
        return "as many as usual"
    change = abs(1 - ratio)
    return f"{change * 100:.0f} % {'fewer' if ratio < 1 else 'more'}"


def _kind(lull: Lull, number: int) -> str:
    one = {EVERYTHING: "launch"}.get(lull.kind, lull.kind.removesuffix("s"))
    return one if number == 1 else lull.kind
