"""How the widths of the outlook were chosen: coverage and CRPS on the two years before the one that is scored.

`fractions` widens by what was held and leaves quantiles between whole numbers; `whole` is the same in whole numbers;
the others let what is aimed at follow what was held, by so much of a step (`calibration.widths`). HOLDFIRE_ATTACKS
names the series.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
from run import YEAR, Series, series_of
from shared.bulletins import bulletin_nights

from holdfire.assess import calibration
from holdfire.assess.calibration import CLAIMS, whole, widths
from holdfire.assess.experts import LEVELS, panel, pooled, weights
from holdfire.assess.outlook import COVERED, SCORED
from holdfire.assess.scores import crps, inside

STEPS = (0.0, 0.005, 0.01, 0.02, 0.03)


def stated(told: Series, claims: Series) -> Series:
    """Return what is stated for each night before it is made whole."""
    aimed, side = np.abs(2 * LEVELS - 1), np.sign(LEVELS - 0.5)
    at = [0.5 + side * np.interp(aimed, CLAIMS, c) / 2 for c in claims]
    return np.array([np.interp(a, LEVELS, t) for a, t in zip(at, told, strict=True)])


def ways(told: Series, came: Series, horizon: int) -> dict[str, Series]:
    found = {}
    for step in STEPS:
        calibration.STEP = step
        found[f"step {step}" if step else "whole"] = whole(stated(told, widths(told, came, horizon)))
    calibration.STEP, calibration.whole = 0.0, np.asarray
    found["fractions"] = stated(told, widths(told, came, horizon))
    calibration.whole = whole
    return found


def main() -> None:
    nights = bulletin_nights(Path(os.environ["HOLDFIRE_ATTACKS"]))
    year = len(nights) - YEAR
    off: dict[str, list[Series]] = {}
    score: dict[str, list[float]] = {}
    for counts in series_of(nights).values():
        for h, told in panel(counts, SCORED, np.arange(len(counts))).items():
            came = np.concatenate([counts, np.full(h, np.nan)])[h:]
            for way, made in ways(pooled(told, weights(crps(told, came[:, None]), h)), came, h).items():
                for first in (year - 2 * YEAR, year - YEAR):
                    at = slice(first - h, first + YEAR - h)
                    off.setdefault(way, []).append(np.nanmean(inside(made[at], came[at], COVERED), axis=0) - COVERED)
                    score.setdefault(way, []).append(float(np.nanmean(crps(made[at], came[at]))))
    rows: list[dict[str, Any]] = []
    for way, apart in off.items():
        points, ratio = 100 * np.abs(apart), np.log(np.array(score[way]) / score["fractions"])
        rows.append(
            {
                "way": way,
                "within_3_points": [int((points <= 3).sum()), points.size],
                "mean_points_off": round(float(points.mean()), 2),
                "most_points_off": round(float(points.max()), 2),
                "crps_over_fractions": round(float(np.exp(ratio.mean())), 4),
            }
        )
        print(rows[-1])
    target = Path(__file__).parent.parent / "results" / "outlook-widths.json"
    target.write_text(json.dumps({"before": nights["day"][year].isoformat(), "rows": rows}, indent=2) + "\n")
    print(target)


if __name__ == "__main__":
    main()
