"""How many incidents no list has: capture-recapture over three or four independent lists.

What one list has and another lacks tells how much all of them miss. The estimate averages log-linear models, with and
without dependence between pairs of lists (`loglinear`; International Working Group for Disease Monitoring and
Forecasting 1995, doi:10.1093/oxfordjournals.aje.a117558; Lum, Price and Banks 2013, doi:10.1080/00031305.2013.821093).
Beside it stands a lower bound in the manner of Chao (1987, doi:10.2307/2531532), which asks less, and what each pair of
lists alone would give (Chapman 1951). It is refused where the lists do not allow it. docs/undercount.md has the
formulas, the assumptions and what was measured.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import combinations
from typing import Any

import numpy as np

from holdfire.assess.loglinear import Fit, design, fit, fitted, histories, models, weights

LEAST_LISTS, MOST_LISTS = 3, 4
LEAST_SHARED = 5  # incidents, by any two lists
LEAST_OBSERVED = 20
DRAWS = 400
SEED = 1
LEAST_MISSING = 0.5  # of an incident; a model that fits next to none would outweigh all others
COUNTING = 0.2  # of the heaviest weight, for a model to have a say in whether they disagree
WILDLY = 3.0  # times the lowest total
TOO_WIDE = 10.0  # times what was observed


@dataclass(frozen=True)
class TwoLists:
    """What two lists alone would give: how many incidents both have, and Chapman's estimate of all."""

    lists: tuple[str, str]
    shared: int
    estimate: float


@dataclass(frozen=True)
class Model:
    """A model that has a say: what it takes to depend on what, its weight, its total."""

    dependence: str
    weight: float
    estimate: float


@dataclass(frozen=True)
class Undercount:
    """Incidents of a window and a place by the lists that have them, and an estimate of all that happened.

    `place_code` is null for everywhere. `left_out` counts incidents that may or may not belong to the window or the
    place. `histories` counts incidents by the lists that have them, joined by ' + '. `estimate`, with its 95 %
    interval, counts those on the lists too; nulls where it is refused, and `refused` says why. `at_least` is the lower
    bound, with `surely` its one-sided 95 % limit; null where two lists share nothing.
    """

    place_code: str | None
    first: date
    last: date
    lists: dict[str, int]
    observed: int
    left_out: int
    histories: dict[str, int]
    pairs: tuple[TwoLists, ...]
    models: tuple[Model, ...]
    at_least: int | None
    surely: int | None
    estimate: int | None
    low: int | None
    high: int | None
    refused: str | None

    def document(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)


@dataclass(frozen=True)
class Total:
    """An estimate of all incidents, its 95 % interval, and the models it averages; or why there is none."""

    estimate: int | None = None
    low: int | None = None
    high: int | None = None
    fits: tuple[tuple[Fit, float], ...] = ()
    refused: str | None = None


def undercount(
    on: Iterable[frozenset[str]],
    names: Sequence[str],
    first: date,
    last: date,
    place_code: str | None = None,
    left_out: int = 0,
) -> Undercount:
    """Return the undercount from the lists that each incident is on; incidents on no list are left alone."""
    by_lists = Counter(s for s in on if s)
    counts = [by_lists[frozenset(n for n, here in zip(names, w, strict=True) if here)] for w in histories(len(names))]
    sizes = {n: sum(c for s, c in by_lists.items() if n in s) for n in names}
    pairs = tuple(
        TwoLists((a, b), shared := _shared(by_lists, a, b), round(chapman(sizes[a], sizes[b], shared), 1))
        for a, b in combinations(names, 2)
    )
    apart = too_little(by_lists, sizes, pairs, 1)
    refused = too_little(by_lists, sizes, pairs, LEAST_SHARED)
    bound = None if apart else lower_bound(counts, len(names))
    found = Total(refused=refused) if refused else total(counts, len(names))
    if bound and found.high is not None and found.high < bound[1]:
        found = Total(fits=found.fits, refused="it would lie below the lower bound, which asks less of the lists")
    observed = sum(counts)
    return Undercount(
        place_code,
        first,
        last,
        sizes,
        observed,
        left_out,
        {" + ".join(sorted(s)): by_lists[s] for s in sorted(by_lists, key=lambda s: (len(s), sorted(s)))},
        pairs,
        tuple(
            Model(_dependence(f, names), round(w, 3), round(observed + f.missing, 1))
            for f, w in sorted(found.fits, key=lambda item: -item[1])
            if w >= COUNTING * max(v for _, v in found.fits)
        ),
        None if bound is None else bound[0],
        None if bound is None else bound[1],
        found.estimate,
        found.low,
        found.high,
        found.refused,
    )


def _dependence(model: Fit, names: Sequence[str]) -> str:
    if model.pairs == "alike":
        return "every list on every other, alike"
    return "; ".join(f"{names[i]} with {names[j]}" for i, j in model.pairs) or "none"


def _shared(by_lists: Mapping[frozenset[str], int], a: str, b: str) -> int:
    return sum(c for s, c in by_lists.items() if {a, b} <= s)


def too_little(
    by_lists: Mapping[frozenset[str], int], sizes: Mapping[str, int], pairs: Sequence[TwoLists], least: int
) -> str | None:
    """Return what there is too little of, where any two lists must share so many incidents; null if there is enough."""
    filled = [n for n, size in sizes.items() if size]
    if len(filled) < LEAST_LISTS:
        return f"{len(filled)} of the lists have an incident here, and it takes {LEAST_LISTS}"
    observed = sum(by_lists.values())
    if observed < LEAST_OBSERVED:
        return f"the lists have {observed} incidents, and it takes {LEAST_OBSERVED}"
    thin = [p for p in pairs if p.shared < least]
    if thin:
        worst = min(thin, key=lambda p: (p.shared, p.lists))
        a, b = worst.lists
        shared = "1 incident" if worst.shared == 1 else f"{worst.shared or 'no'} incidents"
        return f"{a} and {b} share {shared}, and it takes {least} for any two lists"
    return None


def total(counts: Sequence[int], lists: int, draws: int = DRAWS, seed: int = SEED) -> Total:
    """Average the models over the counts of all histories (`loglinear.histories`), or refuse.

    What is missing is averaged on the scale of logarithms. For the interval, each draw takes a model by its weight,
    draws a table from that model's fit, those on no list included, and fits the model to it again.
    """
    observed = sum(counts)
    fits = [fitted(counts, lists, pairs) for pairs in models(lists)]
    w = weights(fits)
    own = tuple(zip(fits, w.tolist(), strict=True))
    counting = [observed + f.missing for f, weight in own if weight >= COUNTING * w.max()]
    if max(counting) > WILDLY * min(counting):
        low, high = (f"{v:,.0f}" if v < TOO_WIDE * observed else "no bound" for v in (min(counting), max(counting)))
        return Total(fits=own, refused=f"models that fit about as well disagree: from {low} to {high} in all")
    estimate = observed + float(np.exp((w * np.log([max(f.missing, LEAST_MISSING) for f in fits])).sum()))
    low, high = np.quantile(_drawn(own, lists, draws, seed), (0.025, 0.975))
    if high > TOO_WIDE * observed:
        return Total(fits=own, refused=f"the interval has no upper end below {TOO_WIDE:.0f} times what is on the lists")
    return Total(round(estimate), max(round(float(low)), observed), round(float(high)), own)


def _drawn(own: Sequence[tuple[Fit, float]], lists: int, draws: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    times = rng.multinomial(draws, [w for _, w in own])
    totals = []
    for (model, _), n in zip(own, times.tolist(), strict=True):
        if n:
            cells = np.append(model.expected, model.missing)
            tables = rng.multinomial(round(float(cells.sum())), cells / cells.sum(), size=n)[:, :-1]
            missing, _ = fit(tables.astype(np.float64), design(lists, model.pairs))
            totals.append(tables.sum(axis=1) + missing)
    return np.concatenate(totals)


def lower_bound(counts: Sequence[int], lists: int, draws: int = DRAWS, seed: int = SEED) -> tuple[int, int]:
    """Return at least how many there are, and the one-sided 95 % limit of that, by resampling.

    If some incidents are harder to see than others, by all lists alike, then for lists i and j those on neither are at
    least n_i n_j / n_ij, of incidents on list i alone, j alone and both alone (Cauchy and Schwarz). Summed over pairs,
    and with 1 added below against small numbers:

        missing >= sum n_i n_j / (sum n_ij + 1)

    With lists of one size it is Chao's f1^2 / 2 f2 times (k - 1) / k; with others, f1^2 / 2 f2 would not be a bound.
    """
    table = np.asarray(counts, dtype=np.int64)
    observed, missing = int(table.sum()), float(_bound(table[None], lists)[0])
    cells = np.append(table, missing)
    drawn = np.random.default_rng(seed).multinomial(round(cells.sum()), cells / cells.sum(), size=draws)[:, :-1]
    # Resampled bounds are too high as often as the bound itself is: their upper end, turned round, is the lower limit.
    highest = float(np.quantile(drawn.sum(axis=1) + _bound(drawn, lists), 0.95)) - observed
    return observed + int(missing), observed + int(missing**2 / highest if highest > missing else missing)


def _bound(tables: np.ndarray, lists: int) -> np.ndarray:
    at = {w: n for n, w in enumerate(histories(lists))}

    def alone(*on: int) -> np.ndarray:
        return np.asarray(tables[:, at[tuple(int(i in on) for i in range(lists))]], dtype=np.float64)

    pairs = list(combinations(range(lists), 2))
    products = np.sum([alone(i) * alone(j) for i, j in pairs], axis=0)
    return np.asarray(products / (np.sum([alone(i, j) for i, j in pairs], axis=0) + 1))


def chapman(first: int, second: int, both: int) -> float:
    """Return Chapman's estimate of all from two lists: (n1 + 1)(n2 + 1) / (m + 1) - 1."""
    return (first + 1) * (second + 1) / (both + 1) - 1
