"""How many people live in a place: the case's own figure, or the one on record in the gazetteer; else not known.

GeoNames gives one figure a settlement, without a year: a census or an estimate of some year before, for Ukraine mostly
from before the war. Millions have fled since, and others have come. It is a figure on record, not of who was there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from holdfire.places.area import Areas
from holdfire.places.gazetteer import Gazetteer

People = tuple[float | None, float | None]  # at least and at most; null: nothing bounds it
UNKNOWN: People = (None, None)


@dataclass(frozen=True)
class Population:
    """The people of settlements: `own` holds the case's figures by place, which go before the gazetteer's."""

    gazetteer: Gazetteer
    areas: Areas
    own: Mapping[str, People] = field(default_factory=dict)

    def of(self, name: str) -> People:
        """Return how many people live in a settlement, at least and at most; nulls for an area and an unknown name.

        An area that is a city by its name (Kyiv city) is also the settlement. A population of 0 is not known.
        """
        if name in self.own:
            return self.own[name]
        area = self.areas.find(name)
        city = area is not None and "city" in area.name.casefold().split()
        if area is not None and not city:
            return UNKNOWN
        found = self.gazetteer.settlement(name, area.code if area is not None else None)
        return UNKNOWN if found is None or found.population == 0 else (float(found.population), float(found.population))
