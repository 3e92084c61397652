"""Pairs that cannot be one incident whatever agrees, because one is a part of the other or they count apart.

- Two tallies of periods that do not overlap, of areas that differ, or whose counts differ by more than a quarter,
  count different things, though one may contain the other. So do two of which one counts a weapon or an act that the
  other does not, unless two sources give the same number; and where only one says what or how many it counts, nothing
  shows that they count the same.
- A place within one area and a place within another are two places.
- Rows that one list takes from one page are as many incidents, where the list says so (`once: page`).
- What a list that judges its own duplicates (`same_as`) holds apart stays apart.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from holdfire import tables
from holdfire.terms import code_list
from holdfire.terms.codelist import ListName
from holdfire.verify.agreement import UNKNOWN
from holdfire.verify.candidates import Ints, distance_km, hours
from holdfire.verify.weights import Compared

TOUCHING = 3
COUNTS_DIFFER = 0.25
REPEATED_AFTER_HOURS = 48.0
REPEATED_WITHIN_HOURS = 24.0 * 400


def impossible(
    reports: pl.DataFrame, i: Ints, j: Ints, compared: Compared, per_page: frozenset[str]
) -> NDArray[np.bool_]:
    """Return which pairs cannot be one incident. `per_page` names the sources that list it once a page."""
    tally = reports["tally"].to_numpy()
    both = tally[i] & tally[j]
    time, area = compared["time"][1], compared["area"][1]
    code = _numbered(reports["place_code"])
    munitions = reports["munitions"].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    apart = np.abs(munitions[i] - munitions[j]) > COUNTS_DIFFER * np.fmax(munitions[i], munitions[j])
    one_page = compared["page"][1] == 0
    source = _numbered(reports["source_id"])
    says = ~np.isnan(munitions) | reports["weapons"].is_not_null().to_numpy()
    same_number = (munitions[i] == munitions[j]) & (source[i] != source[j])
    listed = reports["source_id"].is_in(list(per_page)).to_numpy()
    return np.asarray(
        (area == 0)
        | (both & (time <= TOUCHING) & (time != UNKNOWN))
        | (both & (code[i] != code[j]))
        | (both & apart)
        | (both & (says[i] != says[j]))
        | (both & ~same_number & _counts_more(reports, i, j, both & ~same_number))
        | (one_page & listed[i] & (source[i] == source[j]))
    )


def _counts_more(reports: pl.DataFrame, i: Ints, j: Ints, ask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell where one report of a pair counts a weapon, or an act, that has nothing to do with any of the other's."""
    out = np.zeros(len(i), bool)
    named: tuple[tuple[ListName, str], ...] = (("weapon", "weapons"), ("act", "acts"))
    stated = [(name, reports[column].to_list()) for name, column in named]
    for n in np.flatnonzero(ask).tolist():
        out[n] = any(
            not (_fits(name, said[i[n]], said[j[n]]) and _fits(name, said[j[n]], said[i[n]])) for name, said in stated
        )
    return out


def parts(incidents: pl.DataFrame) -> pl.DataFrame:
    """Return which incidents are parts of which tallies: columns incident_id, tally_id, sorted.

    An incident is a part of a tally where it lies within its area and its period, was done by nobody else, and with no
    other weapon or act. What is not known does not speak against it. A tally is not a part of one of the same area, and
    a tally that gives no area or period has no parts.
    """
    tallies = incidents.filter(pl.col("tally") & pl.col("place_code").is_not_null() & pl.col("start").is_not_null())
    rows = []
    # Sorted by start, so that a tally only looks at what began within its period.
    sorted_all = incidents.filter(pl.col("start").is_not_null() & pl.col("place_code").is_not_null()).sort("start")
    starts = sorted_all["start"]
    for whole in tallies.iter_rows(named=True):
        low, high = starts.search_sorted(whole["start"], "left"), starts.search_sorted(whole["end"], "right")
        for part in sorted_all.slice(low, high - low).iter_rows(named=True):
            if part["incident_id"] != whole["incident_id"] and _contains(whole, part):
                rows.append((part["incident_id"], whole["incident_id"]))
    return pl.DataFrame(sorted(rows), schema={"incident_id": pl.String, "tally_id": pl.String}, orient="row")


def _contains(whole: dict[str, Any], part: dict[str, Any]) -> bool:
    area, within = str(whole["place_code"]), str(part["place_code"])
    if part["end"] > whole["end"]:
        return False
    if not ((within == area and not part["tally"]) or within.startswith(f"{area}-")):
        return False
    return (
        _fits("actor", [whole["actor"]], [part["actor"]])
        and _fits("weapon", whole["weapons"], part["weapons"])
        and _fits("act", whole["acts"], part["acts"])
    )


def _fits(name: ListName, whole: list[str | None] | None, part: list[str | None] | None) -> bool:
    """Tell whether all that was done is among what was counted, as far as either is named."""
    counted = {c for c in whole or [] if c}
    done = {c for c in part or [] if c}
    if not counted or not done:
        return True
    lineage = code_list(name).lineage
    return all(any(c in lineage(d) or d in lineage(c) for c in counted) for d in done)


def repeated(reports: pl.DataFrame) -> pl.DataFrame:
    """Return old reports that may be told again as new (tables.REPEATED).

    Suspected where a report of the same point gives the same figures of people killed and injured (three or more in
    all), or uses the same picture or page, but says that it happened more than two days later. It is a suspicion for a
    person to look into; nothing is taken out.
    """
    rows = []
    located = reports.filter(pl.col("start").is_not_null() & ~pl.col("tally")).sort("start", "report_id")
    harmed = (pl.col("killed_min").fill_null(0) + pl.col("injured_min").fill_null(0)) >= 3
    figures = located.filter(harmed & pl.col("lon").is_not_null())
    for _, same in figures.group_by(["killed_min", "injured_min"], maintain_order=True):
        start, end = hours(same["start"]), hours(same["end"])
        lon, lat = same["lon"].to_numpy(), same["lat"].to_numpy()
        radius = same["radius_km"].to_numpy()
        for later in range(1, len(same)):
            gap = start[later] - end[:later]
            near = distance_km(lon[:later], lat[:later], lon[later], lat[later]) <= np.fmax(
                radius[:later], radius[later]
            )
            hits = np.flatnonzero(near & (gap > REPEATED_AFTER_HOURS) & (gap < REPEATED_WITHIN_HOURS))
            if len(hits):
                rows.append(
                    (same["report_id"][later], same["report_id"][int(hits[0])], "same place, killed and injured")
                )
    pages = located.filter(pl.col("url").is_not_null())
    for _, same in pages.group_by("url", maintain_order=True):
        start, end = hours(same["start"]), hours(same["end"])
        for later in range(1, len(same)):
            if start[later] - end[0] > REPEATED_AFTER_HOURS and same["place_name"][later] == same["place_name"][0]:
                rows.append((same["report_id"][later], same["report_id"][0], "same page and place"))
    return pl.DataFrame(sorted(set(rows)), schema=tables.schema(tables.REPEATED), orient="row")


def _numbered(values: pl.Series) -> Ints:
    return values.cast(pl.Categorical).to_physical().cast(pl.Int64).fill_null(-1).to_numpy()
