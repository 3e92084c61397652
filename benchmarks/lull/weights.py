"""Other ways to allow for windows that overlap, beside the weight 5 / L of `placebo.weight`.

`steeper` weighs them (6 / L)^1.5; the other ways have no constant. `autocorrelation`: of m windows,
m / (1 + 2 sum (1 - k/m) rho_k) count, with the autocorrelation rho of what is ranked up to the last lag at which two
windows share a night (Bayley and Hammersley 1946, doi:10.2307/2983560). `of_being_low`: the same of whether a window
is among the lowest 5 %. `of_noise`: the share of the windows that are lower is itself ranked among such shares of white
noise, with as many windows of as many nights (prepivoting, Beran 1988, doi:10.1080/01621459.1988.10478649).

Measured are the windows of `real.py`, where HOLDFIRE_ATTACKS names the series, and synthetic ones of seeds of their
own.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import real
import series
from real import Figures
from shared.bulletins import bulletin_nights
from shared.results import short

from holdfire.assess.lull import RUN_UP_DAYS, past_of
from holdfire.assess.placebo import joined, p_value, weight

SIZE, FALL = 0.05, 0.7
SERIES, SEED = 1000, 4242
SYNTHETIC = ((200, 3), (200, 7), (200, 14), (200, 30), (500, 14), (500, 30))
NUMBERS = (20, 40, 80, 160, 320, 640, 1280)
DRAWS = 2000


def counted(figures: Figures, length: int) -> float:
    """Return how much of a window each weighs, by the autocorrelation of figures of which some are NaN."""
    number = np.count_nonzero(~np.isnan(figures))
    off = figures - np.nanmean(figures)
    spread = np.nanmean(off * off)
    inflation = 1.0
    for lag in range(1, min(length, len(off) - 1)):
        pairs = off[lag:] * off[:-lag]
        if spread > 0 and not np.isnan(pairs).all():
            inflation += 2 * (1 - lag / number) * np.nanmean(pairs) / spread
    return float(1 / max(inflation, 1.0))


@cache
def of_noise(number: int, length: int, kinds: int) -> Figures:
    """Return, in order, the shares of so many windows of white noise that are lower than one apart from them."""
    rng = np.random.default_rng(SEED)
    shares = np.empty(DRAWS)
    for n in range(DRAWS):
        told = []
        for nights in rng.normal(size=(kinds, number + 2 * length - 1)):
            total = np.concatenate([[0.0], np.cumsum(nights[:-length])])
            told.append(np.append(total[length:] - total[:-length], nights[-length:].sum()))
        figures = told[0] if kinds == 1 else joined(told, told)
        shares[n] = _lower(figures) / number
    return np.sort(shares)


def _lower(figures: Figures) -> float:
    past, here = figures[:-1], figures[-1]
    return float(np.count_nonzero(past < here) + np.count_nonzero(past == here) / 2)


def among_noise(lower: float, number: int, length: int, kinds: int) -> float:
    """Return the p-value by noise, between those of the two of NUMBERS around the number of windows."""
    found = []
    for near in NUMBERS:
        drawn = of_noise(near, length, kinds)
        share = lower / number
        found.append((np.searchsorted(drawn, share) + np.searchsorted(drawn, share, "right") + 1) / (2 * DRAWS + 2))
    return float(np.interp(np.log(number), np.log(NUMBERS), found))


def p_values(means: list[Figures], length: int) -> dict[str, float]:
    """Return the p-value of the last window by each way, from the mean scores of each kind."""
    known = ~np.isnan(means).any(axis=0)
    told = [m[known] for m in means]
    figures = np.full(len(known), np.nan)
    figures[known] = joined(told, told)
    past, number = figures[:-1], int(known.sum()) - 1
    low = np.where(np.isnan(past), np.nan, past <= np.nanquantile(past, SIZE))
    lower = _lower(figures[known])
    ways = {"steeper": min(1.0, (6 / length) ** 1.5)}
    ways |= {"autocorrelation": counted(past, length), "of_being_low": counted(low, length)}
    found = {"holdfire": p_value(figures[-1], figures[known][:-1], length)}
    found |= {way: (0.5 + v * lower) / (1 + v * number) for way, v in ways.items()}
    return found | {"of_noise": among_noise(lower, number, length, len(means))}


def called(told: list[dict[str, float]]) -> dict[str, float]:
    return {way: float(np.mean([t[way] <= SIZE for t in told])) for way in told[0]}


def on_real_nights(path: Path) -> list[dict[str, Any]]:
    nights, rows = bulletin_nights(path), []
    for length in real.LENGTHS:
        told: dict[str, list[dict[str, float]]] = {"launches": [], "drones": [], "missiles": []}
        for __, pasts in real.pasts_of(nights, length):
            means = [p.means(p.counts[p.here]) for p in pasts]
            for kind, own in zip(told, (means, means[:1], means[1:]), strict=True):
                told[kind].append(p_values(own, length))
        for kind, found in told.items():
            apart = len(found) / length
            error = float(np.sqrt(SIZE * (1 - SIZE) / apart))
            rows.append({"nights": length, "kind": kind, "false_alarms": called(found), "standard_error": error})
            print(rows[-1], flush=True)
    return rows


def on_synthetic(nights: int, length: int) -> dict[str, Any]:
    """Return the share called quiet without a fall and at one of 70 %, of the last of so many nights."""
    series.NIGHTS, series.WINDOW = nights, length
    counts, waves, level = series.drawn(SERIES, SEED + nights + length)
    end = nights - length - RUN_UP_DAYS
    oracle: Callable[..., Figures] | None = series.Oracle(waves, level).p_values if length == 7 else None
    row: dict[str, Any] = {"nights": nights, "window": length}
    for fall in (0.0, FALL):
        windows = np.random.default_rng(SEED).binomial(counts[:, -length:], 1 - fall)
        told = []
        for all_nights, window in zip(counts.astype(np.float64), windows.astype(np.float64), strict=True):
            found = p_values([past_of(all_nights, length, end).means(window)], length)
            thinned = np.concatenate([all_nights[:-length], window])
            told.append(found | {"plain": real.plain(thinned, length, end) or 1.0})
        row[f"{fall:.0%}"] = called(told)
        if oracle is not None:
            row[f"{fall:.0%}"]["oracle"] = float((oracle(windows, fall or FALL) <= SIZE).mean())
    print(row, flush=True)
    return row


def main() -> None:
    file = os.environ.get("HOLDFIRE_ATTACKS")
    result = {
        "weight": {str(length): weight(length) for length in real.LENGTHS},
        "series": SERIES,
        "synthetic": [on_synthetic(*asked) for asked in SYNTHETIC],
        "real": on_real_nights(Path(file)) if file else None,
    }
    target = Path(__file__).parent.parent / "results" / "lull-weights.json"
    target.write_text(json.dumps(short(result), indent=2) + "\n", encoding="utf-8")
    print(target)


if __name__ == "__main__":
    main()
