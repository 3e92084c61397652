"""Sets of reports whose incidents are known: who reports what is drawn first, and then blurred as sources blur it.

Four sources list 250 incidents each: 50 that all four saw, and 200 that each saw alone. The plain versions say when
(a day), where (a point a kilometre or so off), what and who. The realistic ones also say how well they know it: an
hour, a day or a night; a town, a district or a region only; and a toll that not everyone gives, or gives alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from holdfire import tables

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
KM = 1 / 111.195
ACTS = ["drone_strike", "missile_strike", "air_strike", "artillery_fire", "mortar_fire", "ground_assault"]
ACTORS = ["russia_forces", "ukraine_forces", "rebel_group", "militia", "private_military_company"]
TARGETS = ["substation", "residential_building", "railway", "hospital", "troop_concentration", "refinery"]


@dataclass(frozen=True)
class Shape:
    """How dense a set is, and how much its codes tell. Distances are km, one standard deviation."""

    name: str
    days: int
    side_km: float
    blur_km: float
    other_day: float  # how often a source gives a neighbouring day
    mistaken: float  # how often a source codes a fact wrongly
    commonest: float  # how often act, actor and target are simply the commonest ones


SHAPES = [
    Shape("sparse", 365, 700.0, 1.0, 0.15, 0.05, 0.0),
    Shape("dense", 14, 90.0, 0.6, 0.05, 0.05, 0.0),
    Shape("strike wave", 14, 90.0, 0.6, 0.05, 0.10, 0.90),
]


def drawn(
    shape: Shape, realistic: bool, seed: int, sources: int = 4, alone: int = 200, shared: int = 50
) -> tuple[pl.DataFrame, dict[str, int]]:
    """Return reports (tables.REPORTS) and the number of the incident that each is of."""
    rng = np.random.default_rng(seed)
    rows: list[dict[str, object]] = []
    truth: dict[str, int] = {}
    seen = [list(range(sources))] * shared + [[s] for s in range(sources) for _ in range(alone)]
    for incident, who in enumerate(seen):
        fact = _incident(rng, shape)
        for source in who:
            row = _report(rng, shape, fact, realistic)
            rows.append({**row, "source_id": f"source-{source}", "outlet": f"outlet {source}", "incident": incident})
    order = rng.permutation(len(rows))
    for number, at in enumerate(order):
        rows[at]["report_id"] = f"r{number:07d}"
        truth[f"r{number:07d}"] = rows[at].pop("incident")  # type: ignore[assignment]
    return tables.frame(sorted(rows, key=lambda r: str(r["report_id"])), tables.REPORTS), truth


def _pick(rng: np.random.Generator, codes: list[str], commonest: float) -> str:
    return codes[0] if rng.random() < commonest else codes[rng.integers(len(codes))]


def _incident(rng: np.random.Generator, shape: Shape) -> dict[str, object]:
    dead = 0 if rng.random() < 0.5 else int(rng.geometric(0.25))
    return {
        "moment": EPOCH + timedelta(hours=float(rng.uniform(0, 24 * shape.days))),
        "east": float(rng.uniform(0, shape.side_km)),
        "north": float(rng.uniform(0, shape.side_km)),
        "act": _pick(rng, ACTS, shape.commonest),
        "actor": _pick(rng, ACTORS, shape.commonest),
        "target": _pick(rng, TARGETS, shape.commonest),
        "killed": dead,
        "injured": int(rng.poisson(2 * dead + 1)) if rng.random() < 0.7 else 0,
    }


def _report(rng: np.random.Generator, shape: Shape, fact: dict, realistic: bool) -> dict[str, object]:  # type: ignore[type-arg]
    def said(name: str, codes: list[str]) -> str:
        return str(fact[name]) if rng.random() > shape.mistaken else codes[rng.integers(len(codes))]

    moment = fact["moment"]
    radius, blur = 1.5, shape.blur_km
    if realistic:
        kind = rng.random()
        radius, blur = (2.0, shape.blur_km) if kind < 0.65 else (15.0, 5.0) if kind < 0.9 else (40.0, 15.0)
    start, end = _when(rng, shape, moment, realistic)
    lat = 48.0 + (fact["north"] + rng.normal(0, blur)) * KM
    lon = 31.0 + (fact["east"] + rng.normal(0, blur)) * KM / np.cos(np.radians(48.0))
    row: dict[str, object] = {
        "start": start,
        "end": end,
        "lon": float(lon),
        "lat": float(lat),
        "radius_km": radius,
        "actor": said("actor", ACTORS),
        "acts": [said("act", ACTS)],
        "targets": [said("target", TARGETS)],
        "tally": False,
    }
    if realistic:
        for what in ("killed", "injured"):
            if rng.random() < 0.6:
                figure = max(0, fact[what] + (int(rng.integers(-1, 2)) if rng.random() < 0.2 else 0))
                row[f"{what}_min"] = row[f"{what}_max"] = figure
        for column in ("actor", "acts", "targets"):
            if rng.random() < 0.15:
                row[column] = None
    return row


def _when(rng: np.random.Generator, shape: Shape, moment: datetime, realistic: bool) -> tuple[datetime, datetime]:
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if rng.random() < shape.other_day:
        day += timedelta(days=1 if rng.random() < 0.5 else -1)
        return day, day + timedelta(days=1)
    kind = rng.random() if realistic else 1.0
    if kind < 0.45:
        start = moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=float(rng.integers(-1, 2)))
        return start, start + timedelta(hours=1)
    night = moment.hour < 8 or moment.hour >= 18
    if kind < 0.65 and night:
        evening = day if moment.hour >= 18 else day - timedelta(days=1)
        return evening + timedelta(hours=18), evening + timedelta(hours=32)
    return day, day + timedelta(days=1)
