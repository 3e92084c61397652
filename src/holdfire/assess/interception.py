"""How much was stopped before, through and after a pause: ratios of sums, for the nation and by night only.

The rate of a period is all that was stopped over all that was launched, in the nights whose bulletins give both
figures. Its 90 % interval is that of a bootstrap over nights (Efron and Tibshirani 1993, doi:10.1201/9780429246593),
since the munitions of one night meet the same defence and weather. `least` and `most` are the rate over all nights if
what a bulletin leaves out had none, or all, of its munitions stopped.

Rates drift, so that two periods differ more than their intervals allow for. A change is therefore ranked, by its size,
among the changes of earlier windows as long against the nights before them. docs/rebound.md has what was measured.

Figures are one side's claims, and what counts as stopped changes: in 2025 the bulletins of the Ukrainian Air Force
moved losses to electronic warfare in. Rates before and after such a change do not compare.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import polars as pl

from holdfire.assess.family import holm
from holdfire.assess.lull import RUN_UP_DAYS, SIZE
from holdfire.assess.placebo import Series, bounds, p_value, window_sums

AROUND = 30
LEAST_NIGHTS = 5
LEAST_WINDOWS = 20
DRAWS = 2000
TAILS = (0.05, 0.95)


@dataclass(frozen=True)
class Rate:
    """What was stopped of what was launched in the nights that end from `first` to `last`, in munitions.

    `reported` of these nights have a bulletin, be it that nothing was launched.
    `launched` and `stopped` are sums over the `nights` on which anything was launched and both figures are known;
    `rate` is the one over the other, null where nothing was. Null bounds of the interval: fewer than 5 such nights.
    """

    first: date
    last: date
    reported: int
    nights: int
    launched: int
    stopped: int
    rate: float | None
    low: float | None
    high: float | None
    least: float | None
    most: float | None


@dataclass(frozen=True)
class RateChange:
    """A rate less that of the 30 nights before the window.

    `low` and `high` bound the changes of nine in ten of so many earlier `windows`; `p_value` is two-sided, the share of
    them that changed as much either way. Null where fewer than 20 can be compared.
    """

    change: float
    windows: int
    low: float | None
    high: float | None
    p_value: float | None
    p_corrected: float | None


@dataclass(frozen=True)
class Interception:
    """The rate of a kind in the 30 nights before a reading's window, through it, and in up to 30 nights after.

    `through` and `later` are how the rates in the window and after it differ from that before; null where either has
    fewer than 5 nights with launches, or where not all nights after are known yet.
    """

    reading_id: str
    kind: str
    before: Rate
    window: Rate
    after: Rate
    through: RateChange | None
    later: RateChange | None


def interception(
    stopped: pl.DataFrame,
    reading_id: str,
    kind: str,
    first: date,
    last: date,
    after: date,
    pledged_on: date,
    run_up_days: int = RUN_UP_DAYS,
) -> Interception:
    """Return the rates around one window, of the nights that end from `first` to `last`.

    Takes `nights.stopped()`; `after` is the first night that surely lies behind the window. Changes are compared with
    those of windows before the run-up.
    """
    mine = stopped.filter(pl.col("kind") == kind).sort("day")
    periods = (
        (first - timedelta(days=AROUND), first - timedelta(days=1)),
        (first, last),
        (after, after + timedelta(days=AROUND - 1)),
    )
    before, window, later = (_rate(mine, *p, seed) for seed, p in enumerate(periods))
    empty = Interception(reading_id, kind, before, window, later, None, None)
    days = mine["day"].to_list()
    if not days:
        return empty
    end = max((min(pledged_on, first) - timedelta(days=run_up_days) - days[0]).days, 0)
    past = _Past(mine, days[0], end)
    length, behind = (last - first).days + 1, (after - first).days
    through = past.change(before, window, 0, length)
    known = later.last <= days[-1]
    return replace(empty, through=through, later=past.change(before, later, behind, AROUND) if known else None)


class _Past:
    """The nights of a kind up to the run-up, as arrays by day; NaN where a figure is missing."""

    def __init__(self, nights: pl.DataFrame, begin: date, end: int):
        self.launched, self.stopped = np.full(end, np.nan), np.full(end, np.nan)
        for day, launched, stopped in nights.drop_nulls("stopped").select("day", "launched", "stopped").iter_rows():
            if (at := (day - begin).days) < end:
                self.launched[at], self.stopped[at] = launched, stopped

    def rates(self, length: int) -> Series:
        """Return the rate of the window from each night; NaN where too few of its nights saw launches."""
        if len(self.launched) < length:
            return np.array([], dtype=np.float64)
        launched, _ = window_sums(self.launched, length)
        stopped, _ = window_sums(self.stopped, length)
        flown = window_sums((self.launched > 0).astype(np.float64), length)[0]
        enough = (flown >= LEAST_NIGHTS) & (launched > 0)
        rates = np.full(len(launched), np.nan)
        rates[enough] = stopped[enough] / launched[enough]
        return rates

    def change(self, before: Rate, other: Rate, behind: int, length: int) -> RateChange | None:
        """Return how a rate differs from that before, and how those of earlier windows did.

        The other period begins `behind` nights after the window's first and is `length` nights long.
        """
        if before.rate is None or other.rate is None or min(before.nights, other.nights) < LEAST_NIGHTS:
            return None
        found = RateChange(round(other.rate - before.rate, 4), 0, None, None, None, None)
        later = self.rates(length)[AROUND + behind :]
        if not len(later):
            return found
        changes = later - self.rates(AROUND)[: len(later)]
        changes = changes[~np.isnan(changes)]
        found = replace(found, windows=len(changes))
        if len(changes) < LEAST_WINDOWS:
            return found
        low, high = (None if v is None else round(v, 4) for v in bounds(changes, length, SIZE))
        p = round(p_value(-abs(found.change), -np.abs(changes), length), 4)
        return replace(found, low=low, high=high, p_value=p, p_corrected=p)


def _rate(nights: pl.DataFrame, first: date, last: date, seed: int) -> Rate:
    period = nights.filter(pl.col("day").is_between(first, last))
    mine = period.filter(pl.col("launched") > 0)
    told = mine.drop_nulls("stopped")
    launched, stopped, everything = (int(x.sum()) for x in (told["launched"], told["stopped"], mine["launched"]))
    low = high = None
    if len(told) >= LEAST_NIGHTS:
        flew, caught = (told[c].to_numpy().astype(np.float64) for c in ("launched", "stopped"))
        rows = np.random.default_rng(seed).integers(0, len(told), (DRAWS, len(told)))
        drawn = caught[rows].sum(axis=1) / flew[rows].sum(axis=1)
        low, high = (round(float(v), 4) for v in np.quantile(drawn, TAILS))
    least, most = (
        round(int(mine[c].sum()) / everything, 4) if everything else None for c in ("stopped_min", "stopped_max")
    )
    rate = round(stopped / launched, 4) if launched else None
    return Rate(first, last, len(period), len(told), launched, stopped, rate, low, high, least, most)


def corrected_rates(rates: Sequence[Interception]) -> list[Interception]:
    """Return the rates with p-values that allow for every change that was tested; equal ones are one test."""

    def key(x: Interception, name: str) -> tuple[str, str, date, date, date]:
        return x.kind, name, x.window.first, x.window.last, x.after.first

    told = [(key(x, n), c) for x in rates for n, c in (("through", x.through), ("later", x.later)) if c is not None]
    adjusted = holm({k: c.p_value for k, c in told if c.p_value is not None})

    def with_it(x: Interception, name: str, change: RateChange | None) -> RateChange | None:
        return None if change is None else replace(change, p_corrected=adjusted.get(key(x, name)))

    return [replace(x, through=with_it(x, "through", x.through), later=with_it(x, "later", x.later)) for x in rates]
