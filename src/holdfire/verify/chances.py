"""How likely it is that two reports are of one incident, once their partners compete and third sources are heard.

Where a source lists an incident once at most, a report has one partner in it, so its possible partners compete. And
where sources overlap, they tend to overlap on the same incidents: that a third source has what both reports speak of
is a fact about the pair, whose weight is learnt like that of the others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfire.verify.agreement import UNKNOWN
from holdfire.verify.candidates import Floats, Ints, expanded
from holdfire.verify.weights import Compared, Weights, at_first, estimated, patterns

ROUNDS = 60
THIRD_ROUNDS = 3
SETTLED = 1e-4
WORTH_ASKING = 0.05
LOWEST = -30.0
UNLIKELY = -15.0
MOST_LOWERED = 8.0
HALVINGS = 20
Once = NDArray[np.bool_]


@dataclass(frozen=True)
class Pairs:
    """Candidate pairs (i < j, row numbers), how far they agree, and how likely each is of one incident.

    `source` numbers the source of every report; `once` tells of every source whether it lists an incident once.
    """

    i: Ints
    j: Ints
    compared: Compared
    source: Ints
    once: Once
    weights: Weights
    log_odds: Floats
    chance: Floats


def weigh(compared: Compared, i: Ints, j: Ints, source: Ints, once: Once, known: Weights | None = None) -> Pairs:
    """Learn the weights of candidate pairs, or take those that are known, and return what follows for each pair."""
    learning = known is None and len(i) > 0
    seen = _Seen(compared, i, j, source, once)
    prior = min(0.2, 0.25 * max(len(source), 1) / max(len(i), 1))
    weights = known or at_first(seen.patterns, seen.many, prior)
    if learning:
        weights = seen.settled(weights)
    if once.sum() > 2 and len(i):
        for _ in range(THIRD_ROUNDS):
            chance = seen.chances(weights)
            compared = {**compared, "third": _third(chance, i, j, source, once)}
            seen = _Seen(compared, i, j, source, once)
            if learning:
                weights = seen.settled(seen.estimated(chance))
    same_list = once[source[i]] & (source[i] == source[j])
    log_odds = np.where(same_list, LOWEST, weights.log_odds(seen.patterns)[seen.number])
    return Pairs(i, j, compared, source, once, weights, log_odds, chances(log_odds, i, j, source, once))


class _Seen:
    """Pairs by the pattern of agreement that they show: there are far fewer patterns than pairs."""

    def __init__(self, compared: Compared, i: Ints, j: Ints, source: Ints, once: Once):
        self.number, self.patterns = patterns(compared)
        self.many = np.bincount(self.number).astype(np.float64)
        self._of = i, j, source, once

    def chances(self, weights: Weights) -> Floats:
        return chances(weights.log_odds(self.patterns)[self.number], *self._of)

    def estimated(self, chance: Floats) -> Weights:
        same = np.bincount(self.number, weights=chance, minlength=len(self.many)).astype(np.float64)
        return estimated(self.patterns, self.many, same)

    def settled(self, weights: Weights) -> Weights:
        """Expect and maximise until the share of pairs of one incident hardly changes."""
        for _ in range(ROUNDS):
            after = self.estimated(self.chances(weights))
            change = abs(after.prior - weights.prior) / weights.prior
            weights = after
            if change < SETTLED:
                break
        return weights


def chances(log_odds: Floats, i: Ints, j: Ints, source: Ints, once: Once) -> Floats:
    """Return the probability of each pair: partners of one report within a source that lists it once compete.

    A pair that is UNLIKELY anyway is left out of the competition.
    """
    odds = np.exp(np.clip(log_odds, LOWEST, -LOWEST))
    out: Floats = odds / (1 + odds)
    likely = np.flatnonzero(log_odds > UNLIKELY)
    out[likely] = _competing(odds[likely], i[likely], j[likely], source, once)
    return out


def _competing(odds: Floats, i: Ints, j: Ints, source: Ints, once: Once) -> Floats:
    sources = len(once)
    rivals = np.zeros(len(odds))
    for own, other in ((i, j), (j, i)):
        key = own * sources + source[other]
        total = np.bincount(key, weights=odds, minlength=len(source) * sources)[key]
        rivals += np.where(once[source[other]], np.maximum(total - odds, 0.0), 0.0)
    same_list = once[source[i]] & (source[i] == source[j])
    return np.asarray(np.where(same_list, 0.0, odds / (1 + odds + rivals)))


def calibrated(pairs: Pairs, undecided: NDArray[np.bool_], linked: NDArray[np.bool_]) -> Floats:
    """Return the probabilities, lowered until they expect as many links as fit together into incidents.

    Facts that are not independent of each other make every pair look surer than it is, in both directions; how many
    pairs survive when incidents must be consistent does not depend on that. They are never raised.
    """
    wanted = float((linked & undecided).sum())
    low, high = 0.0, MOST_LOWERED
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        chance = chances(pairs.log_odds - middle, pairs.i, pairs.j, pairs.source, pairs.once)
        low, high = (middle, high) if chance[undecided].sum() > wanted else (low, middle)
    return chances(pairs.log_odds - low, pairs.i, pairs.j, pairs.source, pairs.once)


def _third(chance: Floats, i: Ints, j: Ints, source: Ints, once: Once) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """Return the level of the fact `third`: how many reports of further sources are likely partners of both."""
    n = np.int64(len(source))
    keep = chance > WORTH_ASKING
    a, b = np.concatenate([i[keep], j[keep]]), np.concatenate([j[keep], i[keep]])
    likely = np.concatenate([chance[keep]] * 2)
    order = np.argsort(a, kind="stable")
    start, target, likely_from = a[order], b[order], likely[order]
    low, high = np.searchsorted(start, b, "left"), np.searchsorted(start, b, "right")
    left, right = expanded(np.arange(len(a)), np.arange(len(a)), low, high)
    x, between, y = a[left], b[left], target[right]
    third = once[source[between]] & (source[between] != source[x]) & (source[between] != source[y]) & (x < y)
    keys, back = np.unique((x * n + y)[third], return_inverse=True)
    summed = np.bincount(back, weights=(likely[left] * likely_from[right])[third], minlength=len(keys))
    heard = np.zeros(len(i))
    if len(keys):
        at = np.minimum(np.searchsorted(keys, i * n + j), len(keys) - 1)
        heard = np.where(keys[at] == i * n + j, summed[at], 0.0)
    level = np.select([heard < 0.1, heard < 0.5, heard < 1.5], [0, 1, 2], 3)
    others = once.sum() - once[source[i]].astype(int) - (once[source[j]] & (source[i] != source[j])).astype(int)
    level = np.where(others > 0, level, UNKNOWN)
    return np.zeros(len(i), np.int8), level.astype(np.int8)
