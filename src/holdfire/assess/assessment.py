"""Everything that was measured of a case, one field per measure."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from holdfire.adjudicate import Settling
from holdfire.adjudicate.settling import figures as settled
from holdfire.assess.base_rate import BaseRate
from holdfire.assess.displacement import Displacement
from holdfire.assess.exposure import Exposure
from holdfire.assess.ground import Ground, figures
from holdfire.assess.interception import Interception
from holdfire.assess.lull import EarlierTruce, Lull
from holdfire.assess.outlook import Outlook
from holdfire.assess.outlook import figures as outlook_figures
from holdfire.assess.rebound import Rebound
from holdfire.assess.undercount import Undercount


@dataclass(frozen=True)
class Assessment:
    """What a truce amounted to. A measure for which a case has no data is empty, or null.

    `nights` is `nightly()` of the source that counts them, and `counts` what all that do say (tables.COUNTS). From the
    nights of `earlier_truces` nothing was learnt.
    """

    nights: pl.DataFrame
    counts: pl.DataFrame
    lulls: list[Lull]
    ground: list[Ground]
    base_rate: list[BaseRate]
    undercount: list[Undercount]
    displacement: list[Displacement]
    rebound: list[Rebound]
    interception: list[Interception]
    exposure: Exposure
    settling: Settling | None
    earlier_truces: tuple[EarlierTruce, ...]
    outlook: list[Outlook]

    def document(self) -> dict[str, Any]:
        """Return what assessment.json holds, a key per measure."""
        return {
            "lull": [vars(x) for x in self.lulls],
            "ground": [figures(g) for g in self.ground],
            "base_rate": [b.document() for b in self.base_rate],
            "undercount": [u.document() for u in self.undercount],
            "displacement": [asdict(x) for x in self.displacement],
            "rebound": [asdict(x) for x in self.rebound],
            "interception": [asdict(x) for x in self.interception],
            "exposure": self.exposure.document(),
            "settling": settled(self.settling) if self.settling else None,
            "outlook": outlook_figures(self.outlook),
        }
