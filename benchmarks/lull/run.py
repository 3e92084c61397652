"""The lull test on the real past and on synthetic nights, beside a plain placebo rank, an oracle and CausalPy.

(a) Every past window of 3, 7, 14 and 30 nights without a truce on the real series, as if a pledge had been made on its
first day (`real.py`): how often is it called quiet at 5 %, and are the p-values uniform? The series is the
transcription of bulletins of docs/sources/missile_attacks.md; name its file with HOLDFIRE_ATTACKS, or this part is
left out. `tried.py` measures on the same nights what was left out of the test. `alerts.py` tests the windows of 24
other real series, on which no setting was chosen, if HOLDFIRE_ALERTS names the file of alerts by area.
(b) The last 7 of 200 synthetic nights (`series.py`), as they are and thinned by 40, 70 and 90 %.
(c) CausalPy on the first of the same series, installed from PyPI at the versions of `requirements.txt` into an
environment of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import alerts
import numpy as np
import plot
import real
import series
import tried
from numpy.typing import NDArray
from shared.bulletins import bulletin_nights
from shared.results import surroundings, write_result
from shared.rivals import ROOT, rivals_python, rivals_versions

from holdfire.assess.lull import RUN_UP_DAYS, past_of, power, ranked_low

HERE = Path(__file__).parent
FALLS = (0.0, 0.4, 0.7, 0.9)
# The test was settled on series of other seeds (1, 77, 101 to 106, 2026).
SERIES, SEED = 6000, 31
RIVAL_SERIES = 20
SIZE = 0.05
STEPS = np.linspace(0, 1, 11)


def at_equal_size(p: NDArray[np.float64], unfallen: NDArray[np.float64]) -> float:
    """Return the share called quiet by a test that calls the lowest 5 % of its own p-values without a fall so.

    Of those at the very bound, which many have in common, as large a part counts as makes it 5 %.
    """
    bound = np.quantile(unfallen, SIZE, method="inverted_cdf")
    part = (SIZE - (unfallen < bound).mean()) / (unfallen == bound).mean()
    return float((p < bound).mean() + part * (p == bound).mean())


def synthetic() -> dict[str, Any]:
    counts, waves, level = series.drawn(SERIES, SEED)
    oracle = series.Oracle(waves, level)
    end = series.NIGHTS - series.WINDOW - RUN_UP_DAYS
    pasts = [past_of(c.astype(np.float64), series.WINDOW, end) for c in counts]
    found: dict[str, dict[str, float]] = {"plain": {}, "holdfire": {}, "oracle": {}}
    equal: dict[str, dict[str, float]] = {"plain": {}, "holdfire": {}, "oracle": {}}
    unfallen: dict[str, NDArray[np.float64]] = {}
    uniform = []
    for n, fall in enumerate(FALLS):
        windows = np.random.default_rng(SEED + n).binomial(counts[:, -series.WINDOW :], 1 - fall)
        ours = np.array([ranked_low([p], [w.astype(np.float64)]) for p, w in zip(pasts, windows, strict=True)])
        whole = [np.concatenate([c[: -series.WINDOW], w]).astype(float) for c, w in zip(counts, windows, strict=True)]
        ranks = np.array([real.plain(w, series.WINDOW, end) for w in whole], dtype=np.float64)
        for who, p in (("plain", ranks), ("holdfire", ours), ("oracle", oracle.p_values(windows, fall or 0.7))):
            found[who][f"{fall:.0%}"] = float((p <= SIZE).mean())
            equal[who][f"{fall:.0%}"] = at_equal_size(p, unfallen.setdefault(who, p))
        if not fall:
            uniform = (np.histogram(ours, STEPS)[0] / len(ours)).tolist()
    said = [power([p]) for p in pasts[:200]]
    gap = {
        name: {f: (t["holdfire"][f] - t["plain"][f]) / (t["oracle"][f] - t["plain"][f]) for f in ("70%", "90%")}
        for name, t in (("as_called", found), ("at_equal_size", equal))
    }
    print("synthetic, share called quiet at a fall of 0, 40, 70, 90 %")
    for who, shares in found.items():
        alike = "  ".join(f"{s:.3f}" for s in equal[who].values())
        print(f"  {who:9} {'  '.join(f'{s:.3f}' for s in shares.values())}   at equal size {alike}")
    return {
        "series": SERIES,
        "found": found,
        "at_equal_size": equal,
        "standard_error_of_size": float(np.sqrt(SIZE * (1 - SIZE) / SERIES)),
        "gap_closed": gap,
        "deciles_without_a_fall": uniform,
        "power_said": {f: float(np.mean([s[f] for s in said])) for f in said[0]},
    }


def asked(folder: Path, python: Path) -> subprocess.Popen[bytes]:
    """Start CausalPy on the first of the synthetic series as they are: no window of them is quiet for a reason."""
    counts, __, __ = series.drawn(SERIES, SEED)
    question = {"window": series.WINDOW, "series": counts[:RIVAL_SERIES].tolist()}
    (folder / "nights.json").write_text(json.dumps(question), encoding="utf-8")
    script = [str(python), str(HERE / "with_causalpy.py"), str(folder / "nights.json"), str(folder / "answer.json")]
    return subprocess.Popen(script)


def main() -> None:
    began = time.perf_counter()
    file, sirens = os.environ.get("HOLDFIRE_ATTACKS"), os.environ.get("HOLDFIRE_ALERTS")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rival = asked(folder, rivals_python(HERE))
        result: dict[str, Any] = {"synthetic": synthetic(), "real": None, "alerts": None, "tried": None}
        if sirens:
            result["alerts"] = alerts.measured(Path(sirens))
        if file:
            nights = bulletin_nights(Path(file))
            result["real"] = [row for length in real.LENGTHS for row in real.measured(nights, length)]
            result["tried"] = tried.measured(nights)
            (ROOT / "docs" / "lull-p-values.svg").write_text(
                plot.histograms(result["real"] + (result["alerts"] or [])), encoding="utf-8"
            )
        if rival.wait():
            raise SystemExit("CausalPy failed; see above")
        answers = json.loads((folder / "answer.json").read_text(encoding="utf-8"))
    shares = {k: float(np.mean([a[k] for a in answers])) for k in ("differs", "quieter")}
    result["causalpy"] = {"series": len(answers), "called_significant": shares}
    print(f"CausalPy calls {shares['differs']:.0%} of {len(answers)} series without a fall significant", flush=True)
    closed = [g["70%"] for g in result["synthetic"]["gap_closed"].values()]
    print(f"of the gap from plain to oracle at a fall of 70 %, closed: {closed[0]:.0%}; at equal size {closed[1]:.0%}")
    result["seconds"] = time.perf_counter() - began
    write_result("lull", result | surroundings("numpy", rivals=rivals_versions(HERE)))


if __name__ == "__main__":
    main()
