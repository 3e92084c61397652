"""Synthetic nights of which the process is known: waves, overdispersion, drift; and the oracle that knows it all.

Ordinary nights are negative binomial around a level, mass strikes around ten times as much. The gap between two mass
strikes is one night plus a negative binomial of mean 5, so that one comes every six days on average. The log level
has a slope, drawn anew for each series, and wanders around it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Figures = NDArray[np.float64]

NIGHTS, WINDOW = 200, 7
MEAN, SHAPE = 20.0, 0.75
WAVE, WAVE_SHAPE = 10.0, 0.9
GAP, REGULARITY = 5.0, 3
SLOPE, WANDERING, MEMORY = 0.2, 0.1, 40.0
LONGEST = 60


def drawn(series: int, seed: int) -> tuple[Counts, NDArray[np.bool_], Figures]:
    """Return the counts of so many series, which nights were mass strikes, and the level of each night."""
    rng = np.random.default_rng(seed)
    kept = np.exp(-1 / MEMORY)
    around = np.empty((series, NIGHTS))
    around[:, 0] = rng.normal(0, WANDERING, series)
    for t in range(1, NIGHTS):
        around[:, t] = kept * around[:, t - 1] + WANDERING * np.sqrt(1 - kept**2) * rng.normal(size=series)
    slope = rng.normal(0, SLOPE, series)
    level = MEAN * np.exp(slope[:, None] * (np.arange(NIGHTS) / NIGHTS - 0.5) + around)
    waves = np.zeros((series, NIGHTS), dtype=bool)
    for mine in waves:
        at = -int(rng.integers(0, 6))
        while (at := at + 1 + int(rng.negative_binomial(REGULARITY, REGULARITY / (REGULARITY + GAP)))) < NIGHTS:
            if at >= 0:
                mine[at] = True
    return _counted(rng, waves, level), waves, level


def _counted(rng: np.random.Generator, waves: NDArray[np.bool_], level: Figures) -> Counts:
    shape = np.where(waves, WAVE_SHAPE, SHAPE)
    return rng.poisson(rng.gamma(shape) * np.where(waves, WAVE, 1.0) * level / shape)


def _share(counts: Counts, shape: float, mean: Figures) -> Figures:
    """Return how likely the counts are under a negative binomial with this shape and mean."""
    ways = np.concatenate([[0.0], np.cumsum(np.log((shape - 1) / np.arange(1, counts.max() + 1) + 1))])
    return np.exp(ways[counts] + shape * np.log(shape / (shape + mean)) + counts * np.log(mean / (shape + mean)))


def _hazard() -> Figures:
    shares = _share(np.arange(LONGEST), REGULARITY, np.array(GAP))
    left = 1 - np.concatenate([[0.0], np.cumsum(shares)[:-1]])
    hazard = np.where(left > 1e-12, shares / np.maximum(left, 1e-12), 1.0)
    hazard[-1] = 1.0
    return hazard


HAZARD = _hazard()


def _likelihood(counts: Counts, level: Figures, since: Counts, kept: float) -> Figures:
    """Return the log likelihood of windows if each munition was kept with this chance, over all that may be strikes."""
    state = np.zeros((len(counts), LONGEST))
    state[np.arange(len(counts)), np.minimum(since, LONGEST) - 1] = 1
    total = np.zeros(len(counts))
    for t in range(counts.shape[1]):
        mean = kept * level[:, t]
        ordinary = _share(counts[:, t], SHAPE, mean)
        strike = _share(counts[:, t], WAVE_SHAPE, WAVE * mean)
        struck = (state * HAZARD).sum(axis=1) * strike
        passed = state * (1 - HAZARD) * ordinary[:, None]
        state = np.concatenate([struck[:, None], passed[:, :-1]], axis=1)
        scale = state.sum(axis=1)
        total += np.log(scale)
        state /= scale[:, None]
    return total


class Oracle:
    """The likelihood ratio test by one who knows process, level, past strikes, and how large the fall is."""

    def __init__(self, waves: NDArray[np.bool_], level: Figures, draws: int = 199, seed: int = 5):
        since = np.full(len(waves), 30)
        for t in range(NIGHTS - WINDOW):
            since = np.where(waves[:, t], 1, since + 1)
        self.since, self.level, self.draws = since, level[:, -WINDOW:], draws
        rng = np.random.default_rng(seed)
        self._after, self._levels = np.repeat(since, draws), np.repeat(self.level, draws, axis=0)
        now = self._after.copy()
        struck = np.zeros(self._levels.shape, dtype=bool)
        for t in range(WINDOW):
            struck[:, t] = rng.random(len(now)) < HAZARD[np.minimum(now, LONGEST) - 1]
            now = np.where(struck[:, t], 1, now + 1)
        self._drawn = _counted(rng, struck, self._levels)
        self._null = _likelihood(self._drawn, self._levels, self._after, 1.0)

    def p_values(self, windows: Counts, fall: float) -> Figures:
        kept = 1 - fall
        null = _likelihood(self._drawn, self._levels, self._after, kept) - self._null
        here = _likelihood(windows, self.level, self.since, kept) - _likelihood(windows, self.level, self.since, 1.0)
        return (1 + (null.reshape(-1, self.draws) >= here[:, None]).sum(axis=1)) / (1 + self.draws)
