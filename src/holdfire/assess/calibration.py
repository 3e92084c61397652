"""Forecasts made as wide as past ones should have been.

A central interval that claims a share c of the outcomes has held, so far, a share

    H(c) = ( 30 c + sum_s v_s inside_s(c) ) / ( 30 + sum_s v_s )

of them, with weights v_s that halve every 60 nights and thirty nights' worth of belief that the claim is right. A
forecast is widened or narrowed around its middle, so that its interval of share H(c) becomes that of share c. This is
the recalibration by past probability integral transforms of Dawid (1984, doi:10.2307/2981683), folded at the middle:
nights are too few to learn more than a width.
"""

from __future__ import annotations

import numpy as np

from holdfire.assess.experts import LEVELS
from holdfire.assess.placebo import Series
from holdfire.assess.scores import inside

CLAIMS = np.linspace(0, 1, 41)
HALF_LIFE = 60
BELIEF = 30.0


def held(told: Series, came: Series, horizon: int) -> Series:
    """Return what intervals that claim each share of CLAIMS have held, as known at each night.

    `told[t]` is what was foretold at night t, a column per level, and `came[t]` what came `horizon` nights later; NaN
    where that night has no report, or is still to come. Returns nights by CLAIMS.
    """
    shares = inside(told, came, CLAIMS)
    kept = 0.5 ** (1 / HALF_LIFE)
    known = ~np.isnan(shares[:, 0])
    sums, weight = np.zeros(len(CLAIMS)), 0.0
    found = np.tile(CLAIMS, (len(told), 1))
    for t in range(horizon, len(told)):
        if known[t - horizon]:
            sums, weight = sums * kept + shares[t - horizon], weight * kept + 1
        found[t] = (BELIEF * CLAIMS + sums) / (BELIEF + weight)
    return found


def widened(told: Series, shares: Series) -> Series:
    """Return forecasts as wide as they should have been: (n, levels) and (n, claims) to (n, levels)."""
    claimed, side = np.abs(2 * LEVELS - 1), np.sign(LEVELS - 0.5)
    found = np.empty_like(told)
    for t in range(len(told)):
        found[t] = np.interp(0.5 + side * np.interp(claimed, shares[t], CLAIMS) / 2, LEVELS, told[t])
    return found
