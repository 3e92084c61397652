"""Intervals of a share, and how many independent ones it rests on where some have much in common.

Incidents of one night, or truces of one country, resemble each other, so that n of them tell less than n independent
ones would. With y of m "yes" in a cluster, M = sum m and p = sum y / M over n clusters, a ratio of sums, the variance
of p is that of a ratio over clusters (Rao and Scott 1992, doi:10.2307/2532311; Cochran 1977, Sampling Techniques, ch.
9A),

    v = n / (n - 1) * sum (y - p m)^2 / M^2

and the design effect v / (p (1 - p) / M), at least 1, tells how many times more it would take. Quantiles are those that
leave out 5 % at each end, or 2.5 %.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

NINETY = 1.6448536269514722  # standard errors either side, for an interval of 90 %
NINETY_FIVE = 1.959964

Figures = NDArray[np.float64]


def wilson(p: float, n: float, errors: float) -> tuple[float, float]:
    """Return Wilson's interval (1927, doi:10.1080/01621459.1927.10502953) of a share p of n; n need not be whole.

    `errors` is NINETY or NINETY_FIVE.
    """
    centre, scale = p + errors**2 / (2 * n), 1 + errors**2 / n
    half = errors * math.sqrt(p * (1 - p) / n + errors**2 / (4 * n**2))
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


def design_effect(yes: Figures, known: Figures) -> float:
    """Return how many times more than independent ones it takes, from the yes and all the known of each cluster.

    It is 1 where all answer the same, or in one cluster: that does not tell how alike those of a cluster are.
    """
    total, clusters = known.sum(), np.count_nonzero(known)
    p = yes.sum() / total
    if clusters < 2 or p in (0.0, 1.0):
        return 1.0
    spread = ((yes - p * known) ** 2).sum()
    return max(1.0, float(spread / (total * p * (1 - p)) * clusters / (clusters - 1)))


def student(degrees: float) -> float:
    """Return what Student's t exceeds 5 times in 100, for 2 degrees of freedom or more, to within 0.01.

    By the expansion of Abramowitz and Stegun (1964), 26.7.5.
    """
    z = NINETY
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / degrees**n for n, term in enumerate(terms, 1))
