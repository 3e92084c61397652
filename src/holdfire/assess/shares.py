"""A share of incidents within a window and outside of it, where the incidents of one night are one strike.

All uncertainty here is that between nights: a night is a cluster of `intervals.py`. The interval of a share is Wilson's
with the M incidents over their design effect, and with Student's t for n - 1 degrees of freedom, of n nights (Korn and
Graubard 1998, Surv. Methodol. 24:193-201; Franco et al. 2019, doi:10.1093/jssam/smy019). That of a difference puts two
of them together (Newcombe 1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I). The p-value
hands out the nights at random between window and reference and ranks the difference over its standard error; over it,
because in a lull the window has fewer incidents than the reference (Chung and Romano 2013, doi:10.1214/13-AOS1090).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from holdfire.assess.intervals import NINETY, Figures, design_effect, student, wilson

LEAST_INCIDENTS = 5
LEAST_NIGHTS = 3
DRAWS, DRAWS_OF_POWER = 999, 199
TRIALS = 100
MOVED = (0.3, 0.6, 0.9)
SIZE = 0.05
DIGITS = 9


@dataclass(frozen=True)
class Nights:
    """Incidents per night that answer yes, no, and neither; and which of the nights lie in the window."""

    yes: Figures
    no: Figures
    unknown: Figures
    window: NDArray[np.bool_]

    def of(self, mask: NDArray[np.bool_]) -> Nights:
        return Nights(self.yes[mask], self.no[mask], self.unknown[mask], self.window[mask])


@dataclass(frozen=True)
class IncidentShare:
    """How many incidents of a period answer yes, no, and neither, and the share of yes among those that are known.

    `low` and `high` bound its 90 % interval. `least` and `most` are what the share among all would be if every unknown
    one were a no, or a yes. Null where there is none to take a share of, or where too few nights are known for an
    interval.
    """

    yes: int
    no: int
    unknown: int
    nights: int
    share: float | None
    low: float | None
    high: float | None
    least: float | None
    most: float | None


@dataclass(frozen=True)
class ShareChange:
    """The share in the window less that in the reference, with its 90 % interval.

    `if_no` and `if_yes` are the change if every unknown incident were a no, or a yes; `least` and `most` if those of
    the window were the one and those of the reference the other. `p_value` is that of a rise, one-sided. `power`
    tells, if so much of what is a no had become a yes, how often the test would have found it at the 5 % level. Null,
    and no power, where there are too few incidents.
    """

    change: float | None
    low: float | None
    high: float | None
    if_no: float | None
    if_yes: float | None
    least: float | None
    most: float | None
    p_value: float | None
    p_corrected: float | None
    power: dict[str, float]


def share(nights: Nights) -> IncidentShare:
    """Return the share of yes over some nights."""
    yes, no, unknown = (int(x.sum()) for x in (nights.yes, nights.no, nights.unknown))
    told = int(np.count_nonzero(nights.yes + nights.no))
    _, low, high = _interval(nights) if told >= LEAST_NIGHTS and yes + no >= LEAST_INCIDENTS else (None, None, None)
    everything = yes + no + unknown
    return IncidentShare(
        yes,
        no,
        unknown,
        told,
        _ratio(yes, yes + no),
        _rounded(low),
        _rounded(high),
        _ratio(yes, everything),
        _ratio(yes + unknown, everything),
    )


def change(nights: Nights, tested: bool = True) -> ShareChange:
    """Return how the share in the window differs from that outside of it; with a p-value and its power if `tested`."""
    here, there = share(nights.of(nights.window)), share(nights.of(~nights.window))
    point = _less(here.share, there.share)
    found = ShareChange(
        point,
        None,
        None,
        _less(here.least, there.least),
        _less(here.most, there.most),
        _less(here.least, there.most),
        _less(here.most, there.least),
        None,
        None,
        {},
    )
    if here.share is None or there.share is None or here.low is None or there.low is None:
        return found
    (a, al, ah), (b, bl, bh) = (_interval(nights.of(side)) for side in (nights.window, ~nights.window))
    low, high = a - b - np.hypot(a - al, bh - b), a - b + np.hypot(ah - a, b - bl)
    found = replace(found, low=_rounded(low), high=_rounded(high))
    if not tested:
        return found
    p = rise(nights)
    return replace(found, p_value=p, p_corrected=p, power=power_of(nights))


def rise(nights: Nights, draws: int = DRAWS, seed: int = 0) -> float:
    """Return how likely a rise as large is if the nights of the window are nights like any others."""
    rng = np.random.default_rng(seed)
    others = _handed_out(rng, nights.window, draws)
    return round(_p_value(nights.yes, nights.yes + nights.no, nights.window, others), 4)


def power_of(nights: Nights, moved: Sequence[float] = MOVED) -> dict[str, float]:
    """Return how often the test would find that so much of what is a no became a yes in the window.

    Nights are handed out at random, with fixed seeds; in those of the window each no becomes a yes with the same
    chance.
    """
    found = {}
    for n, part in enumerate(moved):
        rng = np.random.default_rng(n)
        hits = 0
        for _ in range(TRIALS):
            window = rng.permutation(nights.window)
            became = np.where(window, rng.binomial(nights.no.astype(np.int64), part), 0)
            others = _handed_out(rng, window, DRAWS_OF_POWER)
            hits += _p_value(nights.yes + became, nights.yes + nights.no, window, others) <= SIZE
        found[f"{part:.0%}"] = round(hits / TRIALS, 2)
    return found


def _handed_out(rng: np.random.Generator, window: NDArray[np.bool_], draws: int) -> NDArray[np.bool_]:
    return rng.permuted(np.broadcast_to(window, (draws, len(window))), axis=1)


def _p_value(yes: Figures, known: Figures, window: NDArray[np.bool_], others: NDArray[np.bool_]) -> float:
    told = _standardised(yes, known, np.concatenate([window[None, :], others]))
    return float(np.count_nonzero(told >= told[0]) / len(told))


def _standardised(yes: Figures, known: Figures, windows: NDArray[np.bool_]) -> Figures:
    """Return the difference over its standard error for each of several choices of the window (rows).

    The variance of a share is no less than that of as many independent incidents, whose share is taken as
    (y + 1/2) / (M + 1): nights that agree by chance are no proof of certainty.
    """
    of_nights = np.stack([known, known > 0, yes, yes**2, yes * known, known**2])
    inside = of_nights @ windows.T.astype(np.float64)
    # Counts are whole, so that what is left outside of the window is exact.
    sides = np.stack([inside, of_nights.sum(axis=1, keepdims=True) - inside], axis=1)
    total, nights, answered, yes_yes, yes_known, known_known = sides
    ours = np.divide(answered, total, out=np.zeros_like(total), where=total > 0)
    # The sum of (y - p m)^2, written out so that it takes no table of windows by nights.
    spread = yes_yes - 2 * ours * yes_known + ours**2 * known_known
    scale = np.maximum(total, 1)
    smooth = (answered + 0.5) / (total + 1)
    between = spread / scale**2 * nights / np.maximum(nights - 1, 1)
    variance = np.maximum(between, smooth * (1 - smooth) / scale)
    # A window without any known incident shows no difference.
    found = np.where((total == 0).any(axis=0), 0.0, (ours[0] - ours[1]) / np.sqrt(variance.sum(axis=0)))
    return np.asarray(np.round(found, DIGITS), dtype=np.float64)


def _interval(nights: Nights) -> tuple[float, float, float]:
    """Return the share of yes and the bounds of its 90 % interval."""
    known = nights.yes + nights.no
    told = int(np.count_nonzero(known))
    independent = known.sum() / design_effect(nights.yes, known) * (NINETY / student(max(told - 1, 2))) ** 2
    p = float(nights.yes.sum() / known.sum())
    return p, *wilson(p, float(independent), NINETY)


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _less(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else round(a - b, 4)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), 4)
