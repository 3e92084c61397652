"""Scopes: the places that a clause names, and whether an incident's place lies in them: yes, no, or not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from holdfire.kleene import NO, UNKNOWN, YES, Bytes, as_answer, as_byte, as_bytes, core_and_fringe, disjunction
from holdfire.places.area import ONE_AT_A_TIME, Area, Areas
from holdfire.places.disc import disc
from holdfire.places.extent import Extent, sure, united, without
from holdfire.places.gazetteer import Gazetteer, Place
from holdfire.places.metric import EVERYWHERE
from holdfire.places.shape import Discs, Shape
from holdfire.places.zones import Zones
from holdfire.problems import bad, suggest


@dataclass(frozen=True)
class Zoned:
    """A zone that the agreement draws, by its id."""

    zone: str


Region = Area | Place | Zoned


@dataclass(frozen=True)
class Drawn:
    """A scope on a day: what it surely and what it perhaps covers, and which of its regions have no known polygon."""

    inner: Shape
    outer: Shape
    undrawn: tuple[tuple[Region, ...], tuple[Region, ...], tuple[Region, ...]]
    nowhere_known: bool = False


@dataclass(frozen=True)
class Scope:
    """The regions that a place term surely covers, may cover, and surely leaves out."""

    certainly: tuple[Region, ...]
    possibly: tuple[Region, ...]
    besides: tuple[Region, ...]
    areas: Areas = field(repr=False)
    zones: Zones | None = field(default=None, repr=False)
    _days: dict[date | None, Drawn] = field(default_factory=dict, repr=False, compare=False)
    # Under the ids of zones, which are kept beside what is drawn of them, so that no other takes an id over.
    _drawings: dict[tuple[int, ...], tuple[tuple[Extent, ...], Drawn]] = field(
        default_factory=dict, repr=False, compare=False
    )
    _codes: dict[str | None, np.uint8] = field(default_factory=dict, repr=False, compare=False)
    _areas: dict[date | None, dict[str | None, np.uint8]] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def moves(self) -> bool:
        """Whether the scope is another on another day."""
        return any(isinstance(r, Zoned) and self._zones.moves(r.zone) for r in self._all)

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "_drawings": {}}

    def fingerprint(self, zone: str) -> str:
        """Return what the scope asks, so that scopes that ask the same share the answer.

        Zones are those of one agreement, whatever others call theirs; a scope that moves goes by the days of a time
        zone.
        """
        own = f"{id(self.zones)} {zone} " if any(isinstance(r, Zoned) for r in self._all) else ""
        sides = (self.certainly, self.possibly, self.besides)
        return own + "|".join(",".join(sorted(_key(r) for r in side)) for side in sides)

    @property
    def _all(self) -> tuple[Region, ...]:
        return (*self.certainly, *self.possibly, *self.besides)

    @property
    def _zones(self) -> Zones:
        assert self.zones is not None
        return self.zones

    def countries(self) -> tuple[str, ...]:
        """Return the codes of the countries that the scope reaches, sorted."""
        codes = {r.code for r in (*self.certainly, *self.possibly) if not isinstance(r, Zoned) and r.code is not None}
        found = {self.areas.lineage(c)[-1] for c in codes}
        if any(isinstance(r, Zoned) for r in self._all):
            # A zone that moves is somewhere, and nobody knows where without a day.
            whole = [c for c in self.areas.codes() if self.areas.lineage(c) == (c,)]
            found |= {c for c in whole if self.areas.geometry(c) is not None and self._reaches(c)}
        return tuple(sorted(found))

    def _reaches(self, code: str) -> bool:
        outline = self.areas.core(code)
        return outline is not None and self.drawn(None).outer.area(outline) is not False

    def drawn(self, day: date | None) -> Drawn:
        """Return the polygons of the scope on a day; a null day is enough for one that does not move."""
        key = day if self.moves else None
        with ONE_AT_A_TIME:
            if key not in self._days:
                self._days[key] = self._draw(key)
            return self._days[key]

    def _draw(self, day: date | None) -> Drawn:
        """Draw the scope as of a day, unless its zones are what they were on another."""
        zones = tuple(self._zones.extent(r.zone, day) for r in self._all if isinstance(r, Zoned))
        key = tuple(map(id, zones))
        if key not in self._drawings:
            self._drawings[key] = zones, self._drawn_anew(day)
        return self._drawings[key][1]

    def _drawn_anew(self, day: date | None) -> Drawn:
        core, undrawn_core = self._united(self.certainly, day)
        fringe, undrawn_fringe = (
            self._united((*self.certainly, *self.possibly), day) if self.possibly else (core, undrawn_core)
        )
        out, undrawn_out = self._united(self.besides, day)
        less = without(core, out)
        inner, outer = less.inner, (without(fringe, out) if self.possibly else less).outer
        drawn = Shape(inner)
        whole = drawn if outer is inner else Shape(outer)
        unknown = inner.is_empty and bool(outer.equals(EVERYWHERE))
        # A region without a polygon cannot be told from what is left out of it by one.
        surely = undrawn_core if out.outer.is_empty else ()
        return Drawn(drawn, whole, (surely, undrawn_fringe, undrawn_out), unknown)

    def _united(self, regions: tuple[Region, ...], day: date | None) -> tuple[Extent, tuple[Region, ...]]:
        """Return where regions are all together, and those of them of which there is no polygon."""
        extents = [(r, self._extent(r, day)) for r in regions]
        return united([e for _, e in extents if e is not None]), tuple(r for r, e in extents if e is None)

    def _extent(self, region: Region, day: date | None) -> Extent | None:
        if isinstance(region, Zoned):
            return self._zones.extent(region.zone, day)
        outline = self.areas.geometry(region.code) if isinstance(region, Area) else _disc(region)
        return None if outline is None else sure(outline)

    def by_codes(self, codes: Sequence[str | None]) -> Bytes:
        """Answer for all places of administrative areas, by what lies in what; unknown where that does not tell."""
        for code in codes:
            if code not in self._codes:
                sides = (self.certainly, self.possibly, self.besides)
                self._codes[code] = as_byte(core_and_fringe(*(self._any_by_code(code, r) for r in sides)))
        return np.array([self._codes[c] for c in codes], dtype=np.uint8)

    def _any_by_code(self, code: str | None, regions: tuple[Region, ...]) -> bool | None:
        return disjunction(self._one_by_code(code, r) for r in regions)

    def _one_by_code(self, code: str | None, region: Region) -> bool | None:
        if isinstance(region, Zoned) or code is None or region.code is None:
            return None
        if isinstance(region, Place):
            # A settlement lies in one area: a place in another area is not in it.
            return None if _by_lineage(region.code, code, self.areas) is not False else False
        return _by_lineage(code, region.code, self.areas)

    def of_areas(self, codes: Sequence[str | None], day: date | None = None) -> Bytes:
        """Answer for places of which only the administrative area is known, or (null) nothing."""
        known = self._areas.setdefault(day if self.moves else None, {})
        for code in codes:
            if code not in known:
                known[code] = as_byte(self._of_area(code, day))
        return np.array([known[c] for c in codes], dtype=np.uint8)

    def _of_area(self, code: str | None, day: date | None) -> bool | None:
        (byte,) = self.by_codes([code])
        known = as_answer(byte)
        outline = None if code is None else self.areas.core(code)
        if known is not None or outline is None:
            return known
        drawn = self.drawn(day)
        if drawn.nowhere_known:
            return None
        inner = drawn.inner.area(outline)
        outer = inner if drawn.outer is drawn.inner else drawn.outer.area(outline)
        undrawn = (self._any_by_code(code, r) for r in drawn.undrawn)
        (answer,) = _told(as_bytes([inner]), as_bytes([outer]), *(np.array([as_byte(u)]) for u in undrawn))
        return as_answer(answer)

    def of_discs(self, codes: list[str | None], code: NDArray[np.intp], discs: Discs, day: date | None) -> Bytes:
        """Answer for discs, each in the area that `code` points to among `codes`."""
        drawn = self.drawn(day)
        by_code = self.by_codes(codes)
        plain = drawn.outer is drawn.inner and not any(drawn.undrawn)
        if plain and not drawn.nowhere_known and (by_code == UNKNOWN).all():
            return drawn.inner.discs(discs)
        known = by_code[code]
        open_ = known == UNKNOWN
        if drawn.nowhere_known or not open_.any():
            return known
        asked = discs if open_.all() else discs.only(open_)
        inner = drawn.inner.discs(asked)
        outer = inner if drawn.outer is drawn.inner else drawn.outer.discs(asked)
        undrawn = []
        for regions in drawn.undrawn:
            told = as_bytes(self._any_by_code(c, regions) for c in codes) if regions else np.zeros(len(codes), np.uint8)
            undrawn.append(told[code[open_]])
        known[open_] = _told(inner, outer, *undrawn)
        return known


def _key(region: Region) -> str:
    if isinstance(region, Zoned):
        return f"zone {region.zone}"
    return region.code if isinstance(region, Area) else f"{region.lon} {region.lat} {region.radius_km} {region.code}"


def _told(inner: Bytes, outer: Bytes, core: Bytes, fringe: Bytes, out: Bytes) -> Bytes:
    """Put together what the polygons say (within the core, within the fringe) and what the regions without one do."""
    yes = ((inner == YES) | (core == YES)) & (out == NO)
    no = ((outer == NO) & (fringe == NO)) | (out == YES)
    return np.where(no, NO, np.where(yes, YES, UNKNOWN))


def resolve_scope(
    certainly: list[str],
    possibly: list[str],
    besides: list[str],
    areas: Areas,
    gazetteer: Gazetteer,
    where: str,
    zones: Zones | None = None,
) -> Scope:
    """Turn zone ids, area codes, area names and settlement names into a scope; what comes first here goes first.

    Raises InputError for a name that none of them knows, or that several settlements bear.
    """

    def region(name: str) -> Region:
        if zones is not None and name in zones:
            return Zoned(name)
        found: Region | None = areas.find(name) or gazetteer.find(name)
        if found is None:
            known = [*areas.codes(), *(areas[c].name for c in areas.codes()), *gazetteer.names()]
            known += [z.id for z in zones] if zones is not None else []
            expected = "a zone id, an area code, or the name of an area or of one settlement only"
            remedy = f"{suggest(name, known)} Else draw it under `zones:`, or name a list of places in case.yaml."
            raise bad(where, f"unknown place '{name}'", expected, remedy)
        return found

    sides = [tuple(region(n) for n in names) for names in (certainly, possibly, besides)]
    return Scope(sides[0], sides[1], sides[2], areas, zones)


def answer(place: Place, scope: Scope, day: date | None = None) -> bool | None:
    """Tell whether a place lies in a scope: in the core true, beyond the fringe false, between them null.

    Where the scope follows a line or the weather, it is that of a day (the agreement's time zone).
    """
    if place.lon is None or place.lat is None:
        return as_answer(scope.of_areas([place.code], day)[0])
    if place.radius_km is None:
        return as_answer(scope.by_codes([place.code])[0])
    discs = Discs.of(np.array([place.lon]), np.array([place.lat]), np.array([place.radius_km]))
    (found,) = scope.of_discs([place.code], np.zeros(1, dtype=np.intp), discs, day)
    return as_answer(found)


def _disc(place: Place) -> BaseGeometry | None:
    """Return where a settlement can be; null where its radius is not known, or degrees cannot hold it."""
    if place.lon is None or place.lat is None or place.radius_km is None:
        return None
    try:
        return disc(place.lon, place.lat, place.radius_km)
    except ValueError:
        return None


def _by_lineage(code: str, region: str, areas: Areas) -> bool | None:
    """Compare administrative areas, which do not overlap: within, apart, or (around it) null."""
    if region in areas.lineage(code):
        return True
    return None if code in areas.lineage(region) else False
