"""What a benchmark found, where and with what, as a file of `benchmarks/results/`."""

from __future__ import annotations

import json
import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent.parent / "results"


def short(value: Any) -> Any:
    """Return a value with its figures to four digits, however deep they lie."""
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, dict):
        return {k: short(v) for k, v in value.items()}
    return [short(v) for v in value] if isinstance(value, list | tuple) else value


def surroundings(*packages: str, rivals: dict[str, str] | None = None) -> dict[str, Any]:
    """Return the versions of Python, of some packages and of the rivals, and what machine this is."""
    versions: dict[str, Any] = {"python": platform.python_version(), **{name: version(name) for name in packages}}
    if rivals is not None:
        versions["rivals"] = rivals
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    machine = {"cores": os.cpu_count(), "memory_gib": round(memory), "platform": platform.platform(terse=True)}
    return {"versions": versions, "machine": machine}


def write_result(benchmark: str, result: dict[str, Any]) -> None:
    """Write the result of a benchmark, and say where."""
    target = RESULTS / f"{benchmark}.json"
    target.write_text(json.dumps(short(result), indent=2) + "\n", encoding="utf-8")
    print(target)
