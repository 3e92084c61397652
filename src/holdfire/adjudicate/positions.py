"""Positions: how much ground the actors that a clause binds hold in its place on a day, by the maps of every source.

A map bounds it: at least the overlap of what they surely hold with what surely is the place, at most the overlap of
what they may hold with what may be the place. Beyond the area that a map is of, it tells nothing, and all of the place
that lies there may be held.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import inf

import shapely
from shapely.geometry.base import BaseGeometry

from holdfire.adjudicate.coded import coded_answer
from holdfire.adjudicate.plan import ClausePlan, Plan
from holdfire.places import area_km2
from holdfire.places.extent import NOTHING, Extent, overlap
from holdfire.places.ground import DIGITS, NOISE_KM2
from holdfire.places.metric import EVERYWHERE
from holdfire.terms import code_list

Bounds = tuple[float, float]  # km2, at least and at most; the latter may be infinite


@dataclass(frozen=True)
class Proof:
    """What a map must be to count: the source groups of those that may, and how many groups must say the same."""

    groups: Mapping[str, str]
    needed: int = 1


@dataclass(frozen=True)
class Hold:
    """The ground held in a clause's place on a day, in km2.

    `by_source` are the bounds that each source sets, `agreed` those that enough of them do; null where fewer do.
    `maps` are the maps of that day that they rest on, as SOURCE:DAY; `mapped` tells whether they are enough.
    """

    agreed: Bounds | None
    by_source: dict[str, Bounds]
    maps: tuple[str, ...]
    mapped: bool

    @property
    def answer(self) -> bool | None:
        """Whether any ground is held: surely, surely none, or not known. Less than 0.01 km2 is noise of the drawing."""
        if self.agreed is None:
            return None
        least, most = self.agreed
        return True if least > NOISE_KM2 else False if most <= NOISE_KM2 else None


UNKNOWN_HOLD = Hold(None, {}, (), False)


def held_on(clause: ClausePlan, plan: Plan, proof: Proof, day: date) -> Hold:
    """Return the ground that the actors bound by a clause hold in its place on a day."""
    by_source: dict[str, Bounds] = {}
    maps: list[str] = []
    mapped: set[str] = set()
    place = _place(clause, day)
    for source in plan.lines.sources():
        # Two maps that agree do not prove the day between them: forces may have left, and come back.
        mine = source in proof.groups and any(m.day == day for m in plan.lines.maps(source))
        held = _held(clause, plan, source, day) if mine and place is not None else None
        if held is None or place is None:
            continue
        by_source[source] = _bounds(held, place, _reach(plan, source))
        maps.append(f"{source}:{day}")
        mapped.add(proof.groups[source])
    return Hold(_of_groups(by_source, proof), by_source, tuple(maps), len(mapped) >= proof.needed)


def agreed(told: Sequence[Bounds], needed: int) -> Bounds | None:
    """Return the bounds that so many of them agree on; null where fewer speak.

    Where what one says contradicts another, it lies anywhere between the least and the most that any of them says.
    """
    if len(told) < needed:
        return None
    least = sorted((b[0] for b in told), reverse=True)[needed - 1]
    most = sorted(b[1] for b in told)[needed - 1]
    return (least, most) if least <= most else (min(b[0] for b in told), max(b[1] for b in told))


def _of_groups(by_source: Mapping[str, Bounds], proof: Proof) -> Bounds | None:
    """Return what source groups agree on; sources of one group are one voice."""
    of_group: dict[str, list[Bounds]] = {}
    for source, bounds in by_source.items():
        of_group.setdefault(proof.groups[source], []).append(bounds)
    voices = [one for told in of_group.values() if (one := agreed(told, 1)) is not None]
    return agreed(voices, proof.needed)


def _place(clause: ClausePlan, day: date) -> tuple[Extent, bool] | None:
    """Return a clause's place on a day, and whether it has an end; null where nothing is known of it.

    What is left out of it and has no outline may lie anywhere in it.
    """
    if clause.scope is None:
        return None
    drawn = clause.scope.drawn(day)
    if drawn.nowhere_known:
        return None
    _, undrawn, left_out = drawn.undrawn
    inner = NOTHING if left_out else drawn.inner.geometry
    return Extent(inner, drawn.outer.geometry), not undrawn


def _held(clause: ClausePlan, plan: Plan, source: str, day: date) -> Extent | None:
    """Return the ground that the actors bound hold by one source; null where it tells nothing of them that day."""
    surely, perhaps = [], []
    term = clause.term("actor")
    holders = {a for m in plan.lines.maps(source) for a in (m.holder, m.against) if a is not None}
    for actor in sorted(holders):
        bound = True if term is None else coded_answer(term, code_list("actor"), actor)
        if bound is not False:
            extent = plan.lines.held(source, actor, day)
            perhaps.append(extent.outer)
            if bound:
                surely.append(extent.inner)
    if not perhaps:
        return None
    held = Extent(_union(surely), _union(perhaps))
    return None if held.inner.is_empty and held.outer.equals(EVERYWHERE) else held


def _bounds(held: Extent, place: tuple[Extent, bool], reach: BaseGeometry) -> Bounds:
    extent, ends = place
    both = overlap([held, extent])
    least = area_km2(both.inner)
    if not ends:
        return round(least, DIGITS), inf
    beyond = overlap([Extent(NOTHING, shapely.difference(extent.outer, reach))]).outer
    return round(least, DIGITS), round(area_km2(both.outer) + area_km2(shapely.difference(beyond, both.outer)), DIGITS)


def _reach(plan: Plan, source: str) -> BaseGeometry:
    """Return the area that all maps of a source are of; everywhere where none was stated."""
    areas = [plan.areas.geometry(m.place_code) for m in plan.lines.maps(source) if m.place_code is not None]
    known = {id(a): a for a in areas if a is not None}
    return shapely.intersection_all(list(known.values())) if known else EVERYWHERE


def _union(shapes: list[BaseGeometry]) -> BaseGeometry:
    if len(shapes) < 2:
        return shapes[0] if shapes else NOTHING
    return shapely.union_all(shapes)
