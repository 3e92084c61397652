"""Ground that changed hands, as the page tells it: a sentence, a map, and what each day and each area saw."""

from __future__ import annotations

import math
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from holdfire.assess import Amount, Ground, GroundChange, GroundDay
from holdfire.places import Areas, Patch
from holdfire.publish import words
from holdfire.publish.content import Content
from holdfire.publish.figures import KM_PER_DEGREE, Frame, close_frame, latitude, outlines, region, track, window_of
from holdfire.terms import code_list

SCALES_KM = (100, 50, 20, 10)
LEAST_LABELLED = 0.04  # of the picture
LINES_OF_TEXT = 44  # how many fit into the longer side of the picture
BORDER_DEGREES = 0.03  # a drawing follows the outer border of the areas within some 3 km


def ground_views(content: Content) -> list[dict[str, Any]]:
    """Return one view per source that draws who holds what."""
    titles = {s.source_id: s.title for s in content.sources}
    return [_view(g, titles.get(g.source_id, g.source_id), content.areas) for g in content.assessment.ground]


def _view(ground: Ground, title: str, areas: Areas) -> dict[str, Any]:
    holder = code_list("actor").label(ground.holder)
    missing = [words.day(d.day) for d in ground.days if not d.drawn]
    return {
        "title": title,
        "holder": holder,
        "other": code_list("actor").label(ground.against) if ground.against else "others",
        "summary": summary(ground),
        "first": ground.first,
        "last": ground.last,
        "uncertainty_km": ground.uncertainty_km,
        "missing": words.either(missing, "and"),
        "days": [_row(d) for d in ground.days],
        "areas": [
            {"name": words.place(code, areas) if code else "no known area", **_amounts(change)}
            for code, change in sorted(ground.by_area.items(), key=lambda item: -_moved(item[1]))
        ],
        "all": _amounts(ground.change),
        "mended": ground.mended,
        "map": _map(ground, areas),
    }


def summary(ground: Ground) -> str:
    """Return what came of the period in a sentence or two."""
    holder = code_list("actor").label(ground.holder)
    if ground.first == ground.last:
        return f"There is one map of the period, of {words.full(ground.first)}: what changed cannot be told."
    when = f"From {words.full(ground.first)} to {words.full(ground.last)} the ground held by {holder}"
    change, net = ground.change, ground.change.net
    if not (change.gained.most or change.lost.most):
        return f"{when} did not change on the maps."
    told = f"{when} {'grew' if net.km2 >= 0 else 'shrank'} by {_rough(abs(net.km2))} km² ({_between(net)})."
    if change.gained.km2 and change.lost.km2:
        told += f" It gained {_rough(change.gained.km2)} km² and lost {_rough(change.lost.km2)} km²."
    return told


def _between(net: Amount) -> str:
    if net.least >= 0 or net.most <= 0:
        low, high = sorted((abs(net.least), abs(net.most)))
        return f"between {_rough(low)} and {_rough(high)}"
    return f"anything from {_rough(-net.least)} km² lost to {_rough(net.most)} km² gained"


def _rough(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def _row(day: GroundDay) -> dict[str, Any]:
    return {
        "day": day.day,
        "drawn": day.drawn,
        "since": day.since,
        "same": day.same,
        "total": None if day.total is None else _signed(day.total),
        **(_amounts(day.change) if day.change else {}),
    }


def _moved(change: GroundChange) -> float:
    return change.gained.km2 + change.lost.km2


def _amounts(change: GroundChange) -> dict[str, tuple[str, str]]:
    """Return each amount, and its bounds; no bounds where nothing changed."""
    net = change.net
    bounds = f"{_signed(net.least)} to {_signed(net.most)}" if change.gained.most or change.lost.most else ""
    return {"gained": _amount(change.gained), "lost": _amount(change.lost), "net": (_signed(net.km2), bounds)}


def _amount(amount: Amount) -> tuple[str, str]:
    return (f"{amount.km2:,.1f}", f"{amount.least:,.1f} to {amount.most:,.1f}") if amount.most else ("0", "")


def _signed(value: float) -> str:
    written = f"{value:+,.1f}"
    return "0" if written in ("+0.0", "-0.0") else written.replace("-", "\N{MINUS SIGN}")


def _map(ground: Ground, areas: Areas) -> dict[str, Any] | None:
    """Return the pieces gained and lost and the first and last line; null where nothing changed.

    Everything is drawn on whole pixels of a kilometre or more, so that no position is finer than a settlement.
    """
    gained, lost = ground.patches
    if not (gained or lost):
        return None
    onto = close_frame(tuple(shapely.total_bounds([p.shape for p in (*gained, *lost)]).tolist()))
    window = window_of(onto)
    inland = _inland(areas, window)
    before, after = ground.held
    text = max(onto.width, onto.height) / LINES_OF_TEXT
    return {
        "width": onto.width,
        "height": onto.height,
        "outlines": outlines(areas, onto),
        "text": round(text, 1),
        "labels": _labels(areas, onto, window, text),
        "held": region(shapely.intersection(after, window), onto),
        "lines": [_lines(held, inland, onto) for held in (before, after)],
        "gained": [_piece(p, "gained", areas, onto) for p in gained],
        "lost": [_piece(p, "lost", areas, onto) for p in lost],
        "scale": _scale(onto),
    }


def _inland(areas: Areas, window: BaseGeometry) -> BaseGeometry:
    """Return where a line between two sides can run: off the outer border of the areas, where they have polygons."""
    shapes = [own for c in areas.codes() if (own := areas[c].geometry) is not None and own.intersects(window)]
    if not shapes:
        return window
    around = shapely.box(*window.bounds).buffer(1)
    land = shapely.union_all([shapely.intersection(shape, around) for shape in shapes])
    return shapely.intersection(land.buffer(-BORDER_DEGREES), window)


def _lines(held: BaseGeometry, inland: BaseGeometry, onto: Frame) -> list[str]:
    """Return the paths of the line between those who hold ground and the rest, without coasts and outer borders."""
    drawn = shapely.line_merge(shapely.intersection(held.boundary, inland))
    parts = [p for p in shapely.get_parts(drawn) if p.geom_type == "LineString"]
    return [path for part in parts if (path := track(part, onto)) is not None]


def _piece(patch: Patch, word: str, areas: Areas, onto: Frame) -> dict[str, str]:
    """Return one patch; a piece that is less than a pixel stands as a dot."""
    path = ""
    for piece in shapely.get_parts(patch.shape):
        x, y = onto.pixels(*shapely.get_coordinates(piece.centroid)[0].tolist())
        path += region(piece, onto) or f"M{x} {y}h0"
    name = words.place(patch.area_code, areas) if patch.area_code else "no known area"
    amount, bounds = _amount(Amount(patch.area_km2, patch.area_km2_min, patch.area_km2_max))
    return {"path": path, "told": f"{name}: {amount} km² {word} ({bounds})"}


def _labels(areas: Areas, onto: Frame, window: BaseGeometry, text: float) -> list[dict[str, Any]]:
    """Return the names of the areas that take up a good part of the picture, and where to write them."""
    labels = []
    for code in areas.codes():
        own = areas[code].geometry
        if own is None or areas.below(code) or not own.intersects(window):
            continue
        seen = shapely.intersection(own, window)
        if seen.area >= LEAST_LABELLED * window.area:
            point = seen.representative_point()
            x, y = onto.pixels(point.x, point.y)
            half = len(areas[code].name) * text * 0.3
            if half <= x <= onto.width - half and text <= y <= onto.height - text:
                labels.append({"name": areas[code].name, "x": x, "y": y})
    return labels


def _scale(onto: Frame) -> dict[str, int]:
    """Return a length to draw as a scale, in km and in pixels at the middle of the picture."""
    middle = math.radians(latitude(onto, onto.height / 2))
    per_km = onto.scale / (KM_PER_DEGREE * math.cos(middle))
    km = next((km for km in SCALES_KM if km * per_km <= onto.width / 3), SCALES_KM[-1])
    return {"km": km, "pixels": round(km * per_km)}
