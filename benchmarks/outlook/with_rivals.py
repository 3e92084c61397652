"""AutoETS of statsforecast and a negative-binomial regression of statsmodels; runs in an environment of its own.

    python with_rivals.py NIGHTS.json ANSWER.npz

The question holds a series per kind from one day on (null: no bulletin), the origins (indices of the last night known),
the horizons in days and the levels of the quantiles. The answer holds an array per kind and rival, origins by horizons
by levels.

AutoETS is fitted anew every seven days to the last year and follows every night, with a season of seven days, on the
counts and on their logarithm; its own prediction intervals give the quantiles, which are cut off at zero. It knows no
missing nights, so that each takes the value of the night before. The regression is fitted anew every seven days for
each horizon, on all nights known by then, to log(1 + x) of the last night, its means over 7 and 28 nights, and the
weekday of the target.
"""

from __future__ import annotations

import json
import sys
import warnings
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats
from statsforecast.models import AutoETS

ETS_NIGHTS, REFIT = 365, 7
LEAST_DISPERSION = 1e-4


def filled(counts: np.ndarray) -> np.ndarray:
    return pd.Series(counts).ffill().bfill().to_numpy()


def ets(counts: np.ndarray, origins: list[int], horizons: list[int], levels: np.ndarray, logs: bool) -> np.ndarray:
    """Return the quantiles that the prediction intervals of AutoETS end at."""
    central = sorted({round(100 * abs(2 * p - 1), 6) for p in levels if abs(2 * p - 1) > 1e-9})
    found = np.empty((len(origins), len(horizons), len(levels)))
    model = AutoETS(season_length=7)
    for n, origin in enumerate(origins):
        known = filled(counts[: origin + 1])[-ETS_NIGHTS:]
        known = np.log1p(known) if logs else known
        if n % REFIT == 0:
            model.fit(known)
        told = model.forward(known, h=max(horizons), level=central)
        for m, p in enumerate(levels):
            width = round(100 * abs(2 * p - 1), 6)
            name = "mean" if width < 1e-6 else f"{'lo' if p < 0.5 else 'hi'}-{width}"
            found[n, :, m] = told[name][[h - 1 for h in horizons]]
    return np.maximum(np.expm1(found) if logs else found, 0.0)


def looked_back(counts: np.ndarray) -> np.ndarray:
    """Return what the regression sees on each night; a mean is over the reported nights."""
    logs = pd.Series(np.log1p(counts))
    means = [logs.rolling(n, min_periods=1).mean() for n in (7, 28)]
    return pd.concat([logs.ffill(), *(m.ffill() for m in means)], axis=1).to_numpy()


def negative_binomial(
    counts: np.ndarray, days: list[date], origins: list[int], horizons: list[int], levels: np.ndarray
) -> np.ndarray:
    """Return the quantiles of a regression with a log link and a dispersion of its own, fitted for each horizon."""
    seen = looked_back(counts)
    weekday = np.array([d.weekday() for d in days])

    def design(at: np.ndarray, h: int) -> np.ndarray:
        return np.column_stack([np.ones(len(at)), seen[at], *(weekday[at + h] == w for w in range(1, 7))]).astype(float)

    found = np.empty((len(origins), len(horizons), len(levels)))
    for m, h in enumerate(horizons):
        fitted: Any = None
        for n, origin in enumerate(origins):
            if n % REFIT == 0:
                at = np.arange(28, origin + 1 - h)
                at = at[~np.isnan(counts[at + h])]
                model = sm.NegativeBinomial(counts[at + h], design(at, h))
                fitted = model.fit(disp=0, maxiter=500, start_params=None if fitted is None else fitted.params)
            mean = float(np.exp(design(np.array([origin]), h)[0] @ fitted.params[:-1]))
            shape = 1 / max(float(fitted.params[-1]), LEAST_DISPERSION)
            found[n, m] = stats.nbinom.ppf(levels, shape, shape / (shape + mean))
    return found


def answered(task: tuple[str, str, dict[str, Any]]) -> tuple[str, np.ndarray]:
    """Return what one rival foretells of one kind, under `kind|rival`."""
    warnings.simplefilter("ignore")
    kind, rival, asked = task
    counts = np.array([np.nan if v is None else v for v in asked["series"][kind]], dtype=float)
    levels, origins, horizons = np.array(asked["levels"]), asked["origins"], asked["horizons"]
    if rival == "negative_binomial":
        first = date.fromisoformat(asked["first"])
        days = [first + timedelta(days=n) for n in range(len(counts) + max(horizons))]
        found = negative_binomial(counts, days, origins, horizons, levels)
    else:
        found = ets(counts, origins, horizons, levels, logs=rival == "ets_log")
    print(f"{kind}: {rival} done", flush=True)
    return f"{kind}|{rival}", found


def main() -> None:
    asked = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    tasks = [(kind, rival, asked) for kind in asked["series"] for rival in ("ets", "ets_log", "negative_binomial")]
    with ProcessPoolExecutor() as pool:
        np.savez(sys.argv[2], **dict(pool.map(answered, tasks)))


if __name__ == "__main__":
    main()
