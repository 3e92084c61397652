"""Where the incidents of a table lie, against the zones of a clause, with geopandas; a part of the script.

A clause's zones make two outlines: the inner, what it certainly names less what it leaves out; the outer, what it
names at all less that. A place within the inner is in scope (1), one apart from the outer is not (0), else nobody
knows (0.5). A place is a disc around a point, an administrative area, or not known.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

DEGREES = "EPSG:4326"
STEP_DEGREES = 0.02
# A projection keeps lengths from its centre only. At the edge of these zones they are off by less than this share, so
# a disc that comes so close to touching is measured again, from its own centre.
CLOSE = 1e-3


class Whereabouts:
    """The places of incidents, ready to be asked of one scope after the other."""

    def __init__(self, incidents: pd.DataFrame, zones: Path, areas: Path):
        self.rows = incidents.index
        self.zones = gpd.read_file(zones).set_index("id").geometry
        self.areas = gpd.read_file(areas).set_index("code").geometry
        self.codes = incidents["place_code"]
        located = incidents[incidents["lon"].notna()]
        self.points = gpd.GeoDataFrame(
            {"radius_km": located["radius_km"]},
            geometry=gpd.points_from_xy(located["lon"], located["lat"]),
            index=located.index,
            crs=DEGREES,
        )
        self.bare = self.points[["geometry"]]
        self.close_calls = 0

    def answer(self, certainly: list[str], possibly: list[str], besides: list[str]) -> pd.Series:
        """Return 1, 0 or 0.5 for every incident."""
        core, fringe, out = (self.zones.loc[names].union_all() for names in (certainly, possibly, besides))
        inner = core.difference(out)
        outer = core.union(fringe).difference(out)
        radius = self.points["radius_km"]
        centred, km = self._against(inner)
        inside = centred & (km >= radius)
        if not outer.equals(inner):
            centred, km = self._against(outer)
        apart = ~centred & (km > radius)
        answers = pd.Series(0.5, index=self.rows)
        answers[self.points.index] = np.select([inside, apart], [1.0, 0.0], 0.5)
        of_area = {c: 1.0 if inner.covers(a) else 0.5 if overlap(outer, a) else 0.0 for c, a in self.areas.items()}
        by_code = self.codes[self.codes.notna()].map(of_area)
        answers[by_code.index] = by_code
        return answers

    def _against(self, outline: BaseGeometry) -> tuple[pd.Series, pd.Series]:
        """Return which points lie in an outline, and how far its boundary is from those that have it near, in km.

        Infinity stands for the distance of points that have it nowhere near, and of exact points, which need none.
        """
        whole = gpd.GeoDataFrame(geometry=[outline], crs=DEGREES)
        hits = gpd.sjoin(self.bare, whole, predicate="within")
        centred = pd.Series(self.points.index.isin(hits.index), index=self.points.index)
        nearest = pd.Series(np.inf, index=self.points.index)
        for polygon in getattr(outline, "geoms", [outline]):
            west, south, east, north = polygon.bounds
            near = self.points.cx[west - 0.45 : east + 0.45, south - 0.3 : north + 0.3]
            near = near[near["radius_km"] > 0]
            km = distances(near, polygon, polygon.centroid)
            for row in near.index[(km - near["radius_km"]).abs() < CLOSE * near["radius_km"]]:
                km[row] = distances(near.loc[[row]], polygon, near.geometry[row]).iloc[0]
                self.close_calls += 1
            nearest[near.index] = np.minimum(nearest[near.index], km)
        return centred, nearest


def distances(points: gpd.GeoDataFrame, polygon: Polygon, centre: Any) -> pd.Series:
    """Return how far points lie from the boundary of a polygon, in km, in a projection around a centre."""
    local = f"+proj=aeqd +lat_0={centre.y} +lon_0={centre.x} +datum=WGS84 +units=m"
    boundary = gpd.GeoSeries([polygon.boundary], crs=DEGREES).segmentize(STEP_DEGREES).to_crs(local).iloc[0]
    return points.geometry.to_crs(local).distance(boundary) / 1000


def overlap(one: BaseGeometry, other: BaseGeometry) -> bool:
    return bool(one.intersects(other) and not one.touches(other))
