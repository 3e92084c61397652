"""What was tried and left out: shorter memories of the level, and what else might foretell how quiet a window is.

Everything is learnt from windows before 2025 and measured on those from 2025 on.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import real
from real import Figures

from holdfire.assess import KINDS
from holdfire.assess.lull import RUN_UP_DAYS, Past, low_among, past_of
from holdfire.assess.placebo import window_means
from holdfire.assess.waves import last_mass_strike

HALF_LIVES = (15, 30, 60, 120, 240)
LENGTHS = (3, 7, 14)
LONGEST_GAP = 30


def measured(nights: pl.DataFrame) -> dict[str, Any]:
    found = {"half_life": half_lives(nights), "covariates": covariates(nights), "half_life_of_30": shorter(nights)}
    for name, rows in found.items():
        print(f"tried, {name}: {rows}", flush=True)
    return found


def half_lives(nights: pl.DataFrame) -> list[dict[str, Any]]:
    """Return the root mean square of what a window's mean log count differs from the level, by half-life."""
    counts, truce = real.counts_of(nights)
    late = nights["day"].to_numpy() >= np.datetime64(real.HALVES)
    rows = []
    for length in LENGTHS:
        for kind, mine in zip(KINDS, counts, strict=True):
            known = np.where(truce, np.nan, mine)
            for half_life in HALF_LIVES:
                level = past_of(known, length, len(known) - length - RUN_UP_DAYS, half_life).level
                off = window_means(np.log1p(known) - np.log1p(level), length)
                halves = {"before_2025": ~late[: len(off)], "from_2025": late[: len(off)]}
                errors = {h: float(np.sqrt(np.nanmean(np.square(off[at])))) for h, at in halves.items()}
                rows.append({"nights": length, "kind": kind, "half_life": half_life, **errors})
    return rows


def shorter(nights: pl.DataFrame) -> list[dict[str, Any]]:
    """Return the false alarms with a half-life of 30 nights."""
    rows = []
    for length in real.LENGTHS:
        p = [
            [low_among([means[n] for n in at], length) for at in ([0], [1], [0, 1])]
            for __, pasts in real.pasts_of(nights, length, half_life=30)
            for means in [[q.means(q.counts[q.here]) for q in pasts]]
        ]
        alarms = (np.array(p) <= real.SIZE).mean(axis=0)
        rows.append({"nights": length, **dict(zip((*KINDS, "launches"), map(float, alarms), strict=True))})
    return rows


def covariates(nights: pl.DataFrame) -> list[dict[str, Any]]:
    """Return how much less wrong a line in each covariate is about mean scores than their mean: 1 - MSE / MSE.

    It is fitted to windows before 2025. Below zero it is more wrong.
    """
    rows = []
    days = nights["day"].to_list()
    for length in LENGTHS:
        told = list(real.pasts_of(nights, length))
        late = np.array([days[start] >= real.HALVES for start, __ in told])
        for n, kind in enumerate(KINDS):
            scores = np.array([pasts[n].means(pasts[n].counts[pasts[n].here])[-1] for __, pasts in told])
            for name, x in _known(told, n, days, length).items():
                ok = ~np.isnan(x).any(axis=1)
                design = np.column_stack([np.ones(len(x)), x])
                fitted = np.linalg.lstsq(design[ok & ~late], scores[ok & ~late], rcond=None)[0]
                at = ok & late
                wrong = np.mean((scores[at] - design[at] @ fitted) ** 2)
                less = float(1 - wrong / np.mean((scores[at] - scores[ok & ~late].mean()) ** 2))
                rows.append({"nights": length, "kind": kind, "covariate": name, "less_wrong": less})
    return rows


def _known(told: list[tuple[int, list[Past]]], kind: int, days: list[Any], length: int) -> dict[str, Figures]:
    """Return what was known when each window began, by name: a row for each window."""
    first = np.array([start for start, __ in told])
    of_year = 2 * np.pi * np.array([days[s].timetuple().tm_yday for s in first]) / 365.25
    weekday = np.array([days[s].weekday() for s in first])
    strikes, mixes, before = [], [], []
    for start, pasts in told:
        counts = pasts[kind].counts[:start]
        at = last_mass_strike(counts)
        strikes.append((np.nan, np.nan) if at is None else (min(start - at, LONGEST_GAP), np.log1p(counts[at])))
        both = [np.nansum(p.counts[start - 28 : start]) for p in pasts]
        mixes.append((both[1] / sum(both),) if sum(both) else (np.nan,))
        week = np.log1p(pasts[kind].counts[start - 7 : start])
        before.append(
            (np.nanmean(week) - np.log1p(pasts[kind].level[start]),) if (~np.isnan(week)).any() else (np.nan,)
        )
    return {
        "season": np.column_stack([np.sin(of_year), np.cos(of_year)]),
        "weekday": (weekday[:, None] == np.arange(6)).astype(np.float64),
        "last_mass_strike": np.array(strikes, dtype=np.float64),
        "weapon_mix": np.array(mixes, dtype=np.float64),
        "week_before": np.array(before, dtype=np.float64),
    }
