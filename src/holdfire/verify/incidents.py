"""Incidents from reports: what happened once, with the range of what its reports say."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime
from typing import Any, TypeVar

import polars as pl
from pyproj import Geod

from holdfire import tables
from holdfire.terms import code_list
from holdfire.verify.linking import link
from holdfire.verify.standard import Standard, credible, groups_of, meets
from holdfire.verify.tallies import with_tallies

Report = dict[str, Any]
Number = TypeVar("Number", int, float)
_WGS84 = Geod(ellps="WGS84")
_FACTS = {
    "actor": ("actor",),
    "act": ("acts", "weapons"),
    "target": ("targets",),
    "place": ("place_code", "lon"),
    "time": ("start",),
}


def incidents(
    reports: pl.DataFrame,
    standard: Standard = "reported",
    verifying: frozenset[str] = frozenset(),
    links: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Merge linked reports into incidents.

    Takes tables.REPORTS, and links as `link` gives them (made here where left out). Returns tables.INCIDENTS, sorted by
    incident_id, whatever the order of the rows.
    Facts come from credible reports where there are any. Times and places that agree are narrowed to what all
    allow; where they do not agree, the incident spans all of them and the fact is among its `disputes`.
    A facet whose facts rest on less than the standard is listed in `unproven_facets`.
    """
    chosen = link(reports).links if links is None else links
    return with_tallies(merged(reports, chosen, standard, verifying))


def merged(reports: pl.DataFrame, links: pl.DataFrame, standard: Standard, verifying: frozenset[str]) -> pl.DataFrame:
    """Merge reports that are linked already; which tallies count which incidents is left open."""
    of = dict(links.select("report_id", "incident_id").iter_rows())
    members: dict[str, list[Report]] = defaultdict(list)
    for report in reports.sort("report_id").iter_rows(named=True):
        members[of[report["report_id"]]].append(report)
    rows = [_merge(members[i], standard, verifying) for i in sorted(members)]
    return tables.frame(rows, tables.INCIDENTS).sort("incident_id")


def _merge(reports: list[Report], standard: Standard, verifying: frozenset[str]) -> dict[str, object]:
    facts = [r for r in reports if credible(r)] or reports
    disputes: list[str] = []
    tally = all(r["tally"] for r in facts)
    start, end = _time(facts, tally, disputes)
    launched = [r["munitions"] for r in facts if r["munitions"] is not None]
    if len(set(launched)) > 1:
        disputes.append("munitions")
    unproven = [
        facet
        for facet, columns in _FACTS.items()
        if not meets(standard, [r for r in reports if any(r[c] is not None for c in columns)], verifying)
    ]
    return {
        "incident_id": min(r["report_id"] for r in reports),
        "report_ids": sorted(r["report_id"] for r in reports),
        "groups": len(groups_of(facts)),
        "start": start,
        "end": end,
        **_place(facts, disputes),
        "actor": _actor(facts, disputes),
        "acts": _codes(facts, "acts", "act"),
        "weapons": _codes(facts, "weapons", "weapon"),
        "targets": _codes(facts, "targets", "target"),
        "munitions": _most_given(launched),
        "munitions_min": min(launched, default=None),
        "munitions_max": max(launched, default=None),
        **_toll(facts, disputes),
        **_ground(facts, disputes),
        "tally": tally,
        "unproven_facets": unproven,
        "disputes": sorted(disputes),
    }


def _most_given(values: list[Number]) -> Number | None:
    """Return the figure that most reports give; of figures given as often, the highest."""
    counts = Counter(values)
    return max(counts, key=lambda v: (counts[v], v)) if counts else None


def _time(reports: list[Report], tally: bool, disputes: list[str]) -> tuple[datetime | None, datetime | None]:
    """Return the time that all reports allow, or all of it where they do not agree.

    What a tally counts went on for a while, and a report of one hour of it does not make it shorter: a tally
    takes the time that most of its reports give, of times given as often the longest.
    """
    spans = [(r["start"], r["end"]) for r in reports if r["start"] is not None]
    if not spans:
        return None, None
    latest_start, earliest_end = max(s for s, _ in spans), min(e for _, e in spans)
    if latest_start < earliest_end or (latest_start == earliest_end and len(set(spans)) == 1):
        if tally:
            times = Counter(spans)
            return max(times, key=lambda t: (times[t], t[1] - t[0], t))
        return latest_start, earliest_end
    disputes.append("time")
    return min(s for s, _ in spans), max(e for _, e in spans)


def _place(reports: list[Report], disputes: list[str]) -> dict[str, object]:
    """Return the narrowest place if the discs agree, else one disc around them all.

    A report that gives only an area says no more than that; the point of another is narrower.
    """
    names = sorted({r["place_name"] for r in reports if r["place_name"]})
    points = sorted(
        (r["radius_km"], r["lon"], r["lat"], r["place_name"] or "", r["place_code"] or "")
        for r in reports
        if r["lon"] is not None
    )
    if points:
        radius, lon, lat, name, code = points[0]
        reach = radius
        for other_radius, other_lon, other_lat, _, _ in points[1:]:
            apart = _WGS84.inv(lon, lat, other_lon, other_lat)[2] / 1000
            if apart > radius + other_radius:
                reach = max(reach, apart + other_radius)
        codes = {p[4] for p in points}
        if reach > radius:
            disputes.append("place")
            code = code if len(codes) == 1 else ""
        return {
            "place_name": name or None,
            "place_code": code or None,
            "lon": lon,
            "lat": lat,
            "radius_km": reach,
        }
    codes = {r["place_code"] for r in reports if r["place_code"] is not None}
    narrow = sorted(c for c in codes if not any(o != c and o.startswith(c) for o in codes))
    if len(narrow) > 1:
        disputes.append("place")
        shared = {c.split("-")[0] for c in narrow}
        return {
            "place_name": " / ".join(names) or None,
            "place_code": shared.pop() if len(shared) == 1 else None,
        }
    at_code = [r["place_name"] for r in reports if r["place_name"] and r["place_code"] in narrow]
    return {
        "place_name": min(at_code, default=names[0] if names else None),
        "place_code": narrow[0] if narrow else None,
    }


def _actor(reports: list[Report], disputes: list[str]) -> str | None:
    """Return the actor: the narrowest that all named ones include; null where they differ."""
    named = sorted({r["actor"] for r in reports if r["actor"] is not None})
    for code in named:
        if all(other in code_list("actor").lineage(code) for other in named):
            return str(code)
    if named:
        disputes.append("actor")
    return None


def _codes(reports: list[Report], column: str, name: Any) -> list[str | None] | None:
    """Return every code that a report names, without broader ones that a narrower one implies."""
    stated = [r[column] for r in reports if r[column] is not None]
    if not stated:
        return None
    found = {code for codes in stated for code in codes}
    implied = {b for code in found if code is not None for b in code_list(name).lineage(code)[1:]}
    known: list[str | None] = [*sorted(c for c in found - implied if c is not None)]
    return [*known, None] if None in found else known


def _toll(reports: list[Report], disputes: list[str]) -> dict[str, object]:
    """Return the range of the figures given: the lowest and the highest that a report names."""
    toll: dict[str, object] = {}
    for what in ("killed", "injured"):
        low = [r[f"{what}_min"] for r in reports if r[f"{what}_min"] is not None]
        high = [r[f"{what}_max"] for r in reports if r[f"{what}_max"] is not None]
        toll[f"{what}_min"] = min(low, default=None)
        toll[f"{what}_max"] = max([*low, *high]) if high else None
        if len(set(low)) > 1:
            disputes.append(what)
    return toll


def _ground(reports: list[Report], disputes: list[str]) -> dict[str, object]:
    """Return the ground that changed hands, and its range; where a report gives no bound, its figure is one."""
    given = [r["area_km2"] for r in reports if r["area_km2"] is not None]
    low, high = (
        [v for r in reports if (v := r["area_km2"] if r[side] is None else r[side]) is not None]
        for side in ("area_km2_min", "area_km2_max")
    )
    if len(set(given)) > 1:
        disputes.append("ground")
    return {
        "area_km2": _most_given(given),
        "area_km2_min": min(low, default=None),
        "area_km2_max": max(high, default=None),
    }
