"""How good forecasts were: scores of distributions and of probabilities, averaged by whoever asks.

Both scores are proper: nobody does better in expectation than by saying what they believe (Gneiting and Raftery 2007,
doi:10.1198/016214506000001437). Smaller is better.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from holdfire.assess.placebo import Series


def crps(members: Series, observed: Series) -> Series:
    """Return the continuous ranked probability score of ensembles whose members weigh the same, exactly.

    For members x_1 <= ... <= x_m and an outcome y,

        CRPS = (1/m) sum_i |x_i - y|  -  (1/m^2) sum_i (2 i - m - 1) x_i

    which is the integral of the squared difference between the ensemble's distribution function and the step at y.

    Shapes: `members` (..., m), ascending along the last axis; `observed` (...), broadcast against the rest. Returns
    (...), in the unit of the outcome; for a single member it is the absolute error. NaN where a member or the
    outcome is NaN.

    Gneiting and Raftery (2007), doi:10.1198/016214506000001437; Hersbach (2000),
    doi:10.1175/1520-0434(2000)015<0559:DOTCRP>2.0.CO;2.
    """
    m = members.shape[-1]
    spread = members @ ((2.0 * np.arange(1, m + 1) - m - 1) / m**2)
    return np.asarray(np.abs(members - observed[..., None]).mean(axis=-1) - spread, dtype=np.float64)


def brier(chance: Series, happened: Series) -> Series:
    """Return the squared difference between a probability and what happened (1 or 0); NaN where either is NaN.

    Brier (1950), doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2.
    """
    return np.asarray((chance - happened) ** 2, dtype=np.float64)


def skill(score: float, reference: float) -> float | None:
    """Return the share of a reference's score that is saved: 1 is perfect, 0 no better, below 0 worse.

    Null where the reference is perfect, so that nothing could be saved.
    """
    return 1 - score / reference if reference > 0 else None


@dataclass(frozen=True)
class Reliability:
    """Forecasts sorted by the probability they gave, against how often what they spoke of happened.

    `said`, `came` and `number` are the mean probability, the share that happened and how many forecasts there are in
    each bin, in order; empty bins are left out. The three parts of the mean Brier score obey
    score = miscalibration - resolution + uncertainty + what forecasts differ by within their bin.
    """

    said: tuple[float, ...]
    came: tuple[float, ...]
    number: tuple[int, ...]
    miscalibration: float
    resolution: float
    uncertainty: float


def reliability(chance: Series, happened: Series, edges: Series) -> Reliability:
    """Return the reliability of probabilities in bins, from each edge up to the next; the last includes its end.

    Shapes: `chance` and `happened` (n), without NaN; `edges` (bins + 1), ascending from 0 to 1. Raises ValueError where
    there is no forecast.

    Murphy (1973), doi:10.1175/1520-0450(1973)012<0595:ANVPOT>2.0.CO;2.
    """
    if not len(chance):
        raise ValueError("reliability needs at least one forecast")
    bins = np.clip(np.searchsorted(edges, chance, side="right") - 1, 0, len(edges) - 2)
    here = [bins == b for b in range(len(edges) - 1) if (bins == b).any()]
    said = np.array([chance[h].mean() for h in here])
    came = np.array([happened[h].mean() for h in here])
    number = np.array([h.sum() for h in here])
    base = float(happened.mean())
    return Reliability(
        tuple(said.tolist()),
        tuple(came.tolist()),
        tuple(number.tolist()),
        float((number * (said - came) ** 2).sum() / number.sum()),
        float((number * (came - base) ** 2).sum() / number.sum()),
        base * (1 - base),
    )


def ranks(members: Series, observed: Series) -> tuple[Series, Series]:
    """Return the shares of members below an outcome and not above it: where it lies in the forecast distribution.

    Shapes as for `crps`. The two differ where members equal the outcome, as counts of zero often do.
    """
    here = observed[..., None]
    return (members < here).mean(axis=-1), (members <= here).mean(axis=-1)


def inside(members: Series, observed: Series, nominal: Series) -> Series:
    """Return how much of each outcome lies in the central intervals of its forecast that should hold shares `nominal`.

    1 inside, 0 outside. An outcome that equals members reaches over several ranks, and counts by the part of them that
    lies inside, which on average makes the nominal share where forecasts are calibrated; counting it wholly would call
    any forecast of many zeros too wide. An outcome between two of m members reaches over 1 / (m + 1).

    Shapes: `members` (..., m), ascending; `observed` (...); `nominal` (k), each from 0 to 1. Returns (..., k); NaN
    where the outcome or a member is NaN.

    Czado, Gneiting and Held (2009), doi:10.1111/j.1541-0420.2009.01191.x, section 2.1.
    """
    return part_inside(*reach(members, observed), nominal)


def reach(members: Series, observed: Series) -> tuple[Series, Series]:
    """Return from which share of the ranks to which each outcome reaches; NaN where it or a member is NaN.

    Shapes as for `inside`; returns two of (...).
    """
    m = members.shape[-1]
    here = observed[..., None]
    unknown = np.isnan(observed) | np.isnan(members).any(axis=-1)
    low = np.where(unknown, np.nan, (members < here).sum(axis=-1) / (m + 1))
    return low, ((members <= here).sum(axis=-1) + 1) / (m + 1)


def part_inside(low: Series, high: Series, nominal: Series) -> Series:
    """Return how much of what `reach` gave lies in the central intervals of shares `nominal`, as `inside` does."""
    first, last = (1 - nominal) / 2, (1 + nominal) / 2
    low, high = low[..., None], high[..., None]
    share = np.clip(np.minimum(high, last) - np.maximum(low, first), 0, None) / (high - low)
    return np.asarray(share, dtype=np.float64)


def error_of_mean(differences: Series, lags: int) -> float:
    """Return the standard error of the mean of differences between two forecasts' scores, in order of time.

    Forecasts several days ahead overlap, so that their differences go together; up to `lags` of them apart are allowed
    for, with weights that fall linearly (Newey and West 1987, doi:10.2307/1913610), as in the test of Diebold and
    Mariano (1995), doi:10.1080/07350015.1995.10524599. `differences` (n) has no NaN; zero where n is 0 or 1.
    """
    n = len(differences)
    if n < 2:
        return 0.0
    apart = differences - differences.mean()
    variance = float(apart @ apart) / n
    for lag in range(1, min(lags, n - 1) + 1):
        variance += 2 * (1 - lag / (lags + 1)) * float(apart[lag:] @ apart[:-lag]) / n
    return float(np.sqrt(max(variance, 0.0) / n))
