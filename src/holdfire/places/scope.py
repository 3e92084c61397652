"""Scopes: the places that a clause names, and whether an incident's place lies in them: yes, no, or not known."""

from __future__ import annotations

from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from holdfire.places.area import Area, Areas
from holdfire.places.disc import disc
from holdfire.places.gazetteer import Gazetteer, Place
from holdfire.problems import bad, suggest

Region = Area | Place


@dataclass(frozen=True)
class Scope:
    """The regions that a place term surely covers, may cover, and surely leaves out."""

    certainly: tuple[Region, ...]
    possibly: tuple[Region, ...] = ()
    besides: tuple[Region, ...] = ()

    def countries(self, areas: Areas) -> tuple[str, ...]:
        """Return the codes of the countries that the scope reaches, sorted."""
        codes = {r.code for r in (*self.certainly, *self.possibly) if r.code is not None}
        return tuple(sorted({areas.lineage(c)[-1] for c in codes}))


def resolve_scope(
    certainly: list[str], possibly: list[str], besides: list[str], areas: Areas, gazetteer: Gazetteer, where: str
) -> Scope:
    """Turn area codes, area names and settlement names into a scope; an area goes before a settlement.

    Raises InputError for a name that neither knows, or that several settlements bear.
    """

    def region(name: str) -> Region:
        found: Region | None = areas.find(name) or gazetteer.find(name)
        if found is None:
            known = [*areas.codes(), *(areas[c].name for c in areas.codes()), *gazetteer.names()]
            expected = "an area code, an area or a settlement that only one place is called"
            raise bad(where, f"unknown place '{name}'", expected, suggest(name, known))
        return found

    sides = [tuple(region(n) for n in names) for names in (certainly, possibly, besides)]
    return Scope(*sides)


def answer(place: Place, scope: Scope, areas: Areas) -> bool | None:
    """Tell whether a place lies in a scope: in the core true, beyond the fringe false, between them null."""
    core = _any([_within(place, r, areas) for r in scope.certainly])
    fringe = _any([core, *(_within(place, r, areas) for r in scope.possibly)])
    out = _any([_within(place, r, areas) for r in scope.besides])
    if fringe is False or out is True:
        return False
    return True if core is True and out is False else None


def _any(answers: list[bool | None]) -> bool | None:
    if any(a is True for a in answers):
        return True
    return None if any(a is None for a in answers) else False


def _within(place: Place, region: Region, areas: Areas) -> bool | None:
    by_code = _by_lineage(place.code, region.code, areas) if isinstance(region, Area) else None
    if by_code is not None or place.lon is None or place.lat is None:
        if by_code is None and isinstance(region, Place) and place.code is not None and region.code is not None:
            # A settlement lies in one area: a place in another area is not in it.
            return None if _by_lineage(region.code, place.code, areas) is not False else False
        return by_code
    outline = areas.geometry(region.code) if isinstance(region, Area) else _disc(region)
    if outline is None:
        return None
    here = _disc(place)
    if here is None:
        return None
    if shapely.contains_properly(outline, here) or shapely.covers(outline, here):
        return True
    return None if shapely.intersects(outline, here) and not shapely.touches(outline, here) else False


def _disc(place: Place) -> BaseGeometry | None:
    """Return where a place can be; null where its radius is not known, or degrees cannot hold it."""
    if place.lon is None or place.lat is None or place.radius_km is None:
        return None
    try:
        return disc(place.lon, place.lat, place.radius_km)
    except ValueError:
        return None


def _by_lineage(code: str | None, region: str, areas: Areas) -> bool | None:
    """Compare administrative areas, which do not overlap: within, apart, or (around it, or unknown) null."""
    if code is None:
        return None
    if region in areas.lineage(code):
        return True
    return None if code in areas.lineage(region) else False
