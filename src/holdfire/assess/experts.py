"""Forecasts of a night's count from the nights before, and how several of them are made into one.

Launches over a nation are close to noise around a level that moves slowly. An expert is one idea of how far back to
look: the weighted distribution of past counts, or of past counts over the level of their day times the level of today,

    x_(t+h)  ~  L(t) u_r  with weight 2^-(t - r)/memory,   u_r = x_r / L(r - h),   r <= t

where L is 1, or the geometric mean of counts that `waves.log_level` keeps. All are stated as quantiles at LEVELS, which
are averaged level by level (Ratcliff 1979, doi:10.1037/0033-2909.86.3.446) with weights that follow what each has
scored so far, as in CRPS learning (Berrisch and Ziel 2023, doi:10.1016/j.jeconom.2021.11.008):

    w_e  ~  exp( -25 n/(n + 60) S_e / mean of S )

S_e is the sum of CRPS of expert e over the n nights that it foretold, of which half is forgotten every 120 nights.
While few nights have been foretold, all weigh much the same.

Nothing later than night t enters what is foretold at t.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfire.assess.placebo import Series
from holdfire.assess.waves import FIRST_NIGHTS, LEAST_LEVEL, log_level

LEVELS = (np.arange(100) + 0.5) / 100
SHARPNESS, PATIENCE = 25.0, 60.0
LOSS_HALF_LIFE = 120
ROWS = 256

Origins = NDArray[np.int64]


@dataclass(frozen=True)
class Expert:
    """How far back to look: the half-life in nights of the past, and that of the level.

    Without a memory all nights weigh the same; without a level, counts are taken as they are.
    """

    memory: int | None
    level: int | None = None


EXPERTS = (
    *(Expert(memory) for memory in (10, 20, 40, 90, 180, None)),
    *(Expert(120, level) for level in (10, 20, 40)),
    Expert(365, 20),
)


def panel(counts: Series, horizons: tuple[int, ...], origins: Origins) -> dict[int, Series]:
    """Return what each expert foretells at each origin for so many nights later, by horizon.

    Takes counts per night with NaN for no report, and indices of nights. The values are arrays of origins by EXPERTS by
    LEVELS, in munitions; NaN where fewer than 28 nights had been reported.
    """
    halves = {e.level for e in EXPERTS if e.level is not None}
    levels = {half: np.maximum(np.expm1(log_level(counts, half)), LEAST_LEVEL) for half in sorted(halves)}
    plain = {e: foretold(counts, None, e.memory, 1, origins) for e in EXPERTS if e.level is None}
    found = {}
    for h in horizons:
        scaled = {e: foretold(counts, levels[e.level], e.memory, h, origins) for e in EXPERTS if e.level is not None}
        found[h] = np.stack([(plain | scaled)[e] for e in EXPERTS], axis=1)
    return found


def foretold(counts: Series, level: Series | None, memory: int | None, horizon: int, origins: Origins) -> Series:
    """Return what one expert foretells at each origin for `horizon` nights later, as origins by LEVELS.

    `level` is that of each night, in munitions; null: counts as they are, for any horizon.
    """
    ratios = counts if level is None else counts / np.concatenate([np.full(horizon, np.nan), level])[: len(counts)]
    known = np.flatnonzero(~np.isnan(ratios))
    known = known[np.argsort(ratios[known], kind="stable")]
    # By age in nights; the last one stands for all that is still to come, at ages below zero.
    kept = np.append(np.ones(len(counts)) if memory is None else 0.5 ** (np.arange(len(counts)) / memory), 0.0)
    found = np.full((len(origins), len(LEVELS)), np.nan)
    for start in range(0, len(origins), ROWS):
        at = origins[start : start + ROWS]
        age = np.maximum(at[:, None] - known, -1)
        found[start : start + ROWS] = weighted_quantiles(ratios[known], kept[age])
    if level is not None:
        found *= level[origins, None]
    found[np.cumsum(~np.isnan(counts))[origins] < FIRST_NIGHTS] = np.nan
    return found


def climatology(counts: Series, origins: Origins, nights: int | None = None) -> Series:
    """Return the distribution of the nights up to each origin, or of the last so many, as origins by LEVELS.

    NaN counts are left out. A row is NaN where fewer than 28 nights had been reported, or none of the last ones.
    """
    known = np.flatnonzero(~np.isnan(counts))
    known = known[np.argsort(counts[known], kind="stable")]
    age = origins[:, None] - known
    kept = (age >= 0) & (age < (nights or len(counts) + 1))
    found = weighted_quantiles(counts[known], kept.astype(np.float64))
    found[np.cumsum(~np.isnan(counts))[origins] < FIRST_NIGHTS] = np.nan
    return found


def weighted_quantiles(ordered: Series, weights: Series) -> Series:
    """Return for each row of weights the quantiles at LEVELS of ascending values: the first whose share reaches it.

    Shapes: `ordered` (n), `weights` (rows, n), not negative. Returns (rows, levels); NaN where all weights are zero.
    """
    rows, n = weights.shape
    if not n:
        return np.full((rows, len(LEVELS)), np.nan)
    reached = np.cumsum(weights, axis=1)
    total = reached[:, -1:]
    share = reached / np.where(total > 0, total, 1.0)
    # One search for all rows: each row of shares, from 0 to 1, is moved up by twice its number.
    moved = 2.0 * np.arange(rows)[:, None]
    at = np.searchsorted((share + moved).ravel(), (LEVELS + moved - 1e-9).ravel()).reshape(rows, -1)
    values = ordered[np.clip(at - n * np.arange(rows)[:, None], 0, n - 1)]
    return np.asarray(np.where(total > 0, values, np.nan), dtype=np.float64)


def weights(losses: Series, horizon: int) -> Series:
    """Return the weight of each expert at each night, from losses known by then.

    `losses[t]` is what the forecasts made at night t scored `horizon` nights later, a column per expert; NaN where that
    night has no report. Rows sum to one, and are equal before anything is known.
    """
    known = np.asarray(~np.isnan(losses).any(axis=1))
    kept = 0.5 ** (1 / LOSS_HALF_LIFE)
    sums, number = np.zeros(losses.shape[1]), 0.0
    sums_at, number_at = np.zeros(losses.shape), np.zeros((len(losses), 1))
    for t in range(horizon, len(losses)):
        if known[t - horizon]:
            sums, number = sums * kept + losses[t - horizon], number * kept + 1
        sums_at[t], number_at[t] = sums, number
    mean = sums_at.mean(axis=1, keepdims=True)
    above = (sums_at - sums_at.min(axis=1, keepdims=True)) / np.where(mean > 0, mean, 1.0)
    share = np.exp(-SHARPNESS * number_at / (number_at + PATIENCE) * above)
    return np.asarray(share / share.sum(axis=1, keepdims=True), dtype=np.float64)


def pooled(told: Series, shares: Series) -> Series:
    """Return the average of the experts' quantiles: (n, experts, levels) and (n, experts) to (n, levels)."""
    return np.asarray(np.matmul(shares[:, None, :], told)[:, 0, :], dtype=np.float64)
