"""Everything that was measured of a case, one field per measure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from holdfire.assess.ground import Ground, figures
from holdfire.assess.lull import Lull
from holdfire.assess.outlook import Outlook
from holdfire.assess.outlook import figures as outlook_figures


@dataclass(frozen=True)
class Assessment:
    """What a truce amounted to. A measure for which a case has no data is empty, or null."""

    lulls: list[Lull]
    ground: list[Ground]
    outlook: list[Outlook]

    def document(self) -> dict[str, Any]:
        """Return what assessment.json holds, a key per measure."""
        return {
            "lull": [vars(x) for x in self.lulls],
            "ground": [figures(g) for g in self.ground],
            "outlook": outlook_figures(self.outlook),
        }
