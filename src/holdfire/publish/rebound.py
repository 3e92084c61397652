"""What came after, in words: the first mass strike, what was paid back, and how much was stopped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from holdfire.assess import Interception, Lull, Payback, Rate, RateChange, Rebound, Strike
from holdfire.publish import words
from holdfire.publish.content import Content

SIZE = 0.05
PHRASES = {"after": "after", "perhaps": "perhaps still within", "within": "within", "before": "before"}


def rebound_views(content: Content) -> dict[str, Any]:
    """Return the sentences on the first mass strike, a row per window and kind, and the rates of interception."""
    titles = {r.id: r.title for r in content.agreement.readings}
    rebounds, rates = content.assessment.rebound, content.assessment.interception
    ordinary = {(x.reading_id, x.kind): ordinary_night(x) for x in content.assessment.lulls}
    groups: dict[tuple[date, date, date], list[str]] = {}
    for r in rebounds:
        readings = groups.setdefault((r.first, r.last, r.after), [])
        if titles[r.reading_id] not in readings:
            readings.append(titles[r.reading_id])
    rows = []
    seen = set()
    for r, x in zip(rebounds, rates, strict=True):
        window = r.first, r.last, r.after
        if (*window, r.kind) in seen:
            continue
        seen.add((*window, r.kind))
        rows.append(
            {
                "readings": words.either(groups[window], "and"),
                "nights": words.nights(r.first, r.last),
                "kind": r.kind,
                "deficit": deficit(r),
                "payback": [payback(p, small_deficit(r, ordinary.get((r.reading_id, r.kind)))) for p in r.payback],
                "strike": _first(r),
                "rates": [rate(period) for period in (x.before, x.window, x.after)],
                "change": rate_change(x),
            }
        )
    horizons = [p.nights for p in rebounds[0].payback] if rebounds else []
    return {
        "headline": headline(rebounds, titles),
        "rows": rows,
        "horizons": horizons,
        "paid_back": paid_back(rebounds, titles),
        "unproven": unproven(rebounds),
        "stopped": stopped(rates),
    }


def headline(rebounds: Sequence[Rebound], titles: dict[str, str]) -> list[str]:
    """Return which night brought the first mass strike after any window, how large it was, and where the others put it.

    Of each kind the strike is told as the first reading has it for which it came after the window.
    """
    firsts = [r.strikes.first.day for r in rebounds if r.strikes and r.strikes.first]
    if not firsts:
        return [_none_after(rebounds)] if rebounds else []
    night = min(firsts)
    struck: dict[str, Strike] = {}
    for r in sorted(rebounds, key=lambda r: _where(r, night) != "after"):
        for strike in _known(r):
            if strike.day == night:
                struck.setdefault(r.kind, strike)
    sizes = words.either([_munitions(s.size, kind) for kind, s in struck.items()], "and")
    places: dict[str, list[str]] = {}
    for r in rebounds:
        if titles[r.reading_id] not in places.setdefault(_where(r, night), []):
            places[_where(r, night)].append(titles[r.reading_id])
    named = {where: told for where in PHRASES if (told := places.get(where))}
    put = [f"{PHRASES[where]} {_windows(told, first=n == 0)}" for n, (where, told) in enumerate(named.items())]
    lead = "the first mass strike" if "after" in places else "a mass strike"
    came = f"In the night to {words.full(night)} {sizes} came: {lead} {', and '.join(put)}."
    return [came, *(against_the_gap(s, kind) for kind, s in struck.items())]


def _none_after(rebounds: Sequence[Rebound]) -> str:
    """Return why no mass strike is told of; that nights are not known is no sign that nothing came."""
    known = max(p.known_until for r in rebounds for p in r.payback)
    last = f"the night to {words.full(known)}"
    if known < min(r.after for r in rebounds):
        return f"Of the nights after any window nothing is known: the last bulletin is of {last}."
    if all(r.strikes is None for r in rebounds):
        return "Whether a mass strike came after any window is not known: nothing before tells what would be one."
    return f"No mass strike is known after any window, up to {last}."


def against_the_gap(strike: Strike, kind: str) -> str:
    """Return how the size of a mass strike compares with what the gap before it alone predicts."""
    size = _munitions(strike.size, kind)
    if strike.gap is None:
        return f"{size}: no earlier mass strike is known."
    if not strike.compared:
        return f"{size}: no earlier mass strike is known that followed as long a gap."
    earlier = words.count(strike.compared, "earlier mass strike")
    gap = words.count(strike.gap, "night")
    told = (
        f"{size}: as large as or larger than {strike.exceeded} of {earlier} that followed at least as long a gap ({gap}"
    )
    told += f", {strike.missing} of them without a bulletin)" if strike.missing else ")"
    if strike.predicted is None:
        return f"{told}."
    p = strike.predicted
    verdict = "more than" if strike.size > p.high else "fewer than" if strike.size < p.low else "within what"
    return f"{told}, and {verdict} the gap alone predicts ({p.low:,.0f} to {p.high:,.0f}, about {p.middle:,.0f})."


def paid_back(rebounds: Sequence[Rebound], titles: dict[str, str]) -> list[dict[str, Any]]:
    """Return whether what the windows lacked was paid back: a sentence, and of which readings and nights it is true.

    What `unproven` says of all is not said again of each.
    """
    together = unproven(rebounds) is not None
    outcomes: dict[str, dict[str, list[str]]] = {}
    for r in rebounds:
        outcomes.setdefault(titles[r.reading_id], {}).setdefault(outcome(r, not together), []).append(r.kind)
    nights = {titles[r.reading_id]: words.nights(r.first, r.last) for r in rebounds}
    readings: dict[str, list[str]] = {}
    for title, kinds in outcomes.items():
        told = "; ".join(f"{words.either(k, 'and')}: {what}" for what, k in kinds.items())
        readings.setdefault(f"{told[0].upper()}{told[1:]}.", []).append(f"{title} ({nights[title]})")
    return [{"readings": "; ".join(own), "sentence": told} for told, own in readings.items()]


def unproven(rebounds: Sequence[Rebound]) -> str | None:
    """Return that no payback is more than waves explain; null where one is, or where fewer than two came to as much.

    Readings of one window are one.
    """
    made = {(r.first, r.last, r.after, r.kind) for r in rebounds if _made(r)}
    if len(made) < 2 or any(_shown(r) for r in rebounds):
        return None
    return "That any of this is more than the usual waves of strikes is not shown."


def outcome(rebound: Rebound, alone: bool = True) -> str:
    """Return whether what a window lacked of a kind was paid back, in the shortest time for which that can be said.

    `alone`: nothing else says that waves of strikes may explain it.
    """
    if rebound.deficit is None:
        return "what was lacking is not known, nor whether it was paid back"
    if rebound.deficit <= 0:
        return "none were lacking, so that there was nothing to pay back"
    shown, made = _shown(rebound), _made(rebound)
    if shown:
        return f"the {shown.nights} nights after saw more than expected, and more than waves of strikes explain"
    if made:
        waves = ", but that this is more than the usual waves of strikes is not shown" if alone else ""
        return f"as many as were lacking came on top within {made.nights} nights{waves}{_power(made)}"
    return "what was lacking did not come on top in the nights that are known"


def _shown(rebound: Rebound) -> Payback | None:
    """Return the shortest time in which more came than waves of strikes explain."""
    told = [p for p in rebound.payback if p.share is not None and p.p_corrected is not None]
    return next((p for p in told if p.p_corrected is not None and p.p_corrected <= SIZE), None)


def _made(rebound: Rebound) -> Payback | None:
    """Return the shortest time in which as many as were lacking came on top, whatever explains it."""
    return next((p for p in rebound.payback if p.share is not None and p.share >= 1), None)


def _power(found: Payback) -> str:
    """Return how often a deficit that was paid back in full would have been noticed, in brackets."""
    full = found.power.get("100%")
    return "" if full is None else f" (had it been paid back, that would be noticed {100 * full:.0f} times in 100)"


def stopped(rates: Sequence[Interception]) -> str | None:
    """Return whether more or less than before was stopped; null where nothing can be compared."""
    told = [c for x in rates for c in (x.through, x.later) if c is not None and c.p_corrected is not None]
    if not told:
        return None
    if any(c.p_corrected is not None and c.p_corrected <= SIZE for c in told):
        return "The share that was stopped changed more than it usually does; see where below."
    return "That the share that was stopped changed more than it usually does, within or after a window, is not shown."


def deficit(rebound: Rebound) -> str:
    """Return what a window lacked."""
    if rebound.deficit is None:
        return "not known"
    if rebound.deficit <= 0:
        return f"none: {words.number(round(-rebound.deficit))} more than expected"
    return f"{words.number(round(rebound.deficit))} fewer than expected"


def ordinary_night(window: Lull) -> float | None:
    """Return how many munitions were to be expected in one night of a window; null where that is not known."""
    return window.expected / window.reported if window.expected is not None and window.reported else None


def small_deficit(rebound: Rebound, ordinary: float | None) -> float | None:
    """Return a deficit of no more than one ordinary night brings; null where it is larger.

    A multiple of it is a large number that tells of the deficit and not of what came.
    """
    if rebound.deficit is None or ordinary is None:
        return None
    return rebound.deficit if 0 < rebound.deficit <= round(ordinary, 1) else None


def payback(found: Payback, small: float | None = None) -> str:
    """Return what came beyond the expected in the nights after, as a part of the deficit, against ordinary windows.

    A `small` deficit stands beside it as a number of munitions.
    """
    if found.observed is None or found.expected is None:
        if found.known_until < found.last:
            return f"not known before {words.day(found.last)}"
        return f"not known: {found.reported} of {words.count(found.nights, 'night')} have a bulletin"
    excess = round(found.observed - found.expected)
    told = f"{words.number(abs(excess))} {'more' if excess >= 0 else 'fewer'} than expected"
    if found.share is None:
        return told
    told += f", {_part(found.share)} the deficit" if small is None else f", where {_lacked(small)} lacking"
    if found.windows:
        alike = "as much" if small is None else "as much for what they lacked"
        told += f"; {found.as_much} of {words.count(found.windows, 'window')} as quiet saw {alike}"
    return told if found.p_corrected is None else f"{told} (p, corrected: {found.p_corrected:.3f})"


def _lacked(deficit: float) -> str:
    if deficit < 1:
        return "less than one was"
    return f"{words.number(round(deficit))} {'was' if round(deficit) == 1 else 'were'}"


def _part(share: float) -> str:
    if share <= 0:
        return "none of"
    return f"{100 * share:.0f} % of" if share < 2 else f"{share:.1f} times"


def rate_change(found: Interception) -> str:
    """Return whether the rates differ from that before more than those of ordinary windows do."""
    told = [_change(name, c) for name, c in (("within", found.through), ("after", found.later)) if c is not None]
    return "; ".join(told) or "too few nights to compare"


def _change(name: str, change: RateChange) -> str:
    points = f"{name} {words.number(round(100 * change.change))} points"
    if change.low is None or change.high is None:
        return f"{points}, with too few earlier windows to tell whether that is usual"
    ordinary = f"{words.number(round(100 * change.low))} to {words.number(round(100 * change.high))}"
    unusual = change.p_corrected is not None and change.p_corrected <= SIZE
    return f"{points}, {'outside' if unusual else 'not shown to be outside'} the ordinary {ordinary}"


def rate(found: Rate) -> str:
    """Return a rate with its interval; nights without a bulletin are told, and are not nights without launches."""
    if not found.reported:
        return "no bulletin"
    if found.rate is None:
        told = "none launched" if found.least is None else "not known"
    else:
        told = f"{100 * found.rate:.0f} % of {words.number(found.launched)}"
        if found.low is not None and found.high is not None:
            told += f" ({100 * found.low:.0f} to {100 * found.high:.0f})"
    missing = (found.last - found.first).days + 1 - found.reported
    return f"{told}; {words.count(missing, 'night')} without a bulletin" if missing else told


def _first(rebound: Rebound) -> str:
    found = rebound.strikes
    if found is None:
        return "none is known before it, so that none can be told"
    if found.known_until < rebound.after:
        return f"not known: the last bulletin is of the night to {words.day(found.known_until)}"
    if found.first is None or found.nights is None:
        return f"none up to {words.day(found.known_until)}"
    told = f"{words.day(found.first.day)}, {words.number(found.first.size)}: {words.count(found.nights, 'night')} after"
    if found.perhaps_during:
        told += ", perhaps still within"
    if found.waits:
        told += f"; of {words.count(found.waits, 'past gap')} as long, {found.as_soon} ended as soon"
    return told


def _known(rebound: Rebound) -> list[Strike]:
    found = rebound.strikes
    return [] if found is None else [*([found.first] if found.first else []), *found.during]


def _where(rebound: Rebound, night: date) -> str:
    if night < rebound.first:
        return "before"
    if night <= rebound.last:
        return "within"
    return "after" if night >= rebound.after else "perhaps"


def _windows(titles: list[str], first: bool) -> str:
    one, more = ("the window", "the windows") if first else ("that", "those")
    return f"{one if len(titles) == 1 else more} of {words.either([f'“{t}”' for t in titles], 'and')}"


def _munitions(number: int, kind: str) -> str:
    return words.count(number, kind.removesuffix("s"))
