"""What a night is set against: the usual level of the nights before it, and the waves in which strikes come.

A night's ratio is its count over the level. The level is a weighted geometric mean of the nights up to `lag` nights
before, which halves its weights every 120 nights,

    level(t) = exp( sum_s w_s log(1 + x_s) / sum_s w_s ) - 1,   w_s = 2^(-(t - s)/120),   s <= t - lag

and at least 0.2. One mass strike moves it little, and a trend is followed with a delay.

The score of a night tells how much likelier its ratio u is on an ordinary night than after a fall of 70 %,

    score(u) = log( (g(u) + e) / (h(u) + e) )

where g is the density of the ratios of all nights on the scale log(u + 0.3), estimated with a Gaussian kernel
(Silverman 1986), h that of the same ratios times 0.3, and e = 0.03 of the height of a kernel. It is made to rise
with u. It follows Neyman and Pearson, by whom no sum over independent nights finds a fall of 70 % more surely if the
densities are right; how strikes follow each other is left to the placebo windows. A mass strike weighs in it by how
unusual the night was, not by how many flew.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from holdfire.assess.placebo import Series

HALF_LIFE = 120
FIRST_NIGHTS = 28
LEAST_LEVEL = 0.2
OFFSET = 0.3
BANDWIDTH = 0.8
FLOOR = 0.03
SOUGHT_FALL = 0.7
MASS_STRIKE = 0.85
MASS_STRIKE_NIGHTS = 180


def usual(counts: Series, lag: int, half_life: float = HALF_LIFE) -> Series:
    """Return the level of each night, in munitions, from the nights up to `lag` before it; NaN counts are left out.

    The first nights, which have not yet 28 reported ones so long before, look as far ahead instead: were they set
    against nights around them, they would vary less than the others. NaN throughout where there are not 28.
    """
    before = log_level(counts, half_life)
    if np.isnan(before).all():
        return before
    after = log_level(counts[::-1], half_life)[::-1]
    first = int(np.argmax(~np.isnan(before)))
    at, end = np.arange(len(counts)), len(counts) - 1
    level = np.where(at - lag >= first, before[np.maximum(at - lag, 0)], after[np.minimum(at + lag, end)])
    level = np.expm1(np.where(np.isnan(level), before[first], level))
    return np.asarray(np.maximum(level, LEAST_LEVEL), dtype=np.float64)


def log_level(counts: Series, half_life: float = HALF_LIFE) -> Series:
    """Return the weighted mean of log(1 + count) up to each night; NaN before the 28th reported one.

    The weight of a night halves every `half_life` nights. NaN counts are left out.
    """
    told = ~np.isnan(counts)
    logs = np.log1p(np.where(told, counts, 0.0))
    decay = 0.5 ** (1 / half_life)
    total = weights = 0.0
    nights = 0
    known = np.full(len(counts), np.nan)
    for t in range(len(counts)):
        total, weights = total * decay + logs[t] * told[t], weights * decay + told[t]
        nights += bool(told[t])
        if nights >= FIRST_NIGHTS:
            known[t] = total / weights
    return known


@dataclass(frozen=True)
class Score:
    """The score of a night by its ratio, as values on a grid of log(ratio + 0.3)."""

    grid: Series
    values: Series

    def __call__(self, ratios: Series) -> Series:
        """Return the scores; NaN stays NaN."""
        return np.asarray(np.interp(np.log(ratios + OFFSET), self.grid, self.values), dtype=np.float64)


def score(ratios: Series) -> Score:
    """Return the score that the ratios of these nights give, of which none is NaN."""
    usual_nights, quieter = np.log(ratios + OFFSET), np.log((1 - SOUGHT_FALL) * ratios + OFFSET)
    grid = np.linspace(np.log(OFFSET), usual_nights.max() + BANDWIDTH, 120)
    heights = [_density(grid, nights) + FLOOR for nights in (usual_nights, quieter)]
    return Score(grid, np.maximum.accumulate(np.log(heights[0] / heights[1])))


def _density(grid: Series, points: Series) -> Series:
    return np.asarray(np.exp(-0.5 * ((grid[:, None] - points) / BANDWIDTH) ** 2).mean(axis=1), dtype=np.float64)


def least_mass_strike(counts: Series) -> float | None:
    """Return how many munitions make a night a mass strike, as of the last night of a series; NaN is no report.

    It is the least whole number that the largest 15 % of the reported nights among the last 180 reach, twice the middle
    one of these, and one. Null where none was reported, or nothing came in any.
    """
    told = counts[-MASS_STRIKE_NIGHTS:]
    told = np.sort(told[~np.isnan(told)])
    if not len(told) or not told[-1]:
        return None
    at = (len(told) - 1) * np.array([MASS_STRIKE, 0.5])
    largest, middle = np.interp(at, np.arange(len(told)), told)
    return float(np.ceil(max(largest, 2 * middle, 1.0)))


def mass_strikes(counts: Series, least: float) -> list[int]:
    """Return the indices of the nights that were mass strikes of at least so many munitions."""
    return [int(n) for n in np.flatnonzero(np.nan_to_num(counts, nan=-1.0) >= least)]


def last_mass_strike(counts: Series) -> int | None:
    """Return the index of the last night that was a mass strike by what makes one at the end of the series."""
    least = least_mass_strike(counts)
    struck = [] if least is None else mass_strikes(counts, least)
    return struck[-1] if struck else None
