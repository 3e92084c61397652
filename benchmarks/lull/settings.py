"""Where the settings of the lull test lie among others: false alarms on the real nights for each of a grid of them.

They were chosen in view of these very windows, so that the share called quiet is what it claims to be; what this
shows is how much hangs on the choice. HOLDFIRE_ATTACKS names the file of the nights, and
`benchmarks/results/lull-settings.json` is written.
"""

from __future__ import annotations

import itertools
import os
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import real
from shared.bulletins import bulletin_nights
from shared.results import write_result

from holdfire.assess import waves

OFFSETS = (0.1, 0.3, 0.5)
FLOORS = (0.003, 0.03, 0.1)


def alarms(path: Path) -> list[dict[str, Any]]:
    """Return the share called quiet at 5 % for each offset, floor and way to join the kinds, by length of window."""
    nights, rows = bulletin_nights(path), []
    for offset, floor in itertools.product(OFFSETS, FLOORS):
        found: dict[str, dict[str, float]] = {way: {} for way in real.JOINED}
        with patch.multiple(waves, OFFSET=offset, FLOOR=floor):
            for length in real.LENGTHS:
                means = [[p.means(p.counts[p.here]) for p in pasts] for __, pasts in real.pasts_of(nights, length)]
                for way, join in real.JOINED.items():
                    p = np.array([join(m, length) for m in means])
                    found[way][str(length)] = float((p <= real.SIZE).mean())
        rows += [{"offset": offset, "floor": floor, "joined": way, "false_alarms": of} for way, of in found.items()]
        for row in rows[-len(found) :]:
            print(row, flush=True)
    return rows


if __name__ == "__main__":
    write_result("lull-settings", {"settings": alarms(Path(os.environ["HOLDFIRE_ATTACKS"]))})
