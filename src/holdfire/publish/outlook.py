"""The outlook in words and as a figure: what may come each day, as of when, and how good such forecasts were.

Nothing here is finer than a day and a nation: a view is made of counts of the whole country by day, and of nothing
else.
"""

from __future__ import annotations

import math
from datetime import date
from typing import Any

from holdfire.assess import Outlook
from holdfire.assess.outlook import DAYS
from holdfire.publish import words
from holdfire.publish.content import Content

SHOWN = ("drones", "missiles")
WIDTH, HEIGHT = 400, 190
LEFT, RIGHT, TOP, BOTTOM = 36, 396, 18, 166
ERRORS = 2


def outlook_views(content: Content) -> dict[str, Any] | None:
    """Return the outlook's sentences, its table by day and its figures; null where no source counts a whole nation."""
    shown = [o for o in content.assessment.outlook if o.kind in SHOWN]
    if not shown:
        return None
    first = shown[0]
    foretold = [o for o in shown if o.days]
    return {
        "nation": content.areas[first.nation].name,
        "made_on": first.made_on,
        "age_days": first.age_days,
        "lead": lead(shown),
        "plain": plain(shown),
        "nights": max((s.nights for o in foretold for s in o.skill), default=0),
        "tested": [skill_sentence(o) for o in foretold],
        "kinds": [o.kind for o in foretold],
        "days": [
            {"day": rows[0].day, "told": [_day(row) for row in rows]}
            for rows in zip(*(o.days for o in foretold), strict=True)
        ],
        "skill": [(o.kind, s) for o in foretold for s in o.skill],
        "fans": [fan(o) for o in foretold],
        "last": foretold[0].days[-1].day if foretold else None,
    }


def outlook_sentence(outlook: Outlook) -> str:
    """Return how likely a mass strike of one kind is, as of the last night known; or why nothing is said."""
    as_of = f"As of {words.dated(outlook.made_on)}"
    if (told := _chance(outlook)) is None:
        return f"{as_of}: {_silent(outlook)}."
    return f"{as_of}, the chance of a mass strike on each of the next {DAYS} days is {told}."


def lead(outlooks: list[Outlook]) -> str:
    """Return the same of several kinds, in one sentence that can be quoted and others for what is not known."""
    told = [c for o in outlooks if (c := _chance(o)) is not None]
    silent = [_silent(o) for o in outlooks if _chance(o) is None]
    as_of = f"As of {words.dated(outlooks[0].made_on)}"
    if not told:
        return f"{as_of}: {'; '.join(silent)}."
    said = f"{as_of}, the chance of a mass strike on each of the next {DAYS} days is {words.either(told, 'and')}."
    return " ".join([said, *(f"{why[0].upper()}{why[1:]}." for why in silent)])


def _chance(outlook: Outlook) -> str | None:
    chances = [d.chance for d in outlook.days if d.chance is not None]
    if outlook.least is None or not chances:
        return None
    low, high = (f"{100 * c:.0f}" for c in (min(chances), max(chances)))
    reach = low if low == high else f"{low} to {high}"
    return f"{reach} % by {_named(outlook)} ({words.number(outlook.least)} or more in a night)"


def _silent(outlook: Outlook) -> str:
    if not outlook.days:
        return f"no forecast of {_named(outlook)}, {outlook.note}"
    return f"no {_named(outlook)} in the last 180 nights, so that nothing tells what would be a mass strike"


def skill_sentence(outlook: Outlook) -> str:
    """Return whether such forecasts were better than the plain distribution of earlier nights, over the nights known.

    Better or worse is said where the difference is more than two standard errors.
    """
    kind = _named(outlook).capitalize()
    if not outlook.skill:
        return f"{kind}: not known, {outlook.note}."
    verdicts: dict[str, list[str]] = {"better": [], "not shown to be better": [], "worse": []}
    for s in outlook.skill:
        if s.skill is None or s.error is None or abs(s.skill) <= ERRORS * s.error:
            verdict = "not shown to be better"
        else:
            verdict = "better" if s.skill > 0 else "worse"
        verdicts[verdict].append(str(s.ahead))
    said = [
        f"{what} {words.either(ahead, 'and')} {'day' if ahead == ['1'] else 'days'} ahead"
        for what, ahead in verdicts.items()
        if ahead
    ]
    held = sorted({round(100 * s.covered_80) for s in outlook.skill})
    reach = f"{held[0]}" if len(held) == 1 else f"{held[0]} to {held[-1]}"
    return f"{kind}: {', '.join(said)}; ranges meant to hold 80 % held {reach} %."


def plain(outlooks: list[Outlook]) -> str | None:
    """Return the sentence that a forecast adds nothing, where it was shown to be better nowhere; null otherwise."""
    scored = [s for o in outlooks for s in o.skill]
    if not scored or any(s.skill is not None and s.error is not None and s.skill > ERRORS * s.error for s in scored):
        return None
    return "Such forecasts have not been better than to expect what was usual before."


def _named(outlook: Outlook) -> str:
    return outlook.kind if outlook.kind in SHOWN else "drones and missiles together"


def _day(row: Any) -> dict[str, str]:
    return {
        "middle": f"{row.q50:,.0f}",
        "range": f"{row.q10:,.0f} to {row.q90:,.0f}",
        "chance": "–" if row.chance is None else f"{100 * row.chance:.0f} %",
    }


def fan(outlook: Outlook) -> dict[str, Any]:
    """Return the figure of a kind in pixels: the nights before as bars, and what is foretold as bands around a line."""
    past, days = outlook.recent, outlook.days
    most = max([n for _, n in past if n is not None] + [d.q97_5 for d in days] + [1])
    step = _step(most)
    top = step * math.ceil(most / step)
    wide = (RIGHT - LEFT) / (len(past) + len(days))

    def x(n: float) -> float:
        return round(LEFT + n * wide, 1)

    def y(value: float) -> float:
        return round(BOTTOM - value / top * (BOTTOM - TOP), 1)

    def band(low: str, high: str) -> str:
        # Each day is as wide as a bar, so that the band has steps: nothing is foretold between two days.
        upper = [f"{x(len(past) + n)} {y(getattr(d, high))}H{x(len(past) + n + 1)}" for n, d in enumerate(days)]
        lower = [f"{x(len(past) + n + 1)} {y(getattr(d, low))}H{x(len(past) + n)}" for n, d in enumerate(days)]
        return "M" + "L".join([*upper, *reversed(lower)]) + "Z"

    middle = "M" + "L".join(f"{x(len(past) + n)} {y(d.q50)}H{x(len(past) + n + 1)}" for n, d in enumerate(days))
    return {
        "kind": outlook.kind,
        "width": WIDTH,
        "height": HEIGHT,
        "bars": [
            {"x": x(n + 0.1), "y": y(v), "width": round(0.8 * wide, 1), "height": round(BOTTOM - y(v), 1)}
            for n, (_, v) in enumerate(past)
            if v is not None
        ],
        "absent": [{"x": x(n), "width": round(wide, 1)} for n, (_, v) in enumerate(past) if v is None],
        "wide": band("q2_5", "q97_5"),
        "near": band("q10", "q90"),
        "middle": middle,
        "least": None if outlook.least is None or outlook.least > top else y(outlook.least),
        "lines": [{"y": y(n * step), "label": words.number(n * step)} for n in range(round(top / step) + 1)],
        "now": x(len(past)),
        "left": LEFT,
        "right": RIGHT,
        "top": TOP,
        "bottom": BOTTOM,
        "labels": [
            {"x": x(0), "told": words.day(_first(past, outlook.made_on)), "anchor": "start"},
            {"x": x(len(past)), "told": words.day(outlook.made_on), "anchor": "middle"},
            {"x": x(len(past) + len(days)), "told": words.day(days[-1].day), "anchor": "end"},
        ],
    }


def _first(past: tuple[tuple[date, int | None], ...], otherwise: date) -> date:
    return past[0][0] if past else otherwise


def _step(most: float) -> float:
    """Return a round number of which two to five reach the top."""
    size = 10.0 ** math.floor(math.log10(most))
    return next((s for s in (size / 2, size, 2 * size) if most / s <= 5), 5 * size)
