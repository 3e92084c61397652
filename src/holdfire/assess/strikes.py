"""The first mass strike after a window: when it came and how large, against what the gap before it alone predicts.

What counts as a mass strike is learnt from the nights before the window (`waves.least_mass_strike`). The gap of one is
how many nights it came after the one before. Past strikes that followed at least as long a gap are the measure of its
size; so is a straight line of log size on log gap through all past strikes, with the interval of a prediction for a
new one. Its timing is measured by past gaps that were at least as long as the time that had passed when the window
ended: how many of those ended within as many nights more.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np

from holdfire.assess.intervals import student
from holdfire.assess.placebo import Series
from holdfire.assess.waves import least_mass_strike, mass_strikes, usual

LEAST_PAIRS = 10


@dataclass(frozen=True)
class Predicted:
    """What a gap alone predicts of a size, in munitions: the middle and the bounds of a 90 % interval."""

    middle: float
    low: float
    high: float
    strikes: int


@dataclass(frozen=True)
class Strike:
    """A mass strike, in munitions, in the night that ends on `day`.

    `gap` is how many nights after the mass strike before it came, null where none is known; `missing` of the nights
    between had no bulletin, so that one may be hidden. `compared` past strikes followed at least as long a gap, and it
    is as large as, or larger than, `exceeded` of them; `p_value` is how likely one of them is to be as large, null
    where none can be compared. `predicted` is null where fewer than 10 past strikes have a gap.
    """

    day: date
    size: int
    gap: int | None
    missing: int
    compared: int
    exceeded: int
    p_value: float | None
    predicted: Predicted | None


@dataclass(frozen=True)
class Strikes:
    """Mass strikes, of at least `least` munitions, during a window and after it.

    `first` is the first one after the last night that lies in the window for sure, `nights` after it; `perhaps_during`
    tells that it may still lie in the window. Null where none is known up to `known_until`. Of `waits` past gaps that
    were longer than the time that had passed when the window ended, `as_soon` ended within as many nights. Null or
    zero where nothing is known of it.
    """

    least: int
    during: list[Strike]
    first: Strike | None
    nights: int | None
    perhaps_during: bool
    waits: int
    as_soon: int
    known_until: date


def strikes(counts: Series, begin: date, first: date, last: date, after: date) -> Strikes | None:
    """Return the mass strikes in a window, and the first one after it; null where the past knows none.

    `counts` are the munitions of each night from the one that ends on `begin`, NaN without a bulletin. `after` is the
    first night that lies after the window for sure.
    """
    opens, closes = (first - begin).days, (last - begin).days
    least = least_mass_strike(counts[:opens])
    if least is None:
        return None
    struck = mass_strikes(counts, least)
    past = [n for n in struck if n < opens]
    known = np.where(np.arange(len(counts)) < opens, counts, np.nan)
    level = usual(known, 1)
    pairs = [Pair(b - a, int(counts[b]), float(level[b])) for a, b in pairwise(past)]
    told = [_strike(counts, begin, n, struck, pairs, float(level[n])) for n in struck if n >= opens]
    later = [s for s in told if s.day > last]
    following = later[0] if later else None
    waits = as_soon = 0
    before = [n for n in struck if n <= closes]
    if following is not None and before:
        since, more = closes - before[-1], (following.day - last).days
        waits = sum(p.gap > since for p in pairs)
        as_soon = sum(since < p.gap <= since + more for p in pairs)
    return Strikes(
        int(np.ceil(least)),
        [s for s in told if s.day <= last],
        following,
        None if following is None else (following.day - last).days,
        following is not None and following.day < after,
        waits,
        as_soon,
        begin + timedelta(days=len(counts) - 1),
    )


@dataclass(frozen=True)
class Pair:
    """A past mass strike: its gap in nights, and its size and the level of nights before it in munitions."""

    gap: int
    size: int
    level: float


def _strike(counts: Series, begin: date, at: int, struck: Sequence[int], pairs: Sequence[Pair], level: float) -> Strike:
    size = int(counts[at])
    before = [n for n in struck if n < at]
    if not before:
        return Strike(begin + timedelta(days=at), size, None, 0, 0, 0, None, None)
    gap = at - before[-1]
    alike = [p.size for p in pairs if p.gap >= gap]
    return Strike(
        begin + timedelta(days=at),
        size,
        gap,
        int(np.isnan(counts[before[-1] : at]).sum()),
        len(alike),
        sum(s <= size for s in alike),
        round((1 + sum(s >= size for s in alike)) / (1 + len(alike)), 4) if alike else None,
        predicted(pairs, gap, level),
    )


def predicted(pairs: Sequence[Pair], gap: int, level: float) -> Predicted | None:
    """Return the size that past pairs predict after a gap of so many nights, at the level of so many munitions a night.

    A straight line of log(size / level) on log(gap) by least squares; null for fewer than 10 pairs. The interval is
    that of a new observation, with Student's t (Draper and Smith 1998, doi:10.1002/9781118625590, 3.1).
    """
    if len(pairs) < LEAST_PAIRS or np.isnan(level):
        return None
    x = np.log(np.array([p.gap for p in pairs], dtype=np.float64))
    y = np.log(np.array([p.size / p.level for p in pairs], dtype=np.float64))
    # Means of equal logarithms are not quite equal to them, and no line goes through a single gap.
    spread = float(((x - x.mean()) ** 2).sum()) if len({p.gap for p in pairs}) > 1 else 0.0
    slope = float(((x - x.mean()) * (y - y.mean())).sum()) / spread if spread else 0.0
    residual = y - y.mean() - slope * (x - x.mean())
    away = float(np.log(gap)) - float(x.mean())
    freedom = len(pairs) - 2
    variance = float((residual**2).sum()) / freedom * (1 + 1 / len(pairs) + (away**2 / spread if spread else 0.0))
    middle, half = float(y.mean()) + slope * away, student(freedom) * math.sqrt(variance)
    told, low, high = (round(level * math.exp(v), 1) for v in (middle, middle - half, middle + half))
    return Predicted(told, low, high, len(pairs))
