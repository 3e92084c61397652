"""Areas on the ground, whichever way rings are drawn."""

from __future__ import annotations

import pytest
import shapely

from holdfire.places.metric import area_km2

RING = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]
HOLE = [(0.2, 0.2), (0.4, 0.2), (0.4, 0.4), (0.2, 0.4), (0.2, 0.2)]


@pytest.mark.parametrize("turned", [1, -1])
@pytest.mark.parametrize("other", [1, -1])
def test_a_hole_is_taken_off_whichever_way_it_is_drawn(turned: int, other: int) -> None:
    holed = shapely.Polygon(RING[::turned], [HOLE[::other]])
    whole, hole = area_km2(shapely.Polygon(RING)), area_km2(shapely.Polygon(HOLE))
    assert area_km2(holed) == pytest.approx(whole - hole)
    assert area_km2(shapely.MultiPolygon([holed, shapely.box(2, 0, 3, 1)])) == pytest.approx(2 * whole - hole, rel=1e-6)
