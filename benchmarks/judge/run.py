"""Judging millions of incidents, beside what else one could do with the same files; all in one run.

Beside holdfire run a script of pandas and geopandas (on samples of two sizes, from which its time grows in a straight
line to that of the whole), prepared shapely and SedonaDB for points in zones, and Polars for decoding the columns and
counting alone. Each runs in a process of its own, which tells its seconds, imports not counted, and the most memory
it held. The rivals come from PyPI, at the versions of `requirements.txt` beside this file, into an environment of
their own. The files take 2 GB of a temporary folder.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from shared.results import surroundings, write_result
from shared.rivals import rivals_python, rivals_versions

HERE = Path(__file__).parent
SEED = 20260129  # of data.py
ROWS = 5_000_000
SMALL, SAMPLE = 20_000, 100_000
PARTS = 20
REPEATS = 3
Told = dict[str, Any]


@dataclass(frozen=True)
class Ratio:
    """One figure to be shown: what it is, what was measured, and the bound that it has to keep, if any."""

    what: str
    measured: float
    least: float | None = None
    most: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether the bound is kept; null where there is none."""
        if self.least is not None:
            return self.measured >= self.least
        return None if self.most is None else self.measured <= self.most

    def told(self) -> str:
        figure = f"{self.what:62} {self.measured:8.2f}"
        if self.met is None:
            return figure
        bound = f"at least {self.least:g}" if self.least is not None else f"at most {self.most:g}"
        return f"{figure}  {bound:14} {'met' if self.met else 'MISSED'}"


def ran(python: str | Path, script: str, *args: object) -> Told:
    """Run one contender and return what it tells. Raises SystemExit with its own words where it fails."""
    done = subprocess.run(
        [str(python), str(HERE / script), *map(str, args)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{script} failed:\n{done.stderr}")
    told: Told = json.loads(done.stdout.splitlines()[-1])
    print(f"  {script:12} {' '.join(Path(str(a)).name for a in args[:2]):44} {summary(told)}", flush=True)
    return told


def summary(told: Told) -> str:
    seconds = "  ".join(f"{name} {s:.2f} s" for name, s in told.get("seconds", {}).items())
    return f"{seconds}  {told['peak_mb']:.0f} MB"


def repeated(run: Callable[[], Told]) -> Told:
    """Run three times; return one of the answers with the medians of the seconds, and the most memory of all."""
    answers = [run() for _ in range(REPEATS)]
    every = {name: [a["seconds"][name] for a in answers] for name in answers[0]["seconds"]}
    if any(a.get("counts") != answers[0].get("counts") for a in answers):
        raise SystemExit("one contender gave different counts for the same file")
    return {
        **answers[0],
        "seconds": {name: statistics.median(s) for name, s in every.items()},
        "every_run": every,
        "peak_mb": max(a["peak_mb"] for a in answers),
    }


def main() -> None:
    rivals, began = rivals_python(HERE), time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="holdfire-judge-") as made:
        folder = Path(made)
        print("making the terms and 5 million incidents")
        subprocess.run([sys.executable, str(HERE / "terms.py"), str(folder)], check=True)
        ran(sys.executable, "data.py", folder, ROWS, 1, 0)
        for rows in (SMALL, SAMPLE):
            ran(sys.executable, "data.py", folder, rows)
        result = {**small(rivals, folder), **large(folder)}
    ratios = shown(result)
    print("\n".join(r.told() for r in ratios))
    result["ratios"] = [asdict(r) | {"met": r.met} for r in ratios]
    wrong = disagreements(result)
    for told in result.values():
        if isinstance(told, dict):
            told.pop("counts", None)
    result |= {"rows": ROWS, "sample": [SMALL, SAMPLE], "repeats": REPEATS, "seed": SEED}
    result |= {"minutes": (time.perf_counter() - began) / 60}
    result |= surroundings("polars", "pyarrow", "shapely", "numpy", rivals=rivals_versions(HERE))
    write_result("judge", result)
    if wrong:
        raise SystemExit("\n".join(wrong))


def small(rivals: Path, folder: Path) -> dict[str, Told]:
    """Measure everything that 5 million incidents are enough for."""
    terms, whole, zones = folder / "agreement-30.yaml", folder / "incidents-0.parquet", folder / "zones.geojson"
    sample = folder / f"sample-{SAMPLE}.parquet"
    print("judging")
    return {
        "decode": repeated(lambda: ran(sys.executable, "decode.py", whole)),
        "holdfire": repeated(lambda: ran(sys.executable, "ours.py", "judge", terms, whole)),
        "holdfire_600": repeated(lambda: ran(sys.executable, "ours.py", "judge", folder / "agreement-600.yaml", whole)),
        "holdfire_sample": ran(sys.executable, "ours.py", "judge", terms, sample),
        "script_small": ran(rivals, "script.py", folder, folder / f"sample-{SMALL}.parquet"),
        "script": ran(rivals, "script.py", folder, sample),
        "holdfire_points": repeated(lambda: ran(sys.executable, "ours.py", "points", zones, whole)),
        "prepared": repeated(lambda: ran(rivals, "prepared.py", zones, whole)),
        "sedona": repeated(lambda: ran(rivals, "sedona.py", zones, whole)),
    }


def large(folder: Path) -> dict[str, Told]:
    """Make and judge twenty times as many incidents, in as many files."""
    parts = folder / "parts"
    parts.mkdir()
    print(f"making and judging {ROWS * PARTS:,} incidents")
    cores = os.cpu_count() or 1
    with ThreadPoolExecutor(cores) as pool:
        shares = [range(core, PARTS, cores) for core in range(cores)]
        for done in [pool.submit(ran, sys.executable, "data.py", parts, ROWS, PARTS, *share) for share in shares]:
            done.result()
    paths = [parts / f"incidents-{part}.parquet" for part in range(PARTS)]
    return {"holdfire_large": ran(sys.executable, "ours.py", "judge", folder / "agreement-30.yaml", *paths)}


def script_seconds(result: dict[str, Told]) -> float:
    """Return how long the script would take for all incidents: what it takes for none, and so much for each."""
    few, many = (sum(result[name]["seconds"].values()) for name in ("script_small", "script"))
    each = (many - few) / (SAMPLE - SMALL)
    return few + each * (ROWS - SMALL)


def shown(result: dict[str, Told]) -> list[Ratio]:
    ours = result["holdfire"]["seconds"]["judge"]
    alone = sum(result["decode"]["seconds"].values())
    many, vast = (result[f"holdfire_{name}"]["seconds"]["judge"] for name in ("600", "large"))
    memory, vast_memory = (result[name]["peak_mb"] for name in ("holdfire", "holdfire_large"))
    points = result["holdfire_points"]["seconds"]["all points"]
    prepared, join = result["prepared"]["seconds"], sum(result["sedona"]["seconds"].values())
    with_reading = points + result["holdfire_points"]["seconds"]["read"]
    return [
        Ratio("the script's time, times holdfire's", script_seconds(result) / ours, least=40),
        Ratio("holdfire's time, times decoding and counting alone", ours / alone, most=4),
        Ratio("points in zones: prepared shapely's time, times holdfire's", prepared["all points"] / points, least=5),
        Ratio("  the same, shapely asked only of points in a zone's box", prepared["points in the box"] / points),
        Ratio("  the same, SedonaDB's time with reading, times holdfire's", join / with_reading),
        Ratio("holdfire's peak memory, in GB", memory / 1000, most=1),
        Ratio("time for 600 clause-readings, times that for 30", many / ours, most=6),
        Ratio("time for a row of 100 million, times that of 5 million", vast / PARTS / ours, most=1.2),
        Ratio("memory for 100 million, times that for 5 million", vast_memory / memory, most=1.2),
    ]


def disagreements(result: dict[str, Told]) -> list[str]:
    """Return what does not agree between contenders that were asked the same; empty where all does."""
    said = []
    ours, theirs = (
        {(c["reading_id"], c["clause_id"]): c for c in result[name]["counts"]} for name in ("holdfire_sample", "script")
    )
    for key in sorted(ours | theirs):
        if ours.get(key) != theirs.get(key):
            said.append(f"{' '.join(key)}: holdfire counts {ours.get(key)}, the script {theirs.get(key)}")
    points = [result[n]["counts"] for n in ("holdfire_points", "prepared", "sedona")]
    if any(p != points[0] for p in points):
        said.append("holdfire, prepared shapely and SedonaDB find different numbers of points in the zones")
    return said


if __name__ == "__main__":
    main()
