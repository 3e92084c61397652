"""What a contender tells of itself: seconds by stage and the most memory it held. Imports nothing but the library."""

from __future__ import annotations

import json
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def peak_mb() -> float:
    """Return the most memory this process has held, in MB (10^6 bytes).

    Linux counts what the parent held before this program began towards `ru_maxrss`, so its own high-water mark of the
    address space is read there.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(x for x in status.read_text(encoding="ascii").splitlines() if x.startswith("VmHWM"))
        return int(line.split()[1]) * 1024 / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


class Stages:
    """Seconds by stage, in the order in which they were run."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - began


def tell(**figures: Any) -> None:
    """Print one line of JSON, with the peak memory, for the program that started this one."""
    print(json.dumps({**figures, "peak_mb": round(peak_mb(), 1)}))
