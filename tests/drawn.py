"""Incidents and clauses drawn at random, seeded: many at once, for tests of the kernel and of what runs it."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from holdfire import tables
from holdfire.terms import Agreement, code_list

ZERO = datetime(2026, 1, 25, tzinfo=UTC)
CODES = {n: [c.code for c in code_list(n).codes] for n in ("act", "weapon", "target", "actor")}
AREAS = ["UA", "UA-30", "UA-32", "UA-63", "UA-14", "RU-BEL", "RU"]
PLACES = ["UA", "UA-30", "UA-32", "Odesa", "square", "front", "cold"]
ZONES = [
    {"id": "square", "title": "A square", "polygon": [[33.0, 48.0], [36.0, 48.0], [36.0, 50.0], [33.0, 50.0]]},
    {"id": "front", "title": "Near the front", "buffer": {"front": "maps", "km": 30}},
    {
        "id": "cold",
        "title": "Large towns in the cold",
        "towns": {"within": "UA", "over": 400_000, "condition": {"fact": "temperature_min", "at_most": -10}},
    },
]


def incidents(rows: int, seed: int = 7) -> pl.DataFrame:
    """Return incidents of every shape: points with and without a radius, areas, nothing; facts stated or not."""
    rng = random.Random(seed)

    def stated(name: str) -> list[str | None] | None:
        if rng.random() < 0.2:
            return None
        return [rng.choice([*CODES[name][:30], None]) for _ in range(rng.choice([1, 1, 1, 2, 3, 5]))]

    drawn = []
    for n in range(rows):
        start = None if rng.random() < 0.1 else ZERO + timedelta(hours=rng.randrange(400))
        point = rng.random() < 0.6
        drawn.append(
            {
                "incident_id": f"I{n:06d}",
                "report_ids": [f"R{n:06d}"],
                "groups": 1,
                "start": start,
                "end": None if start is None else start + timedelta(hours=rng.choice([0, 1, 14, 24, 60])),
                "place_code": rng.choice([None, None, *AREAS]),
                "lon": rng.uniform(29, 38) if point else None,
                "lat": rng.uniform(46, 52) if point else None,
                "radius_km": rng.choice([None, 0.0, 1.0, 5.0, 40.0]) if point else None,
                "actor": rng.choice([None, *CODES["actor"]]),
                "acts": stated("act"),
                "weapons": stated("weapon"),
                "targets": stated("target"),
                "munitions": rng.choice([None, 1, 40]),
                "area_km2_min": rng.choice([None, None, None, 0.0, 2.5]),
                "tally": False,
                "unproven_facets": rng.choice([[], [], [], [], ["target"], ["place", "time"], ["actor"]]),
                "disputes": [],
                "part_of": [],
            }
        )
    return tables.frame(drawn, tables.INCIDENTS)


def agreement(clauses: int, seed: int = 11, name: str = "drawn", zones: bool = True) -> Agreement:
    """Return an agreement of one reading for every two prohibitions, each reading with a permission."""
    rng = random.Random(seed)
    places = PLACES if zones else PLACES[:4]

    def term(codes: list[str]) -> dict[str, list[str]] | None:
        if rng.random() < 0.4:
            return None
        sides = {side: rng.sample(codes, rng.randrange(3)) for side in ("certainly", "possibly", "besides")}
        return sides if sides["certainly"] or sides["possibly"] else None

    def window() -> dict[str, Any] | None:
        if rng.random() < 0.2:
            return None
        bounds = sorted(rng.sample(range(400), 4))
        said = [(ZERO + timedelta(hours=h)).isoformat() for h in bounds]
        return {
            "starts": {"no_earlier": said[0], "no_later": said[1]},
            "ends": {"no_earlier": said[2], "no_later": said[3]},
        }

    def clause(number: int, norm: str) -> dict[str, Any]:
        coded = {field: term(CODES[field][:25]) for field in ("act", "weapon", "target", "actor")}
        condition = {"fact": "temperature_min", "at_most": -10} if rng.random() < 0.2 else None
        base = {"id": f"c{number}", "norm": norm, "text": "t", "place": term(places), "condition": condition}
        return {**base, **coded, "time": window() if norm == "prohibition" or rng.random() < 0.5 else None}

    readings = []
    for first in range(0, clauses, 2):
        own = [clause(n, "prohibition") for n in range(first, min(first + 2, clauses))]
        words = {"title": "T", "held_by": "p", "stated_on": "2026-01-25", "summary": "s"}
        readings.append({"id": f"r{first:03d}", **words, "clauses": [*own, clause(clauses + first, "permission")]})
    return Agreement.model_validate(
        {
            "id": name,
            "title": "A",
            "announced_on": "2026-01-25",
            "form": "written",
            "time_zone": "Europe/Kyiv",
            "parties": [{"id": "p", "name": "P"}],
            "zones": ZONES if zones else [],
            "readings": readings,
        }
    )
