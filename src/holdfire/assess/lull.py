"""Was it quieter than usual? Launches in a window against all earlier windows of the same length.

A placebo rank test: the mean per reported night in the window takes its rank among the same mean in every
earlier window in which there was no pledge. It assumes that those windows are what this one would have been
without the pledge: no trend, no season. The days before a pledge are unusually violent (Williams et al.,
arXiv:2110.05475), so the run-up is left out. Windows overlap and strikes come in waves, so the windows are far
fewer than they look; the power printed beside the p-value is measured on the windows themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

RUN_UP_DAYS = 14
LEAST_REPORTED = 0.8
LEAST_WINDOWS = 20
FALLS = (0.4, 0.7, 0.9)
SIZE = 0.05


@dataclass(frozen=True)
class Lull:
    """A window against its placebo windows, in munitions per reported night.

    `observed` is the total in the window and null where too few of its nights were reported; `rank` counts the
    placebo windows that were as quiet or quieter; `power` tells, for a fall by so much, how often the test would
    have found it at the 5 % level. Nulls where there are fewer than 20 placebo windows.
    """

    reading_id: str
    kind: str
    observed: int | None
    nights: int
    reported: int
    windows: int
    rank: int | None
    median: float | None
    low: float | None
    high: float | None
    p_value: float | None
    power: dict[str, float]
    note: str


def lull(
    nights: pl.DataFrame,
    reading_id: str,
    kind: str,
    first: date,
    last: date,
    pledged_on: date,
    run_up_days: int = RUN_UP_DAYS,
) -> Lull:
    """Test one window, from the night that ends on `first` to the one that ends on `last`.

    Takes `nightly()`. The placebo windows end before the run-up to the pledge, or to the window if that began
    earlier. A window counts if at least 80 % of its nights were reported.
    """
    length = (last - first).days + 1
    series = dict(nights.select("day", kind).iter_rows())

    def mean(start: date) -> float | None:
        values = [v for n in range(length) if (v := series.get(start + timedelta(days=n))) is not None]
        return sum(values) / len(values) if len(values) >= LEAST_REPORTED * length else None

    values = [series.get(first + timedelta(days=n)) for n in range(length)]
    reported = sum(v is not None for v in values)
    here = mean(first)
    limit = min(pledged_on, first) - timedelta(days=run_up_days)
    starts = [d for d in sorted(series) if d + timedelta(days=length) <= limit]
    placebo = [(d, m) for d in starts if (m := mean(d)) is not None]
    note = f"{run_up_days} days before the pledge left out"
    enough = here is not None and len(placebo) >= LEAST_WINDOWS
    means = sorted(m for _, m in placebo)
    rank = sum(m <= here for m in means) if enough and here is not None else None
    return Lull(
        reading_id,
        kind,
        sum(v for v in values if v is not None) if here is not None else None,
        length,
        reported,
        len(placebo),
        rank,
        _quantile(means, 0.5) if enough else None,
        _quantile(means, 0.1) if enough else None,
        _quantile(means, 0.9) if enough else None,
        round((1 + rank) / (1 + len(placebo)), 4) if rank is not None else None,
        {f"{fall:.0%}": _power(placebo, length, fall) for fall in FALLS} if enough else {},
        note if enough else note + "; too few nights or windows to test",
    )


def _quantile(ordered: list[float], share: float) -> float:
    at = share * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return round(ordered[low] + (at - low) * (ordered[high] - ordered[low]), 1)


def _power(placebo: list[tuple[date, float]], length: int, fall: float) -> float:
    """Return the share of placebo windows, each made quieter by `fall`, that the test would have found."""
    found = tried = 0
    for start, mean in placebo:
        others = [m for d, m in placebo if abs((d - start).days) >= length]
        if others:
            tried += 1
            found += (1 + sum(m <= mean * (1 - fall) for m in others)) / (1 + len(others)) <= SIZE
    return round(found / tried, 2) if tried else 0.0
