"""Seeded incidents whose answer is known: how many a night, how many of them lie out of scope, and how many were moved.

The incidents of a night are a Poisson number whose mean is gamma distributed (shape 1). The share of a night that lies
out of scope is beta distributed with a correlation RHO between two incidents of one night, since a strike has few
targets. With `memory` a night keeps the share of the night before with that chance. In a `lull` each incident of the
window is kept with that chance, in scope or not; of those in scope, `moved` is the chance of being moved out of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from holdfire.assess.shares import Nights

NIGHTS, FIRST, WINDOW = 24, 9, 7
MEAN, SHAPE = 5.0, 1.0
OUTSIDE, RHO = 0.4, 0.3


@dataclass(frozen=True)
class Setting:
    """How a series differs from the plain one."""

    rho: float = RHO
    outside: float = OUTSIDE
    lull: float = 1.0
    memory: float = 0.0
    moved: float = 0.0
    mean: float = MEAN

    @property
    def change(self) -> float:
        """What the share out of scope truly rises by in the window."""
        return (1 - self.outside) * self.moved


def drawn(rng: np.random.Generator, setting: Setting) -> Nights:
    window = np.zeros(NIGHTS, dtype=bool)
    window[FIRST : FIRST + WINDOW] = True
    incidents = rng.poisson(rng.gamma(SHAPE, setting.mean / SHAPE, NIGHTS))
    spread = (1 - setting.rho) / setting.rho
    share = rng.beta(setting.outside * spread, (1 - setting.outside) * spread, NIGHTS)
    for night in range(1, NIGHTS):
        if rng.random() < setting.memory:
            share[night] = share[night - 1]
    kept = np.where(window, rng.binomial(incidents, setting.lull), incidents)
    outside = rng.binomial(kept, share)
    outside = np.where(window, outside + rng.binomial(kept - outside, setting.moved), outside)
    yes, no = outside.astype(np.float64), (kept - outside).astype(np.float64)
    return Nights(yes, no, np.zeros(NIGHTS), window)
