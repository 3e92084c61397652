"""The same test on nights on which no setting of it was chosen: how often the sirens of each area went off.

The series are the air-raid alerts of 24 areas, April 2022 to November 2025; in December 2025 alerts became local, which
is a break in level. An alert is a threat, not a strike, but comes in the same waves. Every window without a truce is
tested, as if a pledge had been made on its first day, where 200 nights lie before its run-up. Alerts of more than 24
hours are stuck sirens. A night runs from 18:00 to 18:00 and bears the day of its morning.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from real import LENGTHS, SIZE, STEPS, Figures
from shared.bulletins import TRUCES, ZONE

from holdfire.assess.lull import RUN_UP_DAYS, low_among, past_of

FIRST, LAST = date(2022, 4, 1), date(2025, 11, 30)
STUCK_MINUTES = 24 * 60
LEAST_PAST = 200
LEAST_ACTIVE = 0.03


def series(path: Path) -> tuple[dict[str, Figures], Figures]:
    """Return the number of alerts in every night of each area, and which nights lie in a truce.

    Areas that had an alert in fewer than 3 % of the nights (whose siren never stopped) are left out.
    """
    alerts = pl.read_parquet(path).filter(pl.col("duration_minutes") < STUCK_MINUTES)
    morning = pl.col("started_at").dt.convert_time_zone(ZONE.key).dt.offset_by("6h").dt.date()
    counts = alerts.group_by("region", morning.alias("day")).len()
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    found = {}
    for (region,), rows in sorted(counts.group_by("region"), key=str):
        of = dict(rows.select("day", "len").iter_rows())
        told = np.array([of.get(day, 0) for day in days], dtype=np.float64)
        if (told > 0).mean() >= LEAST_ACTIVE:
            found[str(region)] = told
    return found, np.array([any(a <= d <= b for a, b in TRUCES) for d in days])


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
            for start in range(LEAST_PAST + RUN_UP_DAYS, len(known) - length + 1):
                if truce[start : start + length].any():
                    continue
                past = past_of(known[: start + length], length, start - RUN_UP_DAYS)
                means = [past.means(past.counts[past.here])]
                mine.append(low_among(means, length))
                at_random.append(low_among(means, length, ties=rng.random()))
                fewer = rng.binomial(past.counts[past.here].astype(np.int64), 0.3).astype(np.float64)
                fallen.append(low_among([past.means(fewer)], length))
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
