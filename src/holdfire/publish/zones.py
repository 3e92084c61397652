"""Zones on the page: how each is drawn, in words, and the ground that it covers on the map."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from string import ascii_uppercase
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from holdfire.adjudicate import ClausePlan
from holdfire.places.extent import Extent
from holdfire.publish import words
from holdfire.publish.content import Content
from holdfire.publish.figures import Frame, region, window_of
from holdfire.terms import Zone, code_list

BORDERLESS_DEGREES = 300  # a fringe wider than this is all the Earth: nobody knows where the zone lies


@dataclass(frozen=True)
class Shown:
    """A zone that a clause names: its letter on the map, and what it covers, by day if it moves (null: for good).

    A day of which nobody knows where the zone lies stands with null.
    """

    zone: Zone
    letter: str
    days: dict[date | None, Extent | None]


def shown_zones(content: Content) -> list[Shown]:
    """Return the zones that clauses name, in the order of the agreement.

    One that moves is shown as of the first and the last day of the period on which a clause that names it may be in
    force.
    """
    known = content.plan.zones
    days: dict[str, set[date]] = {}
    for clause in content.plan.clauses:
        place = clause.clause.place
        for name in [] if place is None else [*place.certainly, *place.possibly, *place.besides]:
            if name in known:
                days.setdefault(name, set()).update(_in_force(clause, content))
    shown = []
    for number, zone in enumerate(z for z in known if z.id in days):
        when: list[date | None] = [None]
        if known.moves(zone.id):
            when = [*sorted({min(days[zone.id]), max(days[zone.id])})] if days[zone.id] else []
        extents = {d: _where(known.extent(zone.id, d)) for d in when}
        shown.append(Shown(zone, _letter(number), extents))
    return shown


def _where(extent: Extent) -> Extent | None:
    if extent.outer.is_empty:
        return extent
    west, _, east, _ = extent.outer.bounds
    return extent if east - west < BORDERLESS_DEGREES else None


def _letter(number: int) -> str:
    return ascii_uppercase[number] if number < len(ascii_uppercase) else str(number + 1)


def _in_force(clause: ClausePlan, content: Content) -> list[date]:
    """Return the first and the last day of the period on which a clause may be in force; none if it is on none."""
    first, last = content.period
    if clause.start is not None and clause.start.earliest is not None:
        first = max(first, clause.start.earliest.astimezone(content.plan.zone).date())
    if clause.end is not None and clause.end.latest is not None:
        final = clause.end.latest.astimezone(content.plan.zone) - timedelta(microseconds=1)
        last = min(last, final.date())
    return [first, last] if first <= last else []


def corners(zones: list[Shown]) -> list[tuple[float, float]]:
    """Return the corners of what the zones may cover, in degrees, so that a map shows them."""
    found = set()
    for zone in zones:
        for extent in zone.days.values():
            if extent is not None and not extent.outer.is_empty:
                west, south, east, north = extent.outer.bounds
                found |= {(west, south), (east, north)}
    return sorted(found)


def drawings(zones: list[Shown], onto: Frame) -> list[dict[str, Any]]:
    """Return each zone as paths in whole pixels, with a letter where it lies and a line for the legend."""
    window = window_of(onto)
    return [_drawing(zone, onto, window) for zone in zones]


def _drawing(shown: Shown, onto: Frame, window: BaseGeometry) -> dict[str, Any]:
    days = []
    last = max((d for d, e in shown.days.items() if d is not None and e is not None), default=None)
    letter = None
    for day, extent in shown.days.items():
        if extent is None:
            continue
        inner, outer = (_seen(side, onto, window) for side in (extent.inner, extent.outer))
        title = shown.zone.title if day is None else f"{shown.zone.title}, {words.day(day)}"
        days.append(
            {
                "before": day != last,
                "sure": region(inner, onto),
                "perhaps": "" if extent.known else region(outer, onto),
                "title": title,
            }
        )
        if not outer.is_empty:
            middle = (inner if not inner.is_empty else outer).representative_point()
            x, y = onto.pixels(middle.x, middle.y)
            letter = {"x": x, "y": y}
    return {"letter": shown.letter, "title": shown.zone.title, "at": letter, "days": days, "when": _when(shown)}


def _seen(shape: BaseGeometry, onto: Frame, window: BaseGeometry) -> BaseGeometry:
    """Return what a picture shows of a shape, without what is less than half a pixel of it."""
    return shapely.simplify(shapely.intersection(shape, window), 0.5 / onto.scale)


def _when(shown: Shown) -> str:
    """Return which days of a moving zone are drawn, and of which nobody knows where it lies; empty if it stays."""
    days = [d for d in shown.days if d is not None]
    if not days:
        return ""
    drawn = [words.day(d) for d in days if shown.days[d] is not None]
    unknown = [words.day(d) for d in days if shown.days[d] is None]
    told = []
    if len(drawn) == 2:
        told.append(f"dotted as of {drawn[0]}, solid as of {drawn[1]}")
    elif drawn:
        told.append(f"as of {drawn[0]}")
    if unknown:
        told.append(f"not known for {words.either(unknown, 'and')}")
    return ", ".join(told)


def zones_of_clauses(content: Content, zones: list[Shown]) -> dict[str, list[dict[str, Any]]]:
    """Return for every clause, by `reading/clause`, the zones that it names, in words."""
    by_id = {z.zone.id: z for z in zones}
    told: dict[str, list[dict[str, Any]]] = {}
    for clause in content.plan.clauses:
        place = clause.clause.place
        names = [] if place is None else [*place.certainly, *place.possibly, *place.besides]
        mine = [by_id[n] for n in dict.fromkeys(names) if n in by_id]
        told[f"{clause.reading_id}/{clause.clause_id}"] = [
            {
                "id": z.zone.id,
                "title": z.zone.title,
                "told": described(z.zone, content),
                "letter": z.letter if any(z.days.values()) else None,
                "note": z.zone.note,
                "cites": z.zone.cites,
            }
            for z in mine
        ]
    return told


def described(zone: Zone, content: Content) -> str:
    """Return how a zone is drawn, in words."""
    if zone.polygon is not None:
        return f"a polygon of {len(zone.polygon)} corners"
    if zone.outline is not None:
        return f"as outlined in {zone.outline}" + (f", {zone.feature}" if zone.feature else "")
    if zone.corridor is not None:
        return f"a corridor of {zone.corridor.width_km:g} km along a line"
    if zone.union:
        return f"{_named(zone.union, content, 'and')} together"
    if zone.intersection:
        return f"where {_named(zone.intersection, content, 'and')} overlap"
    if zone.difference is not None:
        left_out = _named(zone.difference.without, content, "and")
        return f"{_named([zone.difference.of], content)} without {left_out}"
    if zone.towns is not None:
        over = f" of more than {words.number(zone.towns.over)} people" if zone.towns.over else ""
        met = f" with {words.condition(zone.towns.condition)} on the day" if zone.towns.condition else ""
        return f"the towns{over} in {_named(zone.towns.within, content)}{met}"
    if zone.held is not None:
        return f"ground held by {_actor(zone.held.by)} on the day, on the maps of {_source(zone.held.lines, content)}"
    return _buffer(zone, content)


def _buffer(zone: Zone, content: Content) -> str:
    buffer = zone.buffer
    assert buffer is not None
    within = f"all within {buffer.km:g} km of"
    if buffer.line is not None:
        return f"{within} a line" + (f", on its {buffer.side}ern side" if buffer.side else "")
    if buffer.front is not None:
        side = f", where {_actor(buffer.held_by)} holds the ground" if buffer.held_by else ""
        return f"{within} the line of contact of the day, on the maps of {_source(buffer.front, content)}{side}"
    if buffer.border is not None:
        return f"{within} the border of {_named([buffer.border], content)}"
    return f"{within} {_named(buffer.around, content)}"


def _named(names: list[str], content: Content, joint: str = "or") -> str:
    titles = {z.id: z.title for z in content.plan.zones}
    return words.either([titles.get(n) or words.place(n, content.areas) for n in names], joint)


def _actor(code: str) -> str:
    return code_list("actor").label(code)


def _source(name: str, content: Content) -> str:
    return next((s.title for s in content.sources if s.source_id == name), name)
