"""Rivals live in environments of their own, filled from the `requirements.txt` of their benchmark."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def rivals_python(benchmark: Path) -> Path:
    """Return the interpreter of an environment that has the rivals of a benchmark, made where it is missing."""
    folder = ROOT / ".venv" / f"bench-{benchmark.name}"
    python, stamp = folder / "bin" / "python", folder / "installed.txt"
    wanted = _requirements(benchmark)
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*install, "-r", str(benchmark / "requirements.txt")], check=True)
        stamp.write_text(wanted, encoding="utf-8")
    return python


def rivals_versions(benchmark: Path) -> dict[str, str]:
    """Return the versions that a benchmark pins, by package."""
    return dict(line.split("==") for line in _requirements(benchmark).split())


def _requirements(benchmark: Path) -> str:
    return (benchmark / "requirements.txt").read_text(encoding="utf-8")
