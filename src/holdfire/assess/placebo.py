"""Windows of a series of nights, and the rank of one among the windows before it.

A window counts where at least 80 % of its nights were reported; its figure is the mean of those that were. Windows that
overlap share nights, so that they are fewer than they look: each weighs v = 5 / L of a window where a window has L
nights, and a whole one where L is below five. With m earlier windows of which k were lower and t equal,

    p = (1/2 + v (k + t / 2)) / (1 + v m)

which for v = 1 is the smoothed rank of conformal prediction (Vovk et al. 2005, doi:10.1007/b106715): the window is
equal to itself, and half of what is equal counts as lower.

Where a window has several figures, each is turned into its rank among those of all windows, and the ranks r_1 <= r_2
<= ... of n figures into the least n r_i / i (Simes 1986, doi:10.1093/biomet/73.3.751). It is ranked again, so that
figures that go together are allowed for.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Series = NDArray[np.float64]

LEAST_REPORTED = 0.8
NIGHTS_APART = 5
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
    return min(1.0, NIGHTS_APART / length)


def p_value(here: float, placebo: Series, length: int, ties: float = 0.5) -> float:
    """Return how likely a figure as low as this one is among the placebo windows, of `length` nights each.

    `ties` is the share of equal windows, itself among them, that count as lower.
    """
    lower = np.count_nonzero(placebo < here) + ties * np.count_nonzero(placebo == here)
    return float((ties + weight(length) * lower) / (1 + weight(length) * len(placebo)))


def ranked(figures: Series, among: Series) -> Series:
    """Return for each figure the logarithm of the share of those `among` that are lower, of equal ones half.

    Below them all it is that of a quarter of one.
    """
    ordered = np.sort(among)
    lower, upto = np.searchsorted(ordered, figures, "left"), np.searchsorted(ordered, figures, "right")
    return np.asarray(np.log(np.maximum(lower + upto, 0.5) / (2 * len(among))), dtype=np.float64)


def joined(figures: Sequence[Series], among: Sequence[Series]) -> Series:
    """Return one figure for each window from several: the logarithm of what Simes makes of its ranks.

    It is low where one figure is very low, or several are rather low.
    """
    ranks = np.sort([ranked(f, a) for f, a in zip(figures, among, strict=True)], axis=0)
    shares = np.log(len(ranks) / np.arange(1, len(ranks) + 1))
    return np.asarray(np.round(np.min(ranks + shares[:, None], axis=0), DIGITS), dtype=np.float64)


def bounds(placebo: Series, length: int, size: float) -> tuple[float | None, float | None]:
    """Return the figures that at most a share `size` of windows lies below and above; null where there are too few."""
    ordered, v = np.sort(placebo), weight(length)
    beyond = int(np.floor((size * (1 + v * len(ordered)) - 0.5) / v + 1e-9))
    if beyond < 0:
        return None, None
    return float(ordered[beyond]), float(ordered[len(ordered) - 1 - beyond])
