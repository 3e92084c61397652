"""Lists of incidents whose number is known, drawn at random."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

INCIDENTS = 300
Lists = NDArray[np.bool_]


@dataclass(frozen=True)
class World:
    """How lists come about: the chance of each to have an ordinary incident, and what is wrong with that.

    `spread` is the standard deviation, between incidents, of the log odds to be on any list. `retold` is what it adds
    to the log odds of the second list that the first has the incident. `missed` is the share of incidents on several
    lists whose link was missed, `wrong` the share of those on one list that were taken for one on another.
    """

    title: str
    chances: tuple[float, ...]
    spread: float = 0.0
    retold: float = 0.0
    missed: float = 0.0
    wrong: float = 0.0


WORLDS = (
    World("independent lists", (0.5, 0.4, 0.3)),
    World("a large list and two small", (0.6, 0.2, 0.2)),
    World("the second list retells the first", (0.5, 0.4, 0.3), retold=1.2),
    World("some incidents are harder to see", (0.5, 0.4, 0.3), spread=1.0),
    World("both of these", (0.5, 0.4, 0.3), spread=1.0, retold=1.2),
    World("thin lists", (0.2, 0.2, 0.15)),
    World("very thin lists", (0.1, 0.1, 0.1)),
    World("5 % of the links missed", (0.5, 0.4, 0.3), missed=0.05),
    World("5 % linked wrongly", (0.5, 0.4, 0.3), wrong=0.05),
    World("four independent lists", (0.4, 0.3, 0.3, 0.2)),
    World("four, the second retells the first", (0.4, 0.3, 0.3, 0.2), retold=1.2),
)


def drawn(world: World, rng: np.random.Generator) -> Lists:
    """Return which incident is on which list, as links show it: a row per incident, and none for those on no list."""
    odds = np.log(np.array(world.chances) / (1 - np.array(world.chances)))
    odds = odds + world.spread * rng.standard_normal((INCIDENTS, 1))
    chances = 1 / (1 + np.exp(-odds))
    on = rng.random(chances.shape) < chances
    if world.retold:
        told = odds[:, 1] + world.retold * (on[:, 0] - chances[:, 0])
        on[:, 1] = rng.random(INCIDENTS) < 1 / (1 + np.exp(-told))
    on = on[on.any(axis=1)]
    if world.missed:
        on = _parted(on, world.missed, rng)
    return _taken_for_one(on, world.wrong, rng) if world.wrong else on


def _parted(on: Lists, share: float, rng: np.random.Generator) -> Lists:
    """Let one list's report of some incidents stand as an incident of its own."""
    rows = np.flatnonzero((on.sum(axis=1) > 1) & (rng.random(len(on)) < share))
    alone = np.zeros((len(rows), on.shape[1]), dtype=np.bool_)
    for n, row in enumerate(rows):
        one = rng.choice(np.flatnonzero(on[row]))
        on[row, one], alone[n, one] = False, True
    return np.vstack([on, alone])


def _taken_for_one(on: Lists, share: float, rng: np.random.Generator) -> Lists:
    """Take some incidents on one list for an incident that is on another one only."""
    kept = np.ones(len(on), dtype=np.bool_)
    for row in np.flatnonzero((on.sum(axis=1) == 1) & (rng.random(len(on)) < share)):
        others = np.flatnonzero(kept & (on.sum(axis=1) == 1) & ~(on & on[row]).any(axis=1))
        if kept[row] and len(others):
            on[rng.choice(others)] |= on[row]
            kept[row] = False
    return on[kept]
