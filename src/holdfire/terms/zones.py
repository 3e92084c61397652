"""Zones: grounds that an agreement draws itself, where no area or settlement is what was meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from holdfire.terms.parts import Cited, Condition, Identifier, Listed, Model

Side = Literal["north", "east", "south", "west"]


def _on_earth(value: tuple[float, float]) -> tuple[float, float]:
    lon, lat = value
    if not (-180 < lon < 180 and -89 < lat < 89):
        raise ValueError(f"[{lon:g}, {lat:g}] is no longitude and latitude away from the antimeridian and the poles")
    return value


def crosses_antimeridian(points: Iterable[Sequence[float]]) -> bool:
    """Tell whether an edge between positions in degrees is shorter across the antimeridian than as it is written."""
    return any(abs(b[0] - a[0]) > 180 for a, b in pairwise(points))


def _in_one_piece(value: list[tuple[float, float]]) -> list[tuple[float, float]]:
    if crosses_antimeridian(value):
        raise ValueError("an edge spans more than 180 degrees of longitude; cut it at the antimeridian")
    return value


Position = Annotated[tuple[float, float], AfterValidator(_on_earth)]
Line = Annotated[list[Position], Field(min_length=2), AfterValidator(_in_one_piece)]
Ring = Annotated[list[Position], Field(min_length=3), AfterValidator(_in_one_piece)]
Kilometres = Annotated[float, Field(gt=0, le=1000)]


class Corridor(Model):
    """All that lies within half a width of a line."""

    along: Line = Field(description="longitudes and latitudes of the line, in degrees")
    width_km: Kilometres


class Buffer(Model):
    """All that lies within a distance of a line, a border, a line of contact or of places."""

    km: Kilometres
    line: Line | None = Field(None, description="longitudes and latitudes, in degrees")
    border: str | None = Field(None, description="an area or a zone, whose border is meant")
    front: str | None = Field(None, description="source of lines of control; the line of contact of that day")
    around: Listed = Field(default=[], description="settlements, areas or zones")
    side: Side | None = Field(None, description="of a line: only the ground on this side of it")
    held_by: str | None = Field(None, description="of a front: only the ground that this actor holds")

    @model_validator(mode="after")
    def _of_one(self) -> Buffer:
        given = [k for k in ("line", "border", "front", "around") if getattr(self, k)]
        if len(given) != 1:
            raise ValueError("give one of `line`, `border`, `front` and `around`")
        if self.side is not None and self.line is None:
            raise ValueError("only a `line` has a `side`; of a `front`, say `held_by`")
        if self.held_by is not None and self.front is None:
            raise ValueError("only a `front` has `held_by`; of a `line`, say `side`")
        return self


class Difference(Model):
    """What is left of a place when others are taken out."""

    of: str = Field(description="a zone, an area or a settlement")
    without: Annotated[Listed, Field(min_length=1)]


class Towns(Model):
    """The settlements of a gazetteer that have something in common; each as wide as a town of its population."""

    within: Annotated[Listed, Field(min_length=1, description="areas or zones")]
    over: int = Field(0, ge=0, description="settlements of more people than this")
    condition: Condition | None = Field(None, description="only those where it holds, as of each day")


class Held(Model):
    """The ground that an actor's forces hold, as of each day."""

    lines: str = Field(description="source of lines of control")
    by: str = Field(description="actor code")


class Zone(Cited):
    """A named ground. It is drawn in one way."""

    id: Identifier
    title: str
    polygon: Ring | None = Field(None, description="longitudes and latitudes around it, in degrees")
    outline: str | None = Field(None, description="GeoJSON file of polygons, beside the agreement file")
    feature: str | None = Field(None, description="id of the feature of `outline` that is meant; all where left out")
    corridor: Corridor | None = None
    buffer: Buffer | None = None
    union: Listed = Field(default=[], description="zones, areas or settlements, all together")
    intersection: Listed = Field(default=[], description="zones, areas or settlements, where all overlap")
    difference: Difference | None = None
    towns: Towns | None = None
    held: Held | None = None

    @model_validator(mode="after")
    def _drawn_once(self) -> Zone:
        if len(self.ways()) != 1:
            raise ValueError(f"give one of {', '.join(f'`{w}`' for w in WAYS)}")
        if self.feature is not None and self.outline is None:
            raise ValueError("only an `outline` has a `feature`")
        return self

    def ways(self) -> list[str]:
        """Return by which of its keys the zone is drawn."""
        return [w for w in WAYS if getattr(self, w)]

    def names(self) -> list[str]:
        """Return the zones, areas and settlements that it is made of."""
        named = [*self.union, *self.intersection]
        if self.difference is not None:
            named += [self.difference.of, *self.difference.without]
        if self.towns is not None:
            named += self.towns.within
        if self.buffer is not None:
            named += [*self.buffer.around, *([self.buffer.border] if self.buffer.border else [])]
        return named

    def lines(self) -> str | None:
        """Return the source of lines of control that it follows from day to day; null if none."""
        if self.held is not None:
            return self.held.lines
        return self.buffer.front if self.buffer is not None else None


WAYS = ("polygon", "outline", "corridor", "buffer", "union", "intersection", "difference", "towns", "held")
