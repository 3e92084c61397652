"""CausalPy's interrupted time series on sets of nights, as its documentation calls it; runs in its own environment.

    python with_causalpy.py NIGHTS.json ANSWER.json

A line in time is fitted to the nights before the window with the default model, and `effect_summary` gives the 95 %
interval of the mean effect in the window. It is called significant where that interval excludes zero. Two chains
of 500 draws stand for its default of four of 1,000, for time; the interval of a line in two unknowns needs no more.
"""

from __future__ import annotations

import json
import logging
import sys
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)

import causalpy  # noqa: E402
import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
from causalpy.pymc_models import LinearRegression  # noqa: E402


def significant(nights: list[float], window: int, seed: int) -> dict[str, bool]:
    """Return whether the window differs, and whether it is quieter, from what the nights before foretell."""
    table = pd.DataFrame({"t": np.arange(len(nights), dtype=float), "y": np.asarray(nights, dtype=float)})
    sampling = {"progressbar": False, "random_seed": seed, "cores": 1, "chains": 2, "draws": 500, "tune": 500}
    model = LinearRegression(sample_kwargs=sampling)
    result = causalpy.InterruptedTimeSeries(table, len(nights) - window, formula="y ~ 1 + t", model=model)
    row = result.effect_summary(direction="two-sided", cumulative=False, relative=False).table.iloc[0]
    low, high = (float(row[next(c for c in row.index if c.endswith(end))]) for end in ("lower", "upper"))
    return {"differs": low > 0 or high < 0, "quieter": high < 0}


def main() -> None:
    asked = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    answers = [significant(s, asked["window"], n) for n, s in enumerate(asked["series"])]
    Path(sys.argv[2]).write_text(json.dumps(answers), encoding="utf-8")


if __name__ == "__main__":
    main()
