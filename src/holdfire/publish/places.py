"""The map: one mark per settlement, coloured by how many readings its gravest incident violates."""

from __future__ import annotations

import math
from typing import Any

from holdfire.publish.content import Content
from holdfire.publish.figures import MAP_WIDTH, frame, outlines
from holdfire.publish.zones import Shown, corners, drawings


def map_view(content: Content, incidents: list[dict[str, Any]], zones: list[Shown]) -> dict[str, Any] | None:
    """Return the outlines, the zones and the marks; null where no incident has a point and no zone is drawn.

    Marks stand at settlements, in whole pixels: nothing finer than the town is drawn.
    """
    places: dict[tuple[str, float, float], list[dict[str, Any]]] = {}
    for incident in incidents:
        if incident["lon"] is not None:
            places.setdefault((incident["place"], incident["lon"], incident["lat"]), []).append(incident)
    onto = frame(content.areas, sorted([*((lon, lat) for _, lon, lat in places), *corners(zones)]))
    if onto is None:
        return None
    marks, beyond = [], []
    for (name, lon, lat), here in sorted(places.items()):
        at = onto.at(lon, lat)
        violated = max(i["violated"] for i in here)
        told = {
            "name": name,
            "incidents": len(here),
            "violated": violated,
            "level": violated if violated else "open" if any(i["open"] for i in here) else "none",
        }
        if at is None:
            beyond.append(told)
        else:
            marks.append({**told, "x": at[0], "y": at[1], "r": round(3.5 + 2.2 * math.sqrt(len(here)), 1)})
    return {
        "width": MAP_WIDTH,
        "height": onto.height,
        "outlines": outlines(content.areas, onto),
        "zones": drawings(zones, onto),
        "marks": sorted(marks, key=lambda m: (-m["r"], m["name"], m["x"], m["y"])),
        "levels": [*range(len(content.agreement.readings), 0, -1)],
        "beyond": beyond,
        "unlocated": sum(i["lon"] is None for i in incidents),
    }
