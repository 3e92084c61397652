"""How far a figure spreads over placements that overlap, and how far its mean may be off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SEED = 20260129
DRAWS = 2000
INNER = (0.1, 0.9)
INTERVAL = (0.05, 0.95)
Series = NDArray[np.float64]


@dataclass(frozen=True)
class Spread:
    """A figure over `placements` of which it is known: its mean, and between what the middle 80 % of them lie.

    `mean_low` and `mean_high` bound the mean with 90 % confidence; null where the past is shorter than two blocks.
    All are null where it is known of none.
    """

    placements: int
    mean: float | None
    low: float | None
    high: float | None
    mean_low: float | None
    mean_high: float | None


def spread(series: Series, block: int) -> Spread:
    """Return the spread of a figure over placements in the order of time; NaN where it is not known.

    Placements that share days are not independent, so that the interval of the mean is drawn from runs of `block`
    neighbours, the last followed by the first so that all are drawn alike: the circular block bootstrap (Politis and
    Romano 1992, in LePage and Billard, Exploring the Limits of Bootstrap, 263-270).
    """
    known = series[~np.isnan(series)]
    if not len(known):
        return Spread(0, None, None, None, None, None)
    low, high = np.quantile(known, INNER)
    bounds = _bounds(series, block)
    return Spread(len(known), float(known.mean()), float(low), float(high), *bounds)


def _bounds(series: Series, block: int) -> tuple[float | None, float | None]:
    number = len(series)
    if number < 2 * block:
        return None, None
    rng = np.random.default_rng(SEED)
    round_ = np.concatenate([series, series[:block]])
    there = ~np.isnan(round_)
    sums, counts = (
        np.concatenate([[0.0], np.cumsum(x)]) for x in (np.where(there, round_, 0.0), there.astype(np.float64))
    )
    starts = rng.integers(0, number, size=(DRAWS, -(-number // block)))
    total, known = ((x[starts + block] - x[starts]).sum(axis=1) for x in (sums, counts))
    means = total[known > 0] / known[known > 0]
    low, high = np.quantile(means, INTERVAL)
    return float(low), float(high)
