"""Linking beside Splink on the same reports, where who reports what is known; and on the cold-spell reports.

Splink is installed from PyPI, at the versions of `requirements.txt` beside this file, into an environment of its own.
It is given the best of its thresholds in hindsight; holdfire has none to choose. Precision and recall are over pairs
of reports. A Brier score is the mean squared error of the probabilities of all pairs that holdfire compared, and of the
true pairs that it did not; those of at least 1 % are scored apart, since most pairs are plainly of two incidents.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from sets import SHAPES, Shape, drawn
from shared.results import surroundings, write_result
from shared.rivals import ROOT, rivals_python, rivals_versions

from holdfire import case as work
from holdfire.verify import Linked, Practice, link

HERE = Path(__file__).parent
SEEDS = range(3)
REPEATS = 3
THRESHOLDS = (0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.99, 0.999, 0.9999)
# 20,000 incidents that three sources all have, and 46,667 that each has alone, in one year and a country.
LARGE = Shape("200,000 reports", days=365, side_km=900.0, blur_km=0.6, other_day=0.05, mistaken=0.05, commonest=0.5)
STEPS = np.array([0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])


def score(incident: Mapping[str, object], truth: Mapping[str, object]) -> dict[str, float]:
    """Return precision, recall and F1 over the pairs of reports that are put together."""
    ids = sorted(truth)
    ours, theirs = (np.unique([str(m[i]) for i in ids], return_inverse=True)[1] for m in (incident, truth))

    def pairs(labels: NDArray[np.int64]) -> int:
        counts = np.unique(labels, return_counts=True)[1]
        return int((counts * (counts - 1) // 2).sum())

    both = pairs(ours.astype(np.int64) * len(ids) + theirs)
    made, true = pairs(ours), pairs(theirs)
    return {"precision": both / max(made, 1), "recall": both / max(true, 1), "f1": 2 * both / max(made + true, 1)}


def calibration(linked: Linked, truth: Mapping[str, object]) -> dict[str, Any]:
    """Return Brier scores, and how often pairs were of one incident by what probability was given."""
    ids = linked.reports["report_id"].to_list()
    codes = np.unique([str(truth[i]) for i in ids], return_inverse=True)[1]
    pairs = linked.pairs
    same = codes[pairs.i] == codes[pairs.j]
    sizes = np.unique(codes, return_counts=True)[1]
    missed = int((sizes * (sizes - 1) // 2).sum() - same.sum())
    errors = (pairs.chance - same) ** 2
    told = pairs.chance >= 0.01
    table = []
    for low, high in pairwise(STEPS.tolist()):
        mine = (pairs.chance >= low) & ((pairs.chance < high) | (high == 1.0))
        if mine.any():
            said, was = float(pairs.chance[mine].mean()), float(same[mine].mean())
            table.append({"from": low, "to": high, "pairs": int(mine.sum()), "said": said, "was": was})
    return {
        "brier": float((errors.sum() + missed) / (len(errors) + missed)),
        "brier_of_1_percent_and_more": float(errors[told].mean()) if told.any() else None,
        "pairs_compared": len(errors),
        "true_pairs_not_compared": missed,
        "reliability": table,
    }


def ours(reports: pl.DataFrame, practice: Practice) -> tuple[Linked, float]:
    began = time.perf_counter()
    linked = link(reports, practice)
    return linked, time.perf_counter() - began


def theirs(python: Path, reports: pl.DataFrame, truth: Mapping[str, object]) -> dict[str, float]:
    """Return the scores of Splink at the threshold that turns out best for its F1."""
    with tempfile.TemporaryDirectory() as folder:
        path, answer = Path(folder) / "reports.parquet", Path(folder) / "answer.json"
        reports.write_parquet(path)
        command = [str(python), str(HERE / "with_splink.py"), str(path), str(answer), *map(str, THRESHOLDS)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(done.stderr)
        found = json.loads(answer.read_text(encoding="utf-8"))
    scored = []
    for one in found:
        incident = {i: one["incident"].get(i, i) for i in truth}
        scored.append({**score(incident, truth), "seconds": one["seconds"], "threshold": one["threshold"]})
    return max(scored, key=lambda s: s["f1"])


def mean(rows: list[dict[str, float]]) -> dict[str, float]:
    return {k: float(np.mean([r[k] for r in rows])) for k in rows[0]}


def beside(python: Path, shape: Shape, realistic: bool) -> dict[str, Any]:
    mine, other, said = [], [], []
    for seed in SEEDS:
        reports, truth = drawn(shape, realistic, seed)
        practice = Practice(once=frozenset(reports["source_id"]))
        linked, seconds = ours(reports, practice)
        mine.append({**score(dict(linked.links.iter_rows()), truth), "seconds": seconds})
        said.append(calibration(linked, truth))
        other.append(theirs(python, reports, truth))
    return {
        "set": shape.name,
        "realistic": realistic,
        "shape": asdict(shape),
        "seeds": list(SEEDS),
        "reports": len(reports),
        "holdfire": mean(mine),
        "splink": mean(other),
        "calibration": pooled(said),
    }


def pooled(said: list[dict[str, Any]]) -> dict[str, Any]:
    """Return one reliability table of several sets."""
    rows: dict[float, list[dict[str, float]]] = {}
    for one in said:
        for row in one["reliability"]:
            rows.setdefault(row["from"], []).append(row)
    table = []
    for low in sorted(rows):
        many = sum(r["pairs"] for r in rows[low])
        weighed = {k: sum(r[k] * r["pairs"] for r in rows[low]) / many for k in ("said", "was")}
        table.append({"from": low, "to": rows[low][0]["to"], "pairs": many, **weighed})
    plain = ("brier", "brier_of_1_percent_and_more", "true_pairs_not_compared")
    return {**{k: float(np.mean([s[k] for s in said])) for k in plain}, "reliability": table}


def large(python: Path) -> dict[str, Any]:
    reports, truth = drawn(LARGE, False, 0, sources=3, alone=46_667, shared=20_000)
    timed, other = [], []
    for _ in range(REPEATS):
        linked, seconds = ours(reports, Practice(once=frozenset(reports["source_id"])))
        timed.append(seconds)
        other.append(theirs(python, reports, truth))
    mine = {**score(dict(linked.links.iter_rows()), truth), "seconds": float(np.median(timed))}
    return {
        "set": LARGE.name,
        "reports": len(reports),
        "shape": asdict(LARGE),
        "seed": 0,
        "holdfire": mine,
        "splink": {**other[0], "seconds": float(np.median([o["seconds"] for o in other]))},
        "seconds": {"holdfire": timed, "splink": [o["seconds"] for o in other]},
        "calibration": calibration(linked, truth),
    }


def cold_spell() -> dict[str, Any]:
    """Score the linking of the cold-spell list without `same_as` against what `same_as` says."""
    opened = work.read_case(ROOT / "cases" / "cold-spell-2026")
    reports = work.monitor(opened).reports.filter(pl.col("source_id") == "open-source")
    truth = dict(link(reports, opened.practice).links.iter_rows())
    linked, seconds = ours(reports, replace(opened.practice, as_listed=False))
    found = score(dict(linked.links.iter_rows()), truth)
    return {
        "set": "cold-spell list",
        "reports": len(reports),
        "holdfire": {**found, "seconds": seconds},
        "calibration": calibration(linked, truth),
    }


def told(row: dict[str, Any]) -> str:
    name = row["set"] + (", realistic" if row.get("realistic") else "")
    out = f"{name:24}"
    for who in ("holdfire", "splink"):
        if who in row:
            s = row[who]
            figures = f"{s['precision']:.3f}/{s['recall']:.3f} F1 {s['f1']:.3f} {s['seconds']:6.1f} s"
            out += f"  {who} {figures}"
    return f"{out}  Brier {row['calibration']['brier']:.4f}"


def main() -> None:
    python = rivals_python(HERE)
    rows = []
    print("precision/recall over pairs of reports; means over the seeds")
    for realistic in (False, True):
        for shape in SHAPES:
            rows.append(beside(python, shape, realistic))
            print(told(rows[-1]), flush=True)
    rows.append(cold_spell())
    print(told(rows[-1]), flush=True)
    rows.append(large(python))
    print(told(rows[-1]), flush=True)
    ratio = rows[-1]["splink"]["seconds"] / rows[-1]["holdfire"]["seconds"]
    print(f"{rows[-1]['set']}: holdfire takes 1/{ratio:.1f} of the time of Splink")
    result = {
        "sets": rows,
        "speed_ratio": round(ratio, 2),
        "splink_thresholds_tried": THRESHOLDS,
        **surroundings("polars", rivals=rivals_versions(HERE)),
    }
    write_result("linking", result)


if __name__ == "__main__":
    main()
