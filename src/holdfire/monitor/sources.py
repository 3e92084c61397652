"""The kinds of source, one module each, behind one function: `read(source, setting) -> Observed`."""

from __future__ import annotations

from importlib import import_module

import polars as pl

from holdfire import tables
from holdfire.monitor.setting import Observed, Setting, SourceEntry

KINDS = (
    "acled",
    "alert_intervals",
    "attack_bulletins",
    "conditions",
    "control_maps",
    "firms",
    "gdelt",
    "geolocated_list",
    "ghcn_daily",
    "incident_list",
    "meteostat",
    "ministry_claims",
    "missile_attacks",
    "official_alerts",
    "open_meteo",
    "outages",
    "table",
    "ucdp",
    "viina",
    "violation_table",
)


def observe(source: SourceEntry, setting: Setting) -> Observed:
    """Read one source, whose kind is one of KINDS. Raises InputError where its file is wrong."""
    observed: Observed = import_module(f"holdfire.monitor.{source.kind}").read(source, setting)
    return observed


def gather(observed: list[Observed]) -> Observed:
    """Put what several sources saw into one, in an order that does not depend on theirs."""
    return Observed(
        reports=_stack([o.reports for o in observed], tables.REPORTS, ["report_id"]),
        calendar=_stack([o.calendar for o in observed], tables.CALENDAR, ["source_id", "place_code", "day"]),
        refused=_stack([o.refused for o in observed], tables.REFUSED, ["source_id", "where", "found"]),
        detections=_stack([o.detections for o in observed], tables.DETECTIONS, ["source_id", "detected", "lon", "lat"]),
        lines=_stack([o.lines for o in observed], tables.LINES, ["source_id", "day"]),
        temperatures=_stack(
            [o.temperatures for o in observed],
            tables.TEMPERATURES,
            ["place_code", "place_name", "time", "source_id", "kind", "value_c"],
        ),
        rows=sum(o.rows for o in observed),
        used=sum(o.used for o in observed),
        conditions=_stack(
            [o.conditions for o in observed],
            tables.CONDITIONS,
            [
                *("fact", "place_code", "place_name", "day", "kind", "value_min", "value_max", "url"),
                *("unit", "hours_min", "hours_max", "distance_km", "elevation_m", "published"),
            ],
        ),
    )


def _stack(frames: list[pl.DataFrame], columns: list[tables.Column], keys: list[str]) -> pl.DataFrame:
    return pl.concat([tables.empty(columns), *frames]).sort(keys, nulls_last=True)
