"""An agreement together with the file that it was read from, so that a remark can be told with file and line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from holdfire.terms.document import Looked, look_at
from holdfire.terms.model import Agreement
from holdfire.terms.yamlfile import line_of

Parts = tuple[str, ...]


@dataclass(frozen=True)
class AgreementFile:
    """An agreement and where its parts stand: its document, and statements that have a file of their own."""

    path: Path
    agreement: Agreement
    document: Any
    apart: dict[str, tuple[Path, int]]

    def where(self, parts: Parts) -> tuple[Path, int]:
        """Return file and line of a part; what is not there is told at the deepest part above it that is.

        `parts` names keys, and items of lists by their id: ("readings", "kremlin", "clauses", "front-line", "text").
        """
        if parts[:1] == ("statements",) and len(parts) > 1 and parts[1] in self.apart:
            return self.apart[parts[1]]
        steps: list[Any] = []
        at = self.document
        for part in parts:
            if isinstance(at, list):
                step: Any = next((n for n, item in enumerate(at) if item.get("id") == part), None)
            else:
                step = part if isinstance(at, dict) and part in at else None
            if step is None:
                break
            steps.append(step)
            at = at[step]
        return self.path, line_of(self.document, tuple(steps))


def open_agreement(path: Path) -> AgreementFile:
    """Read an agreement file and keep where its parts stand. Raises InputError as `read_agreement` does."""
    looked = look_at(path)
    return located(looked, looked.whole())


def located(looked: Looked, agreement: Agreement) -> AgreementFile:
    """Return an agreement with where its parts stand in the file that was looked at."""
    return AgreementFile(looked.path, agreement, looked.document, looked.apart)
