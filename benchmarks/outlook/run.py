"""The outlook beside climatology, persistence, AutoETS and a negative-binomial regression, over a year of nights.

Every night of the last 365 of the real series is forecast 1, 3, 7 and 14 days ahead from the nights before only, by
each of them, as quantiles at the same hundred levels. They are scored by CRPS, and by Brier for the mass strike, on the
nights that were reported. What the outlook does was chosen on the nights before that year. The series is the
transcription of bulletins of docs/sources/missile_attacks.md; name its file with HOLDFIRE_ATTACKS, or this part is left
out. The nights of the cold-spell case are scored in any case.

AutoETS and the regression run in an environment of their own, from PyPI at the versions of `requirements.txt`.
The reliability diagram of docs/outlook.md is drawn from the same forecasts.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import diagram
import numpy as np
import polars as pl
from numpy.typing import NDArray
from shared.bulletins import bulletin_nights
from shared.results import surroundings, write_result
from shared.rivals import ROOT, rivals_python, rivals_versions

from holdfire.assess import nightly
from holdfire.assess.experts import LEVELS, climatology
from holdfire.assess.outlook import (
    ALL,
    COVERED,
    SCORED,
    SERIES,
    Backtest,
    backtest,
    chances,
    earlier,
    scored_at,
    within,
)
from holdfire.assess.scores import brier, crps, error_of_mean, inside, reliability
from holdfire.case import counting, monitor, read_case

HERE = Path(__file__).parent
CASE = ROOT / "cases" / "cold-spell-2026"
YEAR = 365
EDGES = np.array([0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 1])
LAST_NIGHTS = (28, 60, 90, 180)
DIFFERENCES = 365

Series = NDArray[np.float64]


def case_nights() -> pl.DataFrame:
    case = read_case(CASE)
    return nightly(next(iter(counting(case, monitor(case).reports).values())), str(case.zone))


def series_of(nights: pl.DataFrame) -> dict[str, Series]:
    told = nights.with_columns(pl.sum_horizontal("drones", "missiles", ignore_nulls=False).alias(ALL))
    return {k: told[k].cast(pl.Float64).fill_null(np.nan).to_numpy().astype(np.float64) for k in SERIES}


def persistence(counts: Series, origins: NDArray[np.int64], horizon: int) -> Series:
    """Return the last reported night, and around it what nights so far apart differed by in the year before."""
    found = np.empty((len(origins), len(LEVELS)))
    for n, t in enumerate(origins):
        known = counts[max(0, t + 1 - DIFFERENCES) : t + 1]
        apart = known[horizon:] - known[:-horizon]
        last = known[~np.isnan(known)][-1]
        around = np.quantile(last + apart[~np.isnan(apart)], LEVELS, method="inverted_cdf")
        found[n] = np.maximum(around, 0)
    return found


def rivals(nights: pl.DataFrame, series: dict[str, Series], origins: NDArray[np.int64]) -> dict[str, Series]:
    """Return what AutoETS and the regression foretell at each origin, by `kind|rival`: origins by SCORED by LEVELS."""
    question = {
        "first": nights["day"][0].isoformat(),
        "series": {k: [None if np.isnan(v) else v for v in counts] for k, counts in series.items()},
        "origins": origins.tolist(),
        "horizons": list(SCORED),
        "levels": LEVELS.tolist(),
    }
    with tempfile.TemporaryDirectory() as name:
        asked, answer = Path(name) / "nights.json", Path(name) / "answer.npz"
        asked.write_text(json.dumps(question), encoding="utf-8")
        script = [str(rivals_python(HERE)), str(HERE / "with_rivals.py"), str(asked), str(answer)]
        subprocess.run(script, check=True)
        with np.load(answer) as found:
            return {name: found[name] for name in found.files}


def year(nights: pl.DataFrame) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return the scores of everyone on the last 365 nights, and the reliability of the outlook's chances."""
    series = series_of(nights)
    targets = np.arange(len(nights) - YEAR, len(nights))
    origins = np.arange(targets[0] - max(SCORED), len(nights) - 1)
    others = rivals(nights, series, origins)
    rows, reliable = [], {}
    for kind, counts in series.items():
        made = backtest(counts)
        said, struck = [], []
        for n, h in enumerate(SCORED):
            at = targets - h
            told = {"holdfire": made.told[h][at], "climatology_all": climatology(counts, at)}
            told |= {f"climatology_{m}": climatology(counts, at, m) for m in LAST_NIGHTS}
            told["persistence"] = persistence(counts, at, h)
            for rival in ("ets", "ets_log", "negative_binomial"):
                told[rival] = others[f"{kind}|{rival}"][at - origins[0], n]
            rows.append({"kind": kind, "days": h, **compared(told, counts[targets], made.least[at])})
            known = ~np.isnan(counts[targets])
            said.append(made.chance(h)[at][known])
            struck.append((counts[targets] >= made.least[at])[known].astype(np.float64))
            printed(rows[-1])
        reliable[kind] = asdict(reliability(np.concatenate(said), np.concatenate(struck), EDGES))
    return rows, reliable


def compared(told: dict[str, Series], came: Series, least: Series) -> dict[str, Any]:
    """Return everyone's scores on the nights reported, how they compare, and what the outlook's intervals held."""
    known = ~np.isnan(came)
    struck = (came >= least)[known].astype(np.float64)
    scores = {who: crps(t, came)[known] for who, t in told.items()}
    chance = {who: brier(chances(t, least)[known], struck) for who, t in told.items()}
    ours = told["holdfire"][known]
    return {
        "nights": int(known.sum()),
        "mass_strikes": int(struck.sum()),
        "crps": {who: s.mean() for who, s in scores.items()},
        "brier": {who: s.mean() for who, s in chance.items()},
        "crps_ratio": {who: scores["holdfire"].mean() / s.mean() for who, s in scores.items() if who != "holdfire"},
        "error_of_ratio": {
            who: error_of_mean(s - scores["holdfire"], max(SCORED)) / s.mean() for who, s in scores.items()
        },
        "brier_ratio": {who: chance["holdfire"].mean() / s.mean() for who, s in chance.items() if who != "holdfire"},
        "covered": dict(zip(("80", "95"), inside(ours, came[known], COVERED).mean(axis=0).tolist(), strict=True)),
        "within_whole_ends": dict(zip(("80", "95"), within(ours, came[known]).mean(axis=0).tolist(), strict=True)),
    }


def printed(row: dict[str, Any]) -> None:
    ratios = "  ".join(f"{who} {ratio:.3f}" for who, ratio in row["crps_ratio"].items())
    held = ", ".join(f"{share:.3f}" for share in row["covered"].values())
    print(
        f"{row['kind']:8} {row['days']:2} days, CRPS {row['crps']['holdfire']:.3f}, over that of: {ratios}; held {held}"
    )


def whole(nights: pl.DataFrame) -> list[dict[str, Any]]:
    """Return what an outlook of these nights states of itself: its skill over all of them."""
    rows = []
    for kind, counts in series_of(nights).items():
        made: Backtest = backtest(counts)
        found = [scored_at(made, earlier(counts), h) for h in SCORED]
        rows += [{"kind": kind, **asdict(skill)} for skill in found if skill is not None]
    return rows


def main() -> None:
    began = time.perf_counter()
    file = os.environ.get("HOLDFIRE_ATTACKS")
    case = case_nights()
    result: dict[str, Any] = {"case": {"nights": len(case), "skill": whole(case)}}
    start = time.perf_counter()
    for counts in series_of(case).values():
        backtest(counts)
    result["case"]["seconds"] = time.perf_counter() - start
    if file:
        nights = bulletin_nights(Path(file))
        rows, reliable = year(nights)
        better = {who: sum(bool(r["crps_ratio"][who] < 1) for r in rows) for who in rows[0]["crps_ratio"]}
        print("better on CRPS in so many of", len(rows), "rows:", better)
        within = [bool(abs(r["covered"][c] - int(c) / 100) <= 0.03) for r in rows for c in ("80", "95")]
        print(f"intervals within 3 points: {sum(within)} of {len(within)}")
        last = nights["day"][-1]
        result["year"] = {
            "first": nights["day"][-YEAR].isoformat(),
            "last": last.isoformat(),
            "rows": rows,
            "better_in_rows": better,
            "intervals_within_3_points": [sum(within), len(within)],
            "reliability": reliable,
        }
        result["whole_past"] = {"first": nights["day"][0].isoformat(), "skill": whole(nights)}
        shown = {k: reliable[k] for k in ("drones", "missiles")}
        picture = ROOT / "docs" / "outlook-reliability.svg"
        picture.write_text(diagram.drawn(shown), encoding="utf-8", newline="\n")
        print(picture)
    result["seconds"] = time.perf_counter() - began
    write_result("outlook", result | surroundings("numpy", rivals=rivals_versions(HERE)))


if __name__ == "__main__":
    main()
