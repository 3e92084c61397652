"""Was it quieter than chance explains? A window's launches against all earlier windows of the same length.

Each night is set against the level of the nights before (`waves.usual`) and scored by how unusual it is
(`waves.score`); the window's mean score takes its rank among those of the earlier windows (`placebo.p_value`), and
so does what Simes makes of the ranks of drones and missiles (`placebo.joined`). The score is learnt from the earlier
nights and the window's own alike, so that neither is favoured. The days before a pledge are unusually violent
(Williams et al., arXiv:2110.05475): the run-up is left out of windows, score and level.

The ratio is one of sums, what was launched over what was to be expected. A night's expectation is its level times a
factor, the same for all, that makes the expectations of the earlier nights sum up to what was launched in them. What
was launched in the earlier windows over what was expected there gives the interval. docs/lull.md has the formulas and
what was measured.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from holdfire.assess.family import holm
from holdfire.assess.nights import KINDS, counted
from holdfire.assess.placebo import Series, bounds, joined, p_value, weight, window_means, window_sums
from holdfire.assess.waves import HALF_LIFE, Score, last_mass_strike, score, usual

EVERYTHING = "launches"
RUN_UP_DAYS = 14
LEAST_WINDOWS = 20
FALLS = (0.4, 0.7, 0.9)
SIZE = 0.05


@dataclass(frozen=True)
class Lull:
    """A window, in munitions, against its placebo windows.

    `kind` is a column of `nightly()`, or `launches` for all of them together. `observed` is the total in the window and
    null where too few of its nights were reported; `expected` is what was to be expected on its reported nights.
    `ratio` is the one over the other; of `low` and `high`, the bounds of its 90 % interval, each is null where the past
    does not bound it. `p_value` is one-sided; `p_corrected` allows for every window that was tried. `power` tells, for
    a fall by so much, how often the test would have found it at the 5 % level. Nulls where there are fewer than 20
    placebo windows.

    `named_after` tells that the reading was stated only after its window had begun. `strike_nights` is how many nights
    before the window the last mass strike was, and `strike_size` its munitions; null where none is known.
    """

    reading_id: str
    kind: str
    first: date
    last: date
    observed: int | None
    nights: int
    reported: int
    windows: int
    expected: float | None
    ratio: float | None
    low: float | None
    high: float | None
    p_value: float | None
    p_corrected: float | None
    power: dict[str, float]
    named_after: bool
    strike_nights: int | None
    strike_size: int | None
    note: str


@dataclass(frozen=True)
class EarlierTruce:
    """A truce before the one that is tested; its nights are named by the local day of their morning."""

    title: str
    first: date
    last: date

    @property
    def days(self) -> list[date]:
        """Return the mornings of its nights."""
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]


@dataclass(frozen=True)
class Past:
    """What a window is compared with: the nights before the run-up and the level of every night up to its end.

    `counts` has NaN where there was no report, or where a night is left out; nights from `end` on are not past.
    """

    counts: Series
    level: Series
    end: int
    length: int

    @property
    def here(self) -> slice:
        return slice(len(self.counts) - self.length, len(self.counts))

    @property
    def ratios(self) -> Series:
        return self.counts / self.level

    def learnt(self, window: Series) -> Score:
        """Return the score that the past nights and those of a window give."""
        known = np.concatenate([self.ratios[: self.end], window / self.level[self.here]])
        return score(known[~np.isnan(known)])

    def placebo(self, of: Score) -> Series:
        """Return the mean score of the window from each past night; NaN where it was not reported well enough."""
        return window_means(of(self.ratios[: self.end]), self.length)

    def means(self, window: Series) -> Series:
        """Return the mean scores of the past windows and, last, of one that lies where this one does."""
        learnt = self.learnt(window)
        own = window_means(learnt(window / self.level[self.here]), self.length)
        return np.concatenate([self.placebo(learnt), own])


def past_of(counts: Series, length: int, end: int, half_life: float = HALF_LIFE) -> Past:
    """Return the past of the last `length` nights, of which those before `end` may be learnt from."""
    before = np.where(np.arange(len(counts)) < end, counts, np.nan)
    return Past(counts, usual(before, len(counts) - end, half_life), end, length)


def ranked_low(pasts: Sequence[Past], windows: Sequence[Series], ties: float = 0.5) -> float:
    """Return the p-value of a window that lies where these do, from its counts of each kind.

    Of one kind it is that of the mean score, since a rank rises with what is ranked.
    """
    return low_among([past.means(window) for past, window in zip(pasts, windows, strict=True)], pasts[0].length, ties)


def low_among(means: Sequence[Series], length: int, ties: float = 0.5) -> float:
    """Return the p-value of the last of some windows, from the mean scores of each kind; NaN where not reported."""
    known = ~np.isnan(means).any(axis=0)
    told = [m[known] for m in means]
    figures = joined(told, told)
    return p_value(float(figures[-1]), figures[:-1], length, ties)


def lull(
    nights: pl.DataFrame,
    reading_id: str,
    kind: str,
    first: date,
    last: date,
    pledged_on: date,
    run_up_days: int = RUN_UP_DAYS,
    stated_on: date | None = None,
    left_out: Collection[date] = (),
) -> Lull:
    """Test one window, from the night that ends on `first` to the one that ends on `last`.

    Takes `nightly()` and one of its columns, or `launches` for all that were ever counted. The placebo windows end
    before the run-up to the pledge, or to the window if that began earlier. A window counts if at least 80 % of its
    nights were reported. `left_out` are nights of other truces, from which
    nothing is learnt. `stated_on` is when the reading was first stated; null: before its window.
    """
    length = (last - first).days + 1
    kinds = list(counted(nights) or KINDS) if kind == EVERYTHING else [kind]
    series = {day: told for day, *told in nights.select("day", *kinds).iter_rows()}
    begin = min([*series, first])
    days = [begin + timedelta(days=n) for n in range((last - begin).days + 1)]
    none = [None] * len(kinds)
    told = [series.get(d, none) if d >= first or d not in left_out else none for d in days]
    of_kind = np.array(told, dtype=np.float64).T
    counts = of_kind.sum(axis=0)
    reported = int(np.count_nonzero(~np.isnan(counts[-length:])))
    end = max((min(pledged_on, first) - timedelta(days=run_up_days) - begin).days, 0)
    struck = last_mass_strike(counts[:-length])
    tested = Lull(
        reading_id,
        kind,
        first,
        last,
        None,
        length,
        reported,
        0,
        *(None,) * 6,
        {},
        stated_on is not None and stated_on >= first,
        None if struck is None else len(counts) - length - struck,
        None if struck is None else int(counts[struck]),
        _note(run_up_days, sum(d in left_out for d in days[:-length])),
    )
    pasts = [past_of(c, length, end) for c in of_kind]
    sums, __ = window_sums(counts, length)
    windows = int(np.count_nonzero(~np.isnan(sums[: max(end - length + 1, 0)])))
    reported_enough = not np.isnan(sums[-1])
    observed = int(np.nansum(counts[-length:])) if reported_enough else None
    tested = replace(tested, windows=windows, observed=observed)
    if not reported_enough or windows < LEAST_WINDOWS or any(np.isnan(p.level).any() for p in pasts):
        return replace(tested, note=tested.note + "; too few nights or windows to test")
    p = round(ranked_low(pasts, [p.counts[p.here] for p in pasts]), 4)
    return replace(tested, **measured(pasts), p_value=p, p_corrected=p, power=power(pasts))


def expectations(past: Past) -> Series:
    """Return what was to be expected of each reported night: its level times a factor, the same for all."""
    told = ~np.isnan(past.counts)
    before = told[: past.end]
    factor = past.counts[: past.end][before].sum() / past.level[: past.end][before].sum()
    return np.where(told, factor * past.level, np.nan)


def _note(run_up_days: int, left_out: int) -> str:
    of_truces = f"; so are {left_out} nights of earlier truces" if left_out else ""
    return f"{run_up_days} days before the pledge left out{of_truces}"


def measured(pasts: Sequence[Past]) -> dict[str, Any]:
    """Return what was to be expected of all kinds together, the ratio of sums, and its interval, rounded."""
    counts = np.sum([past.counts for past in pasts], axis=0)
    should = np.sum([expectations(past) for past in pasts], axis=0)
    past = pasts[0]
    expected = float(np.nansum(should[past.here]))
    if not expected:
        return {"expected": 0.0}
    ratio = float(np.nansum(counts[past.here])) / expected
    sums, __ = window_sums(counts[: past.end], past.length)
    ordinary, __ = window_sums(should[: past.end], past.length)
    earlier = (sums / ordinary)[~np.isnan(sums)]
    least, most = bounds(earlier, past.length, SIZE)
    return {
        "expected": round(expected, 1),
        "ratio": round(ratio, 3),
        "low": round(ratio / most, 3) if most else None,
        "high": round(ratio / least, 3) if least else None,
    }


def power(pasts: Sequence[Past], falls: Sequence[float] = FALLS) -> dict[str, float]:
    """Return how often the test would find falls in the placebo windows, had they come there.

    The munitions of each window are thinned at random, each kept with the same chance, with a fixed seed. The window
    is then ranked among those that share no night with it.
    """
    past = pasts[0]
    learnt = [p.learnt(p.counts[p.here]) for p in pasts]
    whole = [p.placebo(s) for p, s in zip(pasts, learnt, strict=True)]
    at = np.flatnonzero(~np.isnan(whole[0]))
    apart = np.abs(at[:, None] - at) >= past.length
    others, v = apart.sum(axis=1), weight(past.length)
    usual_means = [w[at] for w in whole]
    usually = joined(usual_means, usual_means)
    found = {}
    for n, fall in enumerate(falls):
        rng = np.random.default_rng(n)
        fallen = []
        for p, scored in zip(pasts, learnt, strict=True):
            unknown = np.isnan(p.counts[: p.end])
            thinned = rng.binomial(np.nan_to_num(p.counts[: p.end]).astype(np.int64), 1 - fall).astype(np.float64)
            thinned[unknown] = np.nan
            fallen.append(window_means(scored(thinned / p.level[: p.end]), p.length)[at])
        than = joined(fallen, usual_means)[:, None]
        lower = (apart * ((usually < than) + 0.5 * (usually == than))).sum(axis=1)
        hits = ((0.5 + v * lower) / (1 + v * others) <= SIZE)[others > 0]
        found[f"{fall:.0%}"] = round(float(hits.mean()), 2) if len(hits) else 0.0
    return found


def corrected(lulls: Sequence[Lull]) -> list[Lull]:
    """Return the lulls with p-values that allow for every window tried.

    Readings that agree on their nights are one test. The windows of all launches are one family, those of the kinds
    another. If each test is right at its level, the chance that any window of a family without a lull has a corrected
    p-value of at most 5 % is then at most that, however the tests depend on each other.
    """
    adjusted: dict[tuple[str, date, date], float] = {}
    for together in (True, False):
        family = [x for x in lulls if (x.kind == EVERYTHING) == together]
        adjusted |= holm({(x.kind, x.first, x.last): x.p_value for x in family if x.p_value is not None})
    return [replace(x, p_corrected=adjusted.get((x.kind, x.first, x.last))) for x in lulls]
