"""Windows of a series of nights, and the rank of one among the windows before it.

A window counts where at least 80 % of its nights were reported; its figure is the mean of those that were. Windows that
overlap share nights, so that they are fewer than they look: each weighs 6 / L of a window where a window has L nights,
and a whole one where L is below six. With weights v and m earlier windows of which k were lower and t equal,

    p = (1 + v (k + t / 2)) / (1 + v m)

which for v = 1 is the rank of conformal prediction (Vovk et al. 2005, doi:10.1007/b106715).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Series = NDArray[np.float64]

LEAST_REPORTED = 0.8
FULL_WEIGHT_UP_TO = 6
DIGITS = 9


def window_sums(nights: Series, length: int) -> tuple[Series, Series]:
    """Return for the window from each night the sum over its reported nights, and how many these are.

    NaN in `nights`: no report. A window with too few of them has a sum of NaN.
    """
    told = ~np.isnan(nights)
    sums, counts = _over(np.where(told, nights, 0.0), length), _over(told.astype(float), length)
    return np.where(counts >= LEAST_REPORTED * length, sums, np.nan), counts


def _over(values: Series, length: int) -> Series:
    total = np.concatenate([[0.0], np.cumsum(values)])
    return np.asarray(total[length:] - total[:-length], dtype=np.float64)


def window_means(nights: Series, length: int) -> Series:
    """Return for the window from each night the mean over its reported nights; NaN where too few were reported."""
    sums, counts = window_sums(nights, length)
    # Equal nights give equal means: differences of running sums would break ties by their rounding errors.
    return np.asarray(np.round(sums / np.maximum(counts, 1), DIGITS), dtype=np.float64)


def weight(length: int) -> float:
    """Return how much of a window each of the overlapping windows of so many nights weighs."""
    return min(1.0, FULL_WEIGHT_UP_TO / length)


def p_value(here: float, placebo: Series, length: int, ties: float = 0.5) -> float:
    """Return how likely a figure as low as this one is among the placebo windows, of `length` nights each.

    `ties` is the share of equal windows that count as lower.
    """
    lower = np.count_nonzero(placebo < here) + ties * np.count_nonzero(placebo == here)
    return float((1 + weight(length) * lower) / (1 + weight(length) * len(placebo)))


def bounds(placebo: Series, length: int, size: float) -> tuple[float | None, float | None]:
    """Return the figures that at most a share `size` of windows lies below and above; null where there are too few."""
    ordered, v = np.sort(placebo), weight(length)
    beyond = int(np.floor((size * (1 + v * len(ordered)) - 1) / v + 1e-9))
    if beyond < 0:
        return None, None
    return float(ordered[beyond]), float(ordered[len(ordered) - 1 - beyond])
