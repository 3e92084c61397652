"""The exposure of a case: by place and day, for each reading, and what of the verdicts hangs on a threshold."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from holdfire.assess.exposure_days import COLD, ExposureTerms
from holdfire.assess.exposure_known import Known
from holdfire.assess.exposure_readings import ReadingExposure
from holdfire.assess.sensitivity import Sensitivity


@dataclass(frozen=True)
class Exposure:
    """`table` is tables.EXPOSURE, under the `terms` of the case.

    `hazards` are those that the case asks of, as the table names them: of these, what is missing is not known. Of the
    others nothing is told. `known` is of the whole period.
    """

    table: pl.DataFrame
    terms: ExposureTerms
    hazards: tuple[str, ...]
    known: Known
    readings: list[ReadingExposure]
    sensitivity: list[Sensitivity]

    def document(self) -> dict[str, Any]:
        """Return what assessment.json holds; the table stands in exposure.csv."""
        return {
            "hazards": list(self.hazards),
            "below_c": list(self.terms.below_c) if COLD in self.hazards else None,
            "people_per_building": self.terms.people_per_building,
            "known": asdict(self.known),
            "readings": [asdict(x) for x in self.readings],
            "sensitivity": [asdict(x) for x in self.sensitivity],
        }
