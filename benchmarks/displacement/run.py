"""The test of displacement on incidents whose answer is known, beside a chi-square test that takes them as independent.

Share of seeded series (`series.py`) that each calls displaced at 5 %, one-sided, without and with fire moved out of
scope; and how often the 90 % interval of the change holds the true one, beside that of independent incidents
(Newcombe) and a percentile bootstrap over nights.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray
from series import Setting, drawn
from shared.results import surroundings, write_result

from holdfire.assess.intervals import NINETY, wilson
from holdfire.assess.shares import Nights, change, power_of, rise

SERIES, SEED = 1000, 1
DRAWS = 199
BOOTSTRAPS = 400
SIZE = 0.05
TRIALS_OF_POWER = 40
SETTINGS = {
    "nothing moved": Setting(),
    "nothing moved, in a lull of 60 %": Setting(lull=0.4),
    "nothing moved, few out of scope, in a lull of 50 %": Setting(outside=0.15, lull=0.5),
    "nothing moved, nights alike (0.1)": Setting(rho=0.1),
    "nothing moved, nights very unlike (0.5), in a lull of 60 %": Setting(rho=0.5, lull=0.4),
    "nothing moved, nights resemble the one before": Setting(memory=0.4),
    "30 % moved": Setting(moved=0.3),
    "60 % moved": Setting(moved=0.6),
    "60 % moved, in a lull of 60 %": Setting(moved=0.6, lull=0.4),
    "90 % moved, in a lull of 60 %": Setting(moved=0.9, lull=0.4),
}


def chi_square(nights: Nights) -> bool:
    """Tell whether a test of two independent shares calls the rise significant, one-sided."""
    (a, m), (b, n) = ((float(nights.yes[g].sum()), float(known(nights)[g].sum())) for g in sides(nights))
    pooled = (a + b) / (m + n)
    error = np.sqrt(pooled * (1 - pooled) * (1 / m + 1 / n))
    return bool(error > 0 and (a / m - b / n) / error > NINETY)


def newcombe(nights: Nights) -> tuple[float, float]:
    """Return the 90 % interval of the change if all incidents were independent."""

    m, n = (float(known(nights)[g].sum()) for g in sides(nights))
    p, q = (float(nights.yes[g].sum()) / size for g, size in zip(sides(nights), (m, n), strict=True))
    (pl, ph), (ql, qh) = wilson(p, m, NINETY), wilson(q, n, NINETY)
    return p - q - float(np.hypot(p - pl, qh - q)), p - q + float(np.hypot(ph - p, q - ql))


def bootstrap(nights: Nights, rng: np.random.Generator) -> tuple[float, float]:
    """Return the 90 % percentile interval of the change, nights drawn with replacement within window and reference."""
    drawn_shares = []
    for side in sides(nights):
        rows = rng.choice(np.flatnonzero(side), (BOOTSTRAPS, int(side.sum())))
        with np.errstate(invalid="ignore"):
            drawn_shares.append(nights.yes[rows].sum(axis=1) / known(nights)[rows].sum(axis=1))
    low, high = np.nanquantile(drawn_shares[0] - drawn_shares[1], [SIZE, 1 - SIZE])
    return float(low), float(high)


def known(nights: Nights) -> NDArray[np.float64]:
    return np.asarray(nights.yes + nights.no, dtype=np.float64)


def sides(nights: Nights) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    return nights.window, ~nights.window


def measured(setting: Setting) -> dict[str, Any]:
    rng = np.random.default_rng(SEED)
    called = {"holdfire": 0, "chi-square on incidents": 0}
    holds = {"holdfire": 0, "independent incidents": 0, "bootstrap over nights": 0}
    tried = 0
    for _ in range(SERIES):
        nights = drawn(rng, setting)
        found = change(nights, tested=False)
        if found.low is None or found.high is None:
            continue
        tried += 1
        called["holdfire"] += rise(nights, DRAWS, seed=tried) <= SIZE
        called["chi-square on incidents"] += chi_square(nights)
        intervals = ((found.low, found.high), newcombe(nights), bootstrap(nights, rng))
        for name, (low, high) in zip(holds, intervals, strict=True):
            holds[name] += low <= setting.change <= high
    return {
        "series": tried,
        "true_change": setting.change,
        "called_displaced": {k: v / tried for k, v in called.items()},
        "interval_holds_the_truth": {k: v / tried for k, v in holds.items()},
    }


def power_said() -> dict[str, float]:
    """Return the mean power that is stated for plain series, to be held against what is found at as much moved."""
    rng = np.random.default_rng(SEED)
    said = [power_of(drawn(rng, Setting())) for _ in range(TRIALS_OF_POWER)]
    return {k: float(np.mean([s[k] for s in said])) for k in said[0]}


def main() -> None:
    began = time.perf_counter()
    rows = {}
    for name, setting in SETTINGS.items():
        rows[name] = measured(setting)
        told = "  ".join(f"{k} {v:.3f}" for k, v in rows[name]["called_displaced"].items())
        covers = "  ".join(f"{k} {v:.3f}" for k, v in rows[name]["interval_holds_the_truth"].items())
        print(f"{name:60} called displaced: {told}   interval holds: {covers}", flush=True)
    plain = rows["nothing moved"]["called_displaced"]
    ratio = plain["chi-square on incidents"] / plain["holdfire"]
    print(f"false alarms of the chi-square test over ours: {ratio:.1f}")
    result = {
        "settings": rows,
        "power_said": power_said(),
        "false_alarms_ratio": ratio,
        "standard_error_of_size": float(np.sqrt(SIZE * (1 - SIZE) / SERIES)),
        "seconds": time.perf_counter() - began,
        **surroundings("numpy"),
    }
    print("power said:", result["power_said"])
    write_result("displacement", result)


if __name__ == "__main__":
    main()
