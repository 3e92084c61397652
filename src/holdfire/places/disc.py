"""Discs of uncertainty: all points within a distance of a point."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from holdfire.places.metric import EARTH, QUADRANT

BEARINGS = np.arange(4 * QUADRANT) * (90 / QUADRANT)  # of the corners, degrees from north
# The corners of the polygon lie this much beyond the circle, so that its edges do not cut into it.
AROUND = 1.000001 / math.cos(math.pi / 4 / QUADRANT)


@lru_cache(maxsize=4096)
def disc(lon: float, lat: float, radius_km: float) -> BaseGeometry:
    """Return the disc around a point (degrees, WGS 84; km) as a polygon in degrees.

    Its corners lie on a circle of one geodesic distance from the centre; the polygon lies around that of the radius, by
    0.03 % of it at most. A radius of 0 is the point itself.
    Raises ValueError for a disc that touches the antimeridian or a pole, where degrees cannot hold it in one piece.
    """
    if not (-180 <= lon <= 180 and -90 <= lat <= 90) or radius_km < 0:
        raise ValueError(f"no disc of {radius_km} km around longitude {lon}, latitude {lat}")
    if radius_km == 0:
        return shapely.Point(lon, lat)
    reach = radius_km / 110.5
    if abs(lat) + reach >= 89 or abs(lon) + reach / np.cos(np.radians(min(abs(lat) + reach, 89.0))) >= 180:
        raise ValueError(f"the disc around longitude {lon}, latitude {lat} touches the antimeridian or a pole")
    far = np.full(len(BEARINGS), radius_km * 1000 * AROUND)
    ring = EARTH.fwd(np.full(len(far), lon), np.full(len(far), lat), BEARINGS, far)
    return shapely.Polygon(np.column_stack(ring[:2]))
