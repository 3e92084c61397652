"""Every past window of the real series without a truce, as if a pledge had been made on its first day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from shared.bulletins import TRUCES

from holdfire.assess import KINDS
from holdfire.assess.lull import RUN_UP_DAYS, Past, low_among, past_of
from holdfire.assess.placebo import LEAST_REPORTED, p_value, ranked, window_means
from holdfire.assess.waves import HALF_LIFE

Figures = NDArray[np.float64]

LENGTHS = (3, 7, 14, 30)
LEAST_WINDOWS = 20
SIZE, FALL, SEED = 0.05, 0.7, 1
STEPS = np.linspace(0, 1, 11)
HALVES = date(2025, 1, 1)


def counts_of(nights: pl.DataFrame) -> tuple[list[Figures], NDArray[np.bool_]]:
    """Return the counts of each kind, NaN where there is no bulletin, and which nights lie in a truce."""
    truce = np.array([any(a <= d <= b for a, b in TRUCES) for d in nights["day"]])
    return [nights[k].cast(pl.Float64).to_numpy().astype(np.float64) for k in KINDS], truce


def plain(counts: Figures, length: int, end: int) -> float | None:
    """Return the p-value of the rank of the mean count among all earlier windows."""
    means = window_means(counts, length)
    earlier = means[: max(end - length + 1, 0)]
    earlier = earlier[~np.isnan(earlier)]
    return None if len(earlier) < LEAST_WINDOWS else float((1 + (earlier <= means[-1]).sum()) / (1 + len(earlier)))


def pasts_of(nights: pl.DataFrame, length: int, half_life: float = HALF_LIFE) -> Iterator[tuple[int, list[Past]]]:
    """Yield the index of the first night and the past, by kind, of every window that can be tested."""
    counts, truce = counts_of(nights)
    for start in range(length + RUN_UP_DAYS, len(nights) - length + 1):
        till, end = start + length, start - RUN_UP_DAYS
        if truce[start:till].any() or (~np.isnan(counts[0][start:till])).sum() < LEAST_REPORTED * length:
            continue
        known = [np.where(truce, np.nan, c)[:till] for c in counts]
        if plain(known[0], length, end) is None:
            continue
        pasts = [past_of(k, length, end, half_life) for k in known]
        if not any(np.isnan(p.level).any() for p in pasts):
            yield start, pasts


def summed(means: list[Figures], length: int) -> float:
    """Return the p-value of the sum of the kinds' mean scores: another way to join them."""
    sums = np.round(np.sum(means, axis=0), 9)
    sums = sums[~np.isnan(sums)]
    return p_value(float(sums[-1]), sums[:-1], length)


def multiplied(means: list[Figures], length: int) -> float:
    """Return the p-value of the product of the kinds' ranks (Fisher 1932): a third way to join them."""
    known = ~np.isnan(means).any(axis=0)
    products = np.round(np.sum([ranked(m[known], m[known]) for m in means], axis=0), 9)
    return p_value(float(products[-1]), products[:-1], length)


JOINED = {"simes": low_among, "multiplied": multiplied, "summed": summed}
FALLEN = ("none", "both", "drones", "missiles")


def told(p: Figures, late: NDArray[np.bool_], length: int) -> dict[str, Any]:
    """Return the share of false alarms with the error of an estimate from so few windows apart, and the histogram."""
    apart = max(len(p) / length, 1)
    return {
        "false_alarms": float((p <= SIZE).mean()),
        "before_2025": float((p[~late] <= SIZE).mean()),
        "from_2025": float((p[late] <= SIZE).mean()),
        "standard_error": float(np.sqrt(SIZE * (1 - SIZE) / apart)),
        "deciles": (np.histogram(p, STEPS)[0] / len(p)).tolist(),
    }


def measured(nights: pl.DataFrame, length: int) -> list[dict[str, Any]]:
    """Return the false alarms over windows of a length, and the share found had each come with 70 % fewer launches.

    `ties_at_random` counts a random share of the equal windows as lower: most windows of three nights have no missile,
    no p-value of such counts can be uniform, and this one shows how the others are calibrated (Czado et al. 2009,
    doi:10.1111/j.1541-0420.2009.01191.x). `both` pools the tests of the kinds; `launches` is the joint test, beside
    other ways to join the kinds, with what each finds where both kinds fell and where only one did.
    """
    rng = np.random.default_rng(SEED)
    ways = ("holdfire", "ties_at_random", "fallen", "plain")
    found: dict[str, dict[str, list[float]]] = {k: {w: [] for w in ways} for k in (*KINDS, "launches")}
    joins: dict[str, dict[str, list[float]]] = {w: {f: [] for f in FALLEN} for w in JOINED}
    late, days = [], nights["day"].to_list()
    for start, pasts in pasts_of(nights, length):
        late.append(days[start] >= HALVES)
        own = [p.counts[p.here] for p in pasts]
        fewer = [np.where(np.isnan(o), np.nan, rng.binomial(np.nan_to_num(o).astype(np.int64), 1 - FALL)) for o in own]
        means = [p.means(o) for p, o in zip(pasts, own, strict=True)]
        fell = [p.means(f) for p, f in zip(pasts, fewer, strict=True)]
        for kind, at in (*((k, [n]) for n, k in enumerate(KINDS)), ("launches", [0, 1])):
            mine, these = found[kind], [means[n] for n in at]
            mine["holdfire"].append(low_among(these, length))
            mine["ties_at_random"].append(low_among(these, length, ties=rng.random()))
            mine["fallen"].append(low_among([fell[n] for n in at], length))
            mine["plain"].append(plain(np.sum([pasts[n].counts for n in at], axis=0), length, pasts[0].end) or np.nan)
        for which, those in zip(FALLEN, (means, fell, [fell[0], means[1]], [means[0], fell[1]]), strict=True):
            for way, join in JOINED.items():
                joins[way][which].append(join(those, length))
    shown = {kind: {way: np.array(p) for way, p in ps.items()} for kind, ps in found.items()}
    shown["both"] = {w: np.concatenate([shown[k][w] for k in KINDS]) for w in ways}
    rows = []
    for kind, ps in shown.items():
        then = np.tile(late, len(ps["holdfire"]) // len(late))
        row: dict[str, Any] = {"nights": length, "kind": kind, "windows": len(then)}
        row["windows_apart"] = round(len(late) / length, 1)
        row |= {way: told(ps[way], then, length) for way in ways if way != "fallen"}
        row["found_at_a_fall_of_70%"] = float((ps["fallen"] <= SIZE).mean())
        rows.append(row)
        alarms = [f"{way} {row[way]['false_alarms']:.3f}" for way in ways if way != "fallen"]
        told_of_it = f"  found at 70 % {row['found_at_a_fall_of_70%']:.2f}"
        print(f"{length:3} nights, {kind:9} {len(then):5} windows  {'  '.join(alarms)}{told_of_it}", flush=True)
    together = next(row for row in rows if row["kind"] == "launches")
    together["joined"] = {w: {f: float((np.array(p) <= SIZE).mean()) for f, p in js.items()} for w, js in joins.items()}
    print("  ", together["joined"], flush=True)
    return rows
