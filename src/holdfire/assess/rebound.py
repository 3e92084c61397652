"""Was it paid back afterwards? What a window lacked against what flew beyond the expected in the nights after it.

The deficit is what was to be expected in the window less what was launched, both as the test of quiet has them
(`lull`). The excess is what was launched in the 7, 14 and 30 nights after the window less what was to be expected
there, by the same level and factor, looked ahead from the nights before the run-up: the window itself moves neither.

Strikes come in waves, so that a quiet week is followed by a louder one without anybody paying anything back. Every
earlier window that lacked a good part as much of its own expectation is therefore asked the same: what share of its
deficit came on top in the nights after it. The rank among those is the p-value. docs/rebound.md has the formulas and
what was measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from holdfire.assess.family import holm
from holdfire.assess.lull import RUN_UP_DAYS, SIZE, Lull, expectations, past_of
from holdfire.assess.placebo import Series, bounds, p_value, weight, window_sums
from holdfire.assess.strikes import Strikes, strikes

HORIZONS = (7, 14, 30)
AS_QUIET = 0.5
PAID_BACK = (1.0, 2.0)
LEAST_WINDOWS = 20


@dataclass(frozen=True)
class Payback:
    """The first so many `nights` after a window, up to the one that ends on `last`, in munitions.

    `observed` and `expected` are sums over the `reported` nights, null where fewer than 80 % were reported or where
    the last of them lies beyond what is known; `known_until` then tells how far that reaches. `share` is the excess
    over the deficit, null where nothing was lacking. Of `windows` earlier ones that lacked at least half as large a
    part of their expectation, `as_much` paid back at least that share; `middle` is the share that the middle one of
    them paid back, `low` and `high` bound what nine in ten of them did, each null where they are too few for it.
    `p_value` is one-sided, and null where there are fewer than 20 of them; `p_least` is the least that so many could
    have given. `power` tells, had so much of the deficit come on top of what usually comes, how often that would have
    been noticed at the 5 % level.
    """

    nights: int
    last: date
    reported: int
    observed: int | None
    expected: float | None
    share: float | None
    windows: int
    as_much: int
    middle: float | None
    low: float | None
    high: float | None
    p_value: float | None
    p_corrected: float | None
    p_least: float | None
    power: dict[str, float]
    known_until: date


@dataclass(frozen=True)
class Rebound:
    """What came after a reading's window, from the night that ends on `after`, the first that surely lies behind it.

    `between` nights may lie in the window or not, and count neither there nor here. `deficit` is the expected less the
    observed of the window, in munitions; null where it is not known, and below zero where more came than expected.
    """

    reading_id: str
    kind: str
    first: date
    last: date
    after: date
    between: int
    deficit: float | None
    payback: list[Payback]
    strikes: Strikes | None


def rebound(
    nights: pl.DataFrame,
    window: Lull,
    after: date,
    pledged_on: date,
    horizons: Sequence[int] = HORIZONS,
    run_up_days: int = RUN_UP_DAYS,
) -> Rebound:
    """Return what came after a window. Takes `nightly()` and the lull of the window.

    Nights from the run-up on teach nothing, as for the lull.
    """
    series = dict(nights.select("day", window.kind).iter_rows())
    begin, final = min([*series, window.first]), max([*series, window.last])
    days = [begin + timedelta(days=n) for n in range((final - begin).days + 1)]
    counts = np.array([np.nan if series.get(d) is None else series[d] for d in days], dtype=np.float64)
    end = max((min(pledged_on, window.first) - timedelta(days=run_up_days) - begin).days, 0)
    opens, closes, resumes = ((d - begin).days for d in (window.first, window.last, after))
    found = Course(counts, end, opens, closes + 1, resumes)
    expected, lacking = window.expected, None
    if window.observed is not None and expected is not None:
        lacking = expected - window.observed
    return Rebound(
        window.reading_id,
        window.kind,
        window.first,
        window.last,
        after,
        resumes - closes - 1,
        None if lacking is None else round(lacking, 1),
        [payback(found, h, after, final, expected, lacking) for h in horizons],
        strikes(counts, begin, window.first, window.last, after),
    )


@dataclass(frozen=True)
class Course:
    """A series of nights and where in it a window lies: nights `opens` to `closes`, and after it those from `resumes`.

    Nights before `end` may be learnt from.
    """

    counts: Series
    end: int
    opens: int
    closes: int
    resumes: int

    @property
    def length(self) -> int:
        return self.closes - self.opens

    @cached_property
    def expected(self) -> Series:
        """What was to be expected of each night up to the window's last."""
        return expectations(past_of(self.counts[: self.closes], self.length, self.end))

    def expected_after(self, nights: int) -> Series:
        """Return what was to be expected of each night up to the last of so many after the window."""
        return expectations(past_of(self.counts[: self.resumes + nights], nights, self.end))

    def others(self, nights: int, later: Series, lacking: float) -> tuple[Series, NDArray[np.intp]]:
        """Return the share paid back after each earlier window that lacked at least such a part of its expectation.

        With each goes its first night. `later` is `expected_after` for as many nights.
        """
        begin = self.resumes - self.opens
        starts = self.end - begin - nights + 1
        if starts < 1:
            return np.array([], dtype=np.float64), np.array([], dtype=np.intp)
        counts = self.counts[: self.end]
        (here, _), (wanted, _) = (window_sums(x, self.length) for x in (counts, self.expected[: self.end]))
        (then, _), (ordinary, _) = (window_sums(x, nights) for x in (counts, later[: self.end]))
        deficit = (wanted - here)[:starts]
        excess = (then - ordinary)[begin : begin + starts]
        told = ~np.isnan(deficit) & ~np.isnan(excess)
        quiet = np.flatnonzero(told & (deficit > 0) & (deficit >= lacking * wanted[:starts]))
        return np.asarray(excess[quiet] / deficit[quiet], dtype=np.float64), quiet


def payback(
    course: Course, nights: int, after: date, final: date, wanted: float | None, lacking: float | None
) -> Payback:
    """Return what came in so many nights after a window of which so much was to be expected, and so much was lacking.

    `after` is the first of these nights, `final` the last that is known of.
    """
    last = after + timedelta(days=nights - 1)
    own = course.counts[course.resumes : course.resumes + nights]
    reported = int(np.count_nonzero(~np.isnan(own)))
    unknown = Payback(nights, last, reported, None, None, None, 0, 0, *(None,) * 6, {}, final)
    if len(own) < nights or np.isnan(window_sums(own, nights)[0][0]) or not np.nansum(course.counts[: course.end]):
        return unknown
    later = course.expected_after(nights)
    if np.isnan(later).all():
        return unknown
    observed, expected = float(np.nansum(own)), float(np.nansum(later[course.resumes :]))
    known = replace(unknown, observed=int(observed), expected=round(expected, 1))
    if not wanted or lacking is None or lacking <= 0:
        return known
    share = (observed - expected) / lacking
    others, at = course.others(nights, later, AS_QUIET * lacking / wanted)
    known = replace(
        known,
        share=round(share, 3),
        windows=len(others),
        as_much=int(np.count_nonzero(others >= share)),
        middle=round(float(np.median(others)), 3) if len(others) else None,
    )
    if len(others) < LEAST_WINDOWS:
        return known
    span = course.resumes - course.opens + nights
    low, high = (None if v is None else round(v, 3) for v in bounds(others, span, SIZE))
    p = round(p_value(-share, -others, span), 4)
    # Above them all, it is equal to itself alone.
    least = round(0.5 / (1 + weight(span) * len(others)), 4)
    told = power(others, at, span)
    return replace(known, low=low, high=high, p_value=p, p_corrected=p, p_least=least, power=told)


def power(others: Series, at: NDArray[np.intp], span: int) -> dict[str, float]:
    """Return how often it would be noticed at the 5 % level, had so much of the deficit come on top of the usual.

    Takes the shares of earlier windows, their first nights, and how many each spans with the nights after it. Each is
    ranked among those that share no night with it.
    """
    apart = np.abs(at[:, None] - at) >= span
    found = {}
    for back in PAID_BACK:
        than = (others + back)[:, None]
        as_much = (apart * ((others > than) + 0.5 * (others == than))).sum(axis=1)
        windows = apart.sum(axis=1)
        v = weight(span)
        hits = ((0.5 + v * as_much) / (1 + v * windows) <= SIZE)[windows > 0]
        found[f"{back:.0%}"] = round(float(hits.mean()), 2) if len(hits) else 0.0
    return found


def corrected_rebounds(rebounds: Sequence[Rebound]) -> list[Rebound]:
    """Return the rebounds with p-values that allow for every window, kind and number of nights that was tried."""

    def test(r: Rebound, p: Payback) -> tuple[str, date, date, date, int]:
        return r.kind, r.first, r.last, r.after, p.nights

    tests = {test(r, p): p.p_value for r in rebounds for p in r.payback if p.p_value is not None}
    adjusted = holm(tests)
    return [replace(r, payback=[replace(p, p_corrected=adjusted.get(test(r, p))) for p in r.payback]) for r in rebounds]
