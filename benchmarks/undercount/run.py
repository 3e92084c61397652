"""The undercount on lists whose truth is known, beside Chapman's estimate from two of the same lists, and Chao's bound.

Of every world in `draw.py`: how often the estimate is refused; of the rest, how far the middle one lies from the truth
and how often the 95 % interval holds it. Chapman's takes the first two lists, with the interval of Seber (1970).
Chao's bound is f1^2 / 2 f2, as printed in 1987.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from datetime import date
from typing import Any

import numpy as np
from draw import INCIDENTS, WORLDS, Lists, World, drawn
from shared.results import short, surroundings, write_result

from holdfire.assess.undercount import Undercount, chapman, undercount

TIMES = {3: 200, 4: 30}
SEED = 1
LEAST_TOLD = 10  # estimates, for a share of them to say anything
DAY = date(2026, 1, 1)


def ours(on: Lists) -> Undercount:
    names = [f"list {n}" for n in range(on.shape[1])]
    sets = [frozenset(n for n, here in zip(names, row, strict=True) if here) for row in on]
    return undercount(sets, names, DAY, DAY)


def two_lists(on: Lists) -> tuple[float, float, float]:
    """Return Chapman's estimate from the first two lists, and its 95 % interval."""
    first, second = (int(on[:, n].sum()) for n in (0, 1))
    both = int((on[:, 0] & on[:, 1]).sum())
    total = chapman(first, second, both)
    free = (first - both) * (second - both)
    spread = np.sqrt((first + 1) * (second + 1) * free / ((both + 1) ** 2 * (both + 2)))
    return total, total - 1.96 * spread, total + 1.96 * spread


def as_printed(on: Lists) -> float:
    seen = Counter(on.sum(axis=1).tolist())
    return float(len(on) + seen[1] ** 2 / (2 * max(seen[2], 1)))


def measured(world: World) -> dict[str, Any]:
    rng = np.random.default_rng(SEED)
    tables = [drawn(world, rng) for _ in range(TIMES[len(world.chances)])]
    found = [ours(on) for on in tables]
    told = [(u.estimate, u.low, u.high) for u in found if u.estimate is not None]
    bounds = [(u.at_least, u.surely) for u in found if u.at_least is not None and u.surely is not None]
    rivals = [two_lists(on) for on in tables]
    row = {
        "world": world.title,
        "draws": len(tables),
        "on_lists": float(np.mean([len(on) for on in tables])) / INCIDENTS,
        "refused": 1 - len(told) / len(found),
        "holdfire": judged(told),
        "chapman": judged(rivals),
        "bound": {
            "middle": float(np.median([b for b, _ in bounds])) / INCIDENTS if bounds else None,
            "limit_too_high": float(np.mean([limit > INCIDENTS for _, limit in bounds])) if bounds else None,
            "chao_as_printed": float(np.median([as_printed(on) for on in tables])) / INCIDENTS,
        },
    }
    print(json.dumps(short(row)), flush=True)
    return row


def judged(told: list[Any]) -> dict[str, float] | None:
    if len(told) < LEAST_TOLD:
        return None
    totals, low, high = (np.array(v, dtype=np.float64) for v in zip(*told, strict=True))
    return {
        "bias": float(np.median(totals)) / INCIDENTS - 1,
        "coverage": float(((low <= INCIDENTS) & (high >= INCIDENTS)).mean()),
        "width": float(np.median(high - low)) / INCIDENTS,
        "mean_error": float(np.abs(totals - INCIDENTS).mean()) / INCIDENTS,
    }


def main() -> None:
    began = time.perf_counter()
    rows = [measured(world) for world in WORLDS]
    both = [(r["holdfire"], r["chapman"]) for r in rows if r["holdfire"]]
    result = {
        "incidents": INCIDENTS,
        "worlds": rows,
        "mean_error_to_chapman": {
            r["world"]: r["holdfire"]["mean_error"] / r["chapman"]["mean_error"] for r in rows if r["holdfire"]
        },
        "seconds": time.perf_counter() - began,
        "cpu_seconds": time.process_time(),
        **surroundings("numpy"),
    }
    worst = [min(who[n]["coverage"] for who in both) for n in (0, 1)]
    print(f"lowest coverage of the 95 % interval: holdfire {worst[0]:.0%}, Chapman of two lists {worst[1]:.0%}")
    write_result("undercount", result)


if __name__ == "__main__":
    main()
