"""Holdfire on the same files; one process, one line of JSON.

    python ours.py AGREEMENT.yaml INCIDENTS.parquet...
"""

from __future__ import annotations

import sys
from pathlib import Path

from measure import Stages, tell

stages = Stages()
with stages.stage("import"):
    import holdfire


def main() -> None:
    agreement, *paths = (Path(p) for p in sys.argv[1:])
    with stages.stage("judge"):
        counts = holdfire.judge(paths, agreement).counts()
    tell(seconds=stages.seconds, counts=counts.to_dicts())


if __name__ == "__main__":
    main()
