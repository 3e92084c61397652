"""The same test on nights on which no setting of it was chosen: how often the sirens of each area went off.

The series are the air-raid alerts of 24 areas, April 2022 to November 2025; in December 2025 alerts became local, which
is a break in level. An alert is a threat, not a strike, but comes in the same waves. The window from every third night
is tested, as if a pledge had been made on its first day, where no truce lies in it and 200 nights before its run-up.
A night runs from 18:00 to 18:00 and bears the day of its morning. Alerts of more than 24 hours are stuck sirens: the
nights that they touch are missing, and so is one on which no area at all had an alert.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from real import FALL, LENGTHS, SIZE, STEPS, Figures
from shared.bulletins import TRUCES, ZONE

from holdfire.assess.lull import RUN_UP_DAYS, low_among, past_of
from holdfire.assess.placebo import LEAST_REPORTED

TIMES = ("started_at", "finished_at")
FIRST, LAST = date(2022, 4, 1), date(2025, 11, 30)
STUCK_MINUTES = 24 * 60
LEAST_PAST = 200
LEAST_ACTIVE = 0.03
STEP = 3


def series(path: Path) -> tuple[dict[str, Figures], NDArray[np.bool_]]:
    """Return the number of alerts in each night of each area, NaN where it is missing, and which nights lie in a truce.

    Areas with an alert in fewer than 3 % of their nights, or with fewer than half of these told, are left out.
    """
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    begun, over = (pl.col(c).dt.convert_time_zone(ZONE.key).dt.offset_by("6h").dt.date() for c in TIMES)
    alerts = pl.read_parquet(path).with_columns(begun.alias("day"), over.alias("until"))
    stuck = pl.col("duration_minutes") > STUCK_MINUTES
    counts = alerts.filter(~stuck).pivot("region", index="day", values="duration_minutes", aggregate_function="len")
    nights = pl.DataFrame({"day": days}).join(counts, on="day", how="left").sort("day").drop("day")
    told = {area: nights[area].fill_null(0).to_numpy().astype(np.float64) for area in sorted(nights.columns)}
    silent = np.sum(list(told.values()), axis=0) == 0
    for known in told.values():
        known[silent] = np.nan
    for area, first, last in alerts.filter(stuck).select("region", "day", "until").iter_rows():
        if area in told:
            told[area][max((first - FIRST).days, 0) : max((last - FIRST).days + 1, 0)] = np.nan
    enough = {a: k for a, k in told.items() if (k > 0).mean() >= LEAST_ACTIVE and np.isnan(k).mean() < 0.5}
    return enough, np.array([any(a <= d <= b for a, b in TRUCES) for d in days])


def measured(path: Path) -> list[dict[str, Any]]:
    """Return the false alarms for each length of window, over all areas and by area."""
    areas, truce = series(path)
    rng = np.random.default_rng(1)
    rows = []
    for length in LENGTHS:
        ps: dict[str, list[float]] = {}
        at_random, fallen = [], []
        for area, told in areas.items():
            known, mine = np.where(truce, np.nan, told), ps.setdefault(area, [])
            for start in range(LEAST_PAST + RUN_UP_DAYS, len(known) - length + 1, STEP):
                own = known[start : start + length]
                if truce[start : start + length].any() or (~np.isnan(own)).sum() < LEAST_REPORTED * length:
                    continue
                past = past_of(known[: start + length], length, start - RUN_UP_DAYS)
                means = [past.means(own)]
                mine.append(low_among(means, length))
                at_random.append(low_among(means, length, ties=rng.random()))
                fewer = rng.binomial(np.nan_to_num(own).astype(np.int64), 1 - FALL)
                fallen.append(low_among([past.means(np.where(np.isnan(own), np.nan, fewer))], length))
        p = np.concatenate(list(ps.values()))
        by_area = sorted(float((np.array(mine) <= SIZE).mean()) for mine in ps.values())
        row = {
            "nights": length,
            "kind": "alerts",
            "areas": len(ps),
            "windows": len(p),
            "false_alarms": float((p <= SIZE).mean()),
            "ties_at_random": float((np.array(at_random) <= SIZE).mean()),
            "found_at_a_fall_of_70%": float((np.array(fallen) <= SIZE).mean()),
            "by_area": by_area,
            "holdfire": {"deciles": (np.histogram(p, STEPS)[0] / len(p)).tolist()},
        }
        rows.append(row)
        told_of_it = "  ".join(f"{k} {row[k]:.3f}" for k in ("false_alarms", "ties_at_random"))
        print(f"{length:3} nights, alerts of {len(ps)} areas, {len(p)} windows  {told_of_it}", flush=True)
    return rows
