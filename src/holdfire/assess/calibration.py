"""Forecasts made as wide as they should have been so far, and stated in whole numbers.

A central interval that claims a share c of the outcomes has held, so far, a share

    H(c) = ( 30 c + sum_s v_s inside_s(c) ) / ( 30 + sum_s v_s )

of them, with weights v_s that halve every 60 nights and thirty nights' worth of belief that the claim is right. This is
the recalibration by past probability integral transforms of Dawid (1984, doi:10.2307/2981683), folded at the middle:
nights are too few to learn more than a width. It comes late where the level moves, and so what was aimed at follows
what was held, as in adaptive conformal inference (Gibbs and Candes 2021, arXiv:2106.00170): to hold c, aim at a(c),
which begins at c and with each night that becomes known moves by

    a(c)  ->  a(c) + 1/50 ( c - share of that night inside the interval that was stated for c )

so that over n nights what is held differs from c by at most the way that a(c) went, times 50 / n, whatever comes. The
interval that is stated for c is the one of the plain forecast that claims d, where H(d) = a(c).

What comes is a whole number, and a forecast is one of whole numbers: n stands for all from n - 1/2 up to n + 1/2.
"""

from __future__ import annotations

import numpy as np

from holdfire.assess.experts import LEVELS
from holdfire.assess.placebo import Series
from holdfire.assess.scores import part_inside, reach

CLAIMS = np.linspace(0, 1, 41)
HALF_LIFE = 60
BELIEF = 30.0
STEP = 0.02


def whole(told: Series) -> Series:
    """Return forecasts as whole numbers, a half rounded up; NaN stays."""
    return np.asarray(np.floor(told + 0.5), dtype=np.float64)


def widths(told: Series, came: Series, horizon: int) -> Series:
    """Return what an interval must claim to hold each share of CLAIMS, as known at each night.

    `told[t]` is what was foretold at night t, a column per level, and `came[t]` what came `horizon` nights later; NaN
    where that night has no report, or is still to come. Returns nights by CLAIMS, ascending along each row.
    """
    low, high = reach(whole(told), came)
    plain = part_inside(low, high, CLAIMS)
    kept = 0.5 ** (1 / HALF_LIFE)
    sums, weight, aims = np.zeros(len(CLAIMS)), 0.0, CLAIMS
    found = np.tile(CLAIMS, (len(told), 1))
    for t in range(horizon, len(told)):
        s = t - horizon
        if not np.isnan(plain[s, 0]):
            sums, weight = sums * kept + plain[s], weight * kept + 1
            aims = aims + STEP * (CLAIMS - part_inside(low[s], high[s], found[s]))
        held = (BELIEF * CLAIMS + sums) / (BELIEF + weight)
        found[t] = np.interp(np.maximum.accumulate(np.clip(aims, 0, 1)), held, CLAIMS)
    return found


def widened(told: Series, claims: Series) -> Series:
    """Return forecasts as wide as they should be, in whole numbers: (n, levels) and (n, claims) to (n, levels)."""
    aimed, side = np.abs(2 * LEVELS - 1), np.sign(LEVELS - 0.5)
    found = np.empty_like(told)
    for t in range(len(told)):
        found[t] = np.interp(0.5 + side * np.interp(aimed, CLAIMS, claims[t]) / 2, LEVELS, told[t])
    return whole(found)


def quantile(told: Series, level: float) -> Series:
    """Return a quantile of forecasts of whole numbers: (n, levels) to (n), itself a whole number.

    Below the middle it is rounded down and above it up, so that what lies from one to the other is expected with at
    least the chance that is said.
    """
    between = np.array([np.interp(level, LEVELS, row) for row in told])
    if level == 0.5:
        return whole(between)
    return np.asarray(np.floor(between) if level < 0.5 else np.ceil(between), dtype=np.float64)
