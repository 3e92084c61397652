"""Rebound, mass strikes and interception where the answer is known: false alarms on the real past, and power.

(a) Synthetic nights (`benchmarks/lull/series.py`): a window of 7 nights is thinned by 70 %, and none, all or twice of
what it lost comes on top in the 7 nights after it, in the same waves; share called paid back at 5 % within 7 and 14
nights.
(b) The real series: every second window of 3, 7 and 14 nights that lies in no truce, with the nights after it, as if a
pledge had been made on its first day. Share called paid back, beside the plain question whether the excess made good
the deficit; share of mass strikes called larger than the gap alone predicts, by rank and by interval, as they are and
half as large again; share of windows whose share of stopped munitions is called changed, beside the plain question
whether two 90 % intervals are apart, as they are and with less stopped. Learnt from is the year before each window.
The series is that of the lull benchmark: name its file with HOLDFIRE_ATTACKS, or this part is left out.
"""

from __future__ import annotations

import os
import time
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from lull import series
from numpy.typing import NDArray
from shared.bulletins import TRUCES, ZONE, bulletins
from shared.results import surroundings, write_result

from holdfire.assess import Rate, Strike, interception, nightly, stopped
from holdfire.assess.lull import RUN_UP_DAYS, measured, past_of
from holdfire.assess.rebound import HORIZONS, Course, payback
from holdfire.assess.strikes import strikes

LENGTHS = (3, 7, 14)
SERIES, SEED = 500, 1
FALL = 0.7
PAID_BACK = (0.0, 1.0, 2.0)
LARGER = 1.5
LESS_STOPPED = (0.9, 0.7)
LOOK_BACK = 365
LEAST_BACK = 120
STEP, STEP_OF_RATES = 2, 4
SIZE = 0.05
KINDS = ("drones", "missiles")
Counts = NDArray[np.float64]


def paid_back(counts: Counts, truce: NDArray[np.bool_], length: int) -> dict[int, list[tuple[float, bool]]]:
    """Return for each number of nights the p-value, and whether the deficit was made good, of every window."""
    found: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for start in range(LEAST_BACK, len(counts) - length - min(HORIZONS), STEP):
        back = max(0, start - LOOK_BACK)
        known = np.where(truce[back:start], np.nan, counts[back:start])
        own = np.concatenate([known, counts[start:]])
        opens, end = len(known), len(known) - RUN_UP_DAYS
        if truce[start : start + length].any():
            continue
        past = past_of(own[: opens + length], length, end)
        if np.isnan(past.level).any() or np.isnan(own[opens : opens + length]).sum() > 0.2 * length:
            continue
        expected = measured([past])["expected"]
        lacking = expected - float(np.nansum(own[opens : opens + length]))
        course = Course(own, end, opens, opens + length, opens + length)
        for horizon in HORIZONS:
            after = slice(start + length, start + length + horizon)
            if after.stop > len(counts) or truce[after].any():
                continue
            told = payback(course, horizon, date.min, date.min, expected, lacking)
            if told.p_value is not None and told.share is not None:
                found[horizon].append((told.p_value, told.share >= 1))
    return found


def synthetic() -> dict[str, dict[str, float]]:
    """Return the share of synthetic series that are called paid back, and that made good what they had lost."""
    counts, _, _ = series.drawn(SERIES, SEED)
    length, found = series.WINDOW, {}
    opens = series.NIGHTS - length - 14
    for back in PAID_BACK:
        rng = np.random.default_rng(SEED)
        calls = []
        for own in counts:
            after = own.astype(np.float64)
            window = slice(opens, opens + length)
            after[window] = rng.binomial(own[window], 1 - FALL)
            lost = float(own[window].sum()) - float(after[window].sum())
            later = slice(opens + length, opens + 2 * length)
            if own[later].sum():
                after[later] += rng.multinomial(round(back * lost), own[later] / own[later].sum())
            past = past_of(after[: opens + length], length, opens - RUN_UP_DAYS)
            expected = measured([past])["expected"]
            course = Course(after, opens - RUN_UP_DAYS, opens, opens + length, opens + length)
            lacking = expected - float(after[window].sum())
            told = [payback(course, h, date.min, date.min, expected, lacking) for h in HORIZONS[:2]]
            if all(p.p_value is not None and p.share is not None for p in told):
                calls.append([*((p.p_value or 1) <= SIZE for p in told), *((p.share or 0) >= 1 for p in told)])
        shares = np.mean(np.array(calls), axis=0)
        names = ("within 7", "within 14", "plain, within 7", "plain, within 14")
        found[f"{back:.0%}"] = {"series": float(len(calls)), **dict(zip(names, map(float, shares), strict=True))}
        print(f"synthetic, {back:.0%} paid back: {found[f'{back:.0%}']}", flush=True)
    return found


def rebounds(nights: pl.DataFrame) -> list[dict[str, Any]]:
    days = nights["day"].to_list()
    truce = np.array([any(a <= d <= b for a, b in TRUCES) for d in days])
    rows = []
    for length in LENGTHS:
        by_kind = {k: paid_back(nights[k].cast(pl.Float64).to_numpy().astype(float), truce, length) for k in KINDS}
        for horizon in HORIZONS:
            of_kind = [(k, by_kind[k][horizon]) for k in KINDS]
            for kind, told in [*of_kind, ("both", [t for _, own in of_kind for t in own])]:
                if not told:
                    continue
                p, good = (np.array(x) for x in zip(*told, strict=True))
                row = {
                    "window": length,
                    "after": horizon,
                    "kind": kind,
                    "windows": len(p),
                    "called_paid_back": float((p <= SIZE).mean()),
                    "plain": float(good.mean()),
                }
                rows.append(row)
                print(
                    f"{length:3} nights, {horizon:3} after, {kind:9} {len(p):5} windows that lacked something  "
                    f"called paid back {row['called_paid_back']:.3f}  deficit made good {row['plain']:.3f}",
                    flush=True,
                )
    return rows


def larger(nights: pl.DataFrame) -> list[dict[str, Any]]:
    """Return how often a past mass strike is called larger than its gap predicts."""
    rows = []
    for kind in KINDS:
        days, whole = nights["day"].to_list(), nights[kind].cast(pl.Float64).to_numpy().astype(float)
        told: dict[date, Strike] = {}
        for start in range(LEAST_BACK, len(days) - 1):
            back = max(0, start - LOOK_BACK)
            until = min(start + 60, len(days))
            found = strikes(whole[back:until], days[back], days[start], days[start], days[start] + timedelta(days=1))
            strike = found.first if found else None
            if strike is None or strike.day in told:
                continue
            told[strike.day] = strike
        ranks = [s.p_value for s in told.values() if s.p_value is not None]
        pairs = [(s.size, s.predicted) for s in told.values() if s.predicted is not None]
        row = {
            "kind": kind,
            "strikes": len(told),
            "by_rank": float(np.mean(np.array(ranks) <= SIZE)),
            "above_interval": float(np.mean([size > p.high for size, p in pairs])),
            "below_interval": float(np.mean([size < p.low for size, p in pairs])),
            "above_if_larger": float(np.mean([LARGER * size > p.high for size, p in pairs])),
        }
        rows.append(row)
        print(f"mass strikes called larger than the gap predicts: {row}", flush=True)
    return rows


def rates(told: pl.DataFrame) -> list[dict[str, Any]]:
    """Return how often the rate of an ordinary window is called changed, among those with an interval."""
    first, last = told["day"].min(), told["day"].max()
    assert isinstance(first, date)
    assert isinstance(last, date)
    rows = []
    for kind in KINDS:
        for length in (7, 14):
            calls: dict[str, list[list[bool]]] = {"through": [], "later": []}
            for start in range(LEAST_BACK, (last - first).days - length - 30, STEP_OF_RATES):
                opens = first + timedelta(days=start)
                closes, after = opens + timedelta(days=length - 1), opens + timedelta(days=length)
                if any(a <= closes and opens <= b for a, b in TRUCES):
                    continue
                recent = told.filter(pl.col("day") >= opens - timedelta(days=LOOK_BACK))
                found = interception(recent, "r", kind, opens, closes, after, opens)
                worse = [
                    interception(lessened(recent, opens, part), "r", kind, opens, closes, after, opens)
                    for part in LESS_STOPPED
                ]
                for name, rate in (("through", found.window), ("later", found.after)):
                    change = getattr(found, name)
                    if change is not None and change.p_value is not None:
                        noticed = [getattr(w, name).p_value <= SIZE for w in worse]
                        calls[name].append([change.p_value <= SIZE, apart(found.before, rate), *noticed])
            row: dict[str, Any] = {"kind": kind, "window": length}
            names = ("called_changed", "plain", *(f"if {1 - part:.0%} less were stopped" for part in LESS_STOPPED))
            for name, own in calls.items():
                shares = np.mean(np.array(own), axis=0).tolist()
                row[name] = {"windows": len(own), **dict(zip(names, shares, strict=True))}
            rows.append(row)
            print(f"{kind:9} {length:3} nights: called changed {row}", flush=True)
    return rows


def lessened(told: pl.DataFrame, since: date, part: float) -> pl.DataFrame:
    """Return the nights with only a part of what was stopped from a day on."""
    figures = ("stopped", "stopped_min", "stopped_max")
    less = [(pl.col(c) * part).round().cast(pl.Int64).alias(c) for c in figures]
    return pl.concat([told.filter(pl.col("day") < since), told.filter(pl.col("day") >= since).with_columns(less)])


def apart(before: Rate, other: Rate) -> bool:
    """Tell whether the 90 % intervals of two rates do not meet."""
    bounds = (before.low, before.high, other.low, other.high)
    if None in bounds:
        return False
    assert before.low is not None
    assert before.high is not None
    assert other.low is not None
    assert other.high is not None
    return before.high < other.low or other.high < before.low


def main() -> None:
    began = time.perf_counter()
    result: dict[str, Any] = {"synthetic": synthetic()}
    if file := os.environ.get("HOLDFIRE_ATTACKS"):
        reports = bulletins(Path(file))
        nights = nightly(reports, ZONE.key)
        result["larger"] = larger(nights)
        result["interception"] = rates(stopped(reports, ZONE.key))
        result["paid_back"] = rebounds(nights)
    plain = result["synthetic"]["0%"]
    ratio = plain["plain, within 14"] / plain["within 14"]
    print(f"false alarms of the plain question over ours, within 14 nights: {ratio:.1f}")
    result["false_alarms_ratio"] = ratio
    result["seconds"] = time.perf_counter() - began
    write_result("aftermath", result | surroundings("numpy"))


if __name__ == "__main__":
    main()
