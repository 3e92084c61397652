"""What agreement is worth: weights learnt from the reports themselves, without labels, and kept as a file to review.

The model is that of Fellegi and Sunter (1969, doi 10.1080/01621459.1969.10501049): for every fact and level, how
often pairs of one incident show it (m), how often other pairs do (u); the logarithm of their ratio is the weight. Both
are learnt by expectation and maximisation (Winkler 1988). Facts are taken to agree independently of each other, which
overstates what they say together: see `clusters.JOIN`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from holdfire.problems import bad
from holdfire.verify.agreement import FACTS, UNKNOWN, Fact, Levels
from holdfire.verify.candidates import Floats, Ints

Compared = dict[str, tuple[Levels, Levels]]
STEEPNESS = 2.5
PSEUDO_PAIRS = 30.0
STEPS = 8
SMALLEST = 1e-9


@dataclass(frozen=True)
class Weights:
    """Per fact an array of groups by levels: m and u; `prior` is the share of candidate pairs of one incident."""

    prior: float
    m: dict[str, Floats]
    u: dict[str, Floats]

    def log_odds(self, compared: Compared) -> Floats:
        """Return the logarithm of the odds that each pair is of one incident, before partners compete."""
        size = len(next(iter(compared.values()))[0])
        total = np.full(size, np.log(self.prior / (1 - self.prior)))
        for name in compared:
            total += self.of(name, compared)
        return total

    def of(self, name: str, compared: Compared) -> Floats:
        """Return the weight (natural logarithm) that one fact lends to each pair; nothing where it is not known."""
        group, level = compared[name]
        known = level != UNKNOWN
        weight = np.log(self.m[name] / self.u[name])
        return np.where(known, weight[group, np.where(known, level, 0)], 0.0)

    def text(self) -> str:
        """Return the weights as JSON that a reviewer can read and change; `weight` is log2(m / u), for reading only."""

        def told(m: float, u: float) -> dict[str, float]:
            m, u = float(f"{m:.5g}"), float(f"{u:.5g}")
            return {"m": m, "u": u, "weight": round(float(np.log2(m / u)), 2)}

        facts = {
            fact.name: {
                group or "all": {
                    level: told(self.m[fact.name][g, n], self.u[fact.name][g, n]) for n, level in enumerate(fact.levels)
                }
                for g, group in enumerate(fact.groups)
            }
            for fact in FACTS
        }
        return json.dumps({"prior": float(f"{self.prior:.5g}"), "facts": facts}, indent=2) + "\n"


def read_weights(path: Path) -> Weights:
    """Read weights that `Weights.text` wrote. Raises InputError that names the entry which is missing or wrong."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        raise bad(str(path), "not a readable file of weights", "JSON as in weights.json", "Write it anew.") from None

    def share(*keys: str) -> float:
        value = data
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1:
            found = f"{' > '.join(keys)} is {value!r}"[:200]
            raise bad(str(path), found, "a number between 0 and 1", "Mend it, or let the weights be learnt.")
        return float(value)

    tables: dict[str, dict[str, Floats]] = {"m": {}, "u": {}}
    for fact in FACTS:
        for side, table in tables.items():
            rows = [[share("facts", fact.name, g or "all", level, side) for level in fact.levels] for g in fact.groups]
            table[fact.name] = np.array(rows)
    return Weights(share("prior"), tables["m"], tables["u"])


def patterns(compared: Compared) -> tuple[Ints, Compared]:
    """Return the number of the pattern of agreement that each pair shows, and the distinct patterns."""
    key = np.zeros(len(next(iter(compared.values()))[0]), np.int64)
    for fact in FACTS:
        group, level = compared[fact.name]
        key = (key * len(fact.groups) + group) * (len(fact.levels) + 1) + level + 1
    _, first, number = np.unique(key, return_index=True, return_inverse=True)
    return number, {name: (group[first], level[first]) for name, (group, level) in compared.items()}


def at_first(compared: Compared, pairs: Floats, prior: float) -> Weights:
    """Return the weights to begin with, from patterns and how many pairs show each.

    Nearly all candidate pairs are of two incidents: u is what they show.
    """
    u = {f.name: _shares(f, compared[f.name], pairs, np.ones((len(f.groups), len(f.levels)))) for f in FACTS}
    return Weights(prior, {f.name: _rising(_shape(f), u[f.name]) for f in FACTS}, u)


def estimated(compared: Compared, pairs: Floats, same: Floats) -> Weights:
    """Return the weights that follow if so many of the pairs that show each pattern are of one incident."""
    m, u = {}, {}
    for fact in FACTS:
        pseudo = PSEUDO_PAIRS * _shape(fact)
        u[fact.name] = _shares(fact, compared[fact.name], pairs - same, np.ones(pseudo.shape))
        m[fact.name] = _rising(_shares(fact, compared[fact.name], same, pseudo), u[fact.name])
    return Weights(float(np.clip(same.sum() / max(pairs.sum(), 1.0), 1e-7, 0.5)), m, u)


def _shape(fact: Fact) -> Floats:
    """Return what is expected before anything is learnt: the more alike, the likelier in pairs of one incident."""
    row = STEEPNESS ** np.linspace(0, min(len(fact.levels) - 1, STEPS), len(fact.levels))
    return np.tile(row / row.sum(), (len(fact.groups), 1))


def _rising(m: Floats, u: Floats) -> Floats:
    """Return m such that more agreement never weighs less: neighbouring levels that say so are pooled."""
    out = np.empty_like(m)
    for g in range(len(m)):
        pools: list[tuple[float, float, int]] = []
        for n in range(m.shape[1]):
            pools.append((float(m[g, n]), float(u[g, n]), 1))
            while len(pools) > 1 and pools[-2][0] / pools[-2][1] > pools[-1][0] / pools[-1][1]:
                a, b = pools.pop(-2), pools.pop()
                pools.append((a[0] + b[0], a[1] + b[1], a[2] + b[2]))
        ratio = np.concatenate([np.full(n, a / b) for a, b, n in pools])
        out[g] = np.maximum(ratio * u[g] / (ratio * u[g]).sum(), SMALLEST)
    return out


def _shares(fact: Fact, compared: tuple[Levels, Levels], weight: Floats, pseudo: Floats) -> Floats:
    """Return, within each group, the share of every level among weighted patterns, on top of some pseudo-pairs."""
    group, level = compared
    known = level != UNKNOWN
    key = group[known].astype(np.int64) * len(fact.levels) + level[known]
    counts = np.bincount(key, weights=weight[known], minlength=pseudo.size)
    table = counts.reshape(pseudo.shape) + pseudo
    return np.asarray(table / table.sum(axis=1, keepdims=True), np.float64)
