"""Log-linear models of which lists an incident is on, and how many are on none by each of them.

With k lists there are 2^k - 1 ways to be on at least one. A model says that their counts are Poisson with

    log mu(w) = b0 + sum_i b_i w_i + sum_{(i, j) in pairs} b_ij w_i w_j,   w_i = 1 if on list i

so that exp(b0) is what is on no list (Bishop, Fienberg and Holland 1975, Discrete Multivariate Analysis, ch. 6). A pair
is two lists that depend on each other. One more model has a single b for all pairs: some incidents are harder to see
than others, for every list alike (Darroch and others 1993, doi:10.1080/01621459.1993.10476387). Models are weighted by
Akaike's criterion (Buckland, Burnham and Augustin 1997, doi:10.2307/2533961).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import lgamma
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Pair = tuple[int, int]
Terms = tuple[Pair, ...] | Literal["alike"]

ROUNDS = 25
CLOSE = 1e-8
FARTHEST = 20.0  # of the linear predictor: counts from 2e-9 to 5e8
RIDGE = 1e-9


def histories(lists: int) -> list[tuple[int, ...]]:
    """Return every way to be on at least one of so many lists, as a 1 or 0 for each, in a fixed order."""
    return [w for w in product((0, 1), repeat=lists) if any(w)]


@dataclass(frozen=True)
class Fit:
    """A model fitted to counts: `missing` is what it expects on no list, `expected` what it expects in each history."""

    pairs: Terms
    missing: float
    expected: Numbers
    criterion: float


def models(lists: int) -> list[Terms]:
    """Return every set of pairs of lists, fewest first, and the model in which all pairs are alike."""
    pairs = list(combinations(range(lists), 2))
    return [*(chosen for n in range(len(pairs) + 1) for chosen in combinations(pairs, n)), "alike"]


def fitted(counts: Sequence[int], lists: int, pairs: Terms) -> Fit:
    """Fit one model to the counts of all histories, in the order of `histories`."""
    table = np.asarray([counts], dtype=np.float64)
    x = design(lists, pairs)
    missing, expected = fit(table, x)
    n, mu = table[0], expected[0]
    likelihood = float((n * np.log(mu) - mu).sum()) - sum(lgamma(c + 1) for c in counts)
    return Fit(pairs, float(missing[0]), mu, 2 * x.shape[1] - 2 * likelihood)


def design(lists: int, pairs: Terms) -> Numbers:
    """Return the design matrix of a model: a row per history, the constant first."""
    if pairs == "alike":
        rows = [[1, *w, sum(w) * (sum(w) - 1) / 2] for w in histories(lists)]
    else:
        rows = [[1, *w, *(w[i] * w[j] for i, j in pairs)] for w in histories(lists)]
    return np.asarray(rows, dtype=np.float64)


def fit(tables: Numbers, x: Numbers) -> tuple[Numbers, Numbers]:
    """Fit a model to many tables at once, one per row: what is missing of each, and its expected counts.

    Iteratively reweighted least squares (Nelder and Wedderburn 1972, doi:10.2307/2344614). Where no finite estimate
    exists, what is missing comes out beyond all measure, or next to nothing.
    """
    mu = tables + 0.5
    unknowns = x.shape[1]
    products = (x[:, :, None] * x[:, None, :]).reshape(len(x), -1)
    for _ in range(ROUNDS):
        before = mu
        working = np.log(mu) + (tables - mu) / mu
        left = (mu @ products).reshape(-1, unknowns, unknowns) + RIDGE * np.eye(unknowns)
        right = (mu * working) @ x
        b = np.linalg.solve(left, right[:, :, None])[:, :, 0]
        mu = np.exp(np.clip(b @ x.T, -FARTHEST, FARTHEST))
        if np.abs(mu - before).max() <= CLOSE * (1 + np.abs(mu).max()):
            break
    return np.exp(np.clip(b[:, 0], -FARTHEST, FARTHEST)), mu


def weights(fits: Sequence[Fit]) -> Numbers:
    """Return the Akaike weight of each fit; they sum to 1."""
    criteria = np.array([f.criterion for f in fits])
    raw = np.exp(-(criteria - criteria.min()) / 2)
    return np.asarray(raw / raw.sum(), dtype=np.float64)
