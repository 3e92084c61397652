"""Tallies and what they count: a located incident of the night that a tally counts is not one more."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import Any

import polars as pl

from holdfire.terms import code_list
from holdfire.terms.codelist import ListName


def with_tallies(incidents: pl.DataFrame) -> pl.DataFrame:
    """Return incidents with `part_of`: the tallies that count each, sorted."""
    found = counted_by(incidents)
    return incidents.with_columns(
        pl.Series("part_of", [found.get(i, []) for i in incidents["incident_id"]], pl.List(pl.String))
    )


def counted_by(incidents: pl.DataFrame) -> dict[str, list[str]]:
    """Return, for each incident that some tally counts, those tallies, sorted; takes tables.INCIDENTS."""
    known = incidents.filter(pl.col("start").is_not_null() & pl.col("place_code").is_not_null()).sort("start")
    rows = known.select(
        "incident_id", "start", "end", "place_code", "actor", "acts", "weapons", "munitions", "tally"
    ).to_dicts()
    starts = [r["start"] for r in rows]
    found: dict[str, list[str]] = {}
    for whole in rows:
        if not whole["tally"]:
            continue
        for part in rows[bisect_left(starts, whole["start"]) : bisect_right(starts, whole["end"])]:
            if part["incident_id"] != whole["incident_id"] and counts(whole, part):
                found.setdefault(part["incident_id"], []).append(whole["incident_id"])
    return {part: sorted(tallies) for part, tallies in found.items()}


def counts(tally: dict[str, Any], part: dict[str, Any]) -> bool:
    """Tell whether a tally (a row of tables.INCIDENTS that began no later) counts another incident.

    It does where the other lies within its area and its period, was done by nobody else, and with no other weapon or
    act. What is not known does not speak against it. Of two tallies of one area, the one that counts more weapons
    counts the other, if its figure is no less.
    """
    area, within = tally["place_code"], part["place_code"]
    if part["end"] > tally["end"] or not (within == area or within.startswith(f"{area}-")):
        return False
    if not all(within_codes(name, tally[column], part[column]) for name, column in CODED):
        return False
    if not within_codes("actor", [tally["actor"]], [part["actor"]]):
        return False
    if within != area or not part["tally"]:
        return True
    fewer = part["munitions"] is not None and (tally["munitions"] or 0) >= part["munitions"]
    stated = part["weapons"] is not None and tally["weapons"] is not None
    return stated and fewer and not within_codes("weapon", part["weapons"], tally["weapons"])


CODED: tuple[tuple[ListName, str], ...] = (("weapon", "weapons"), ("act", "acts"))


def within_codes(name: ListName, whole: list[str | None] | None, part: list[str | None] | None) -> bool:
    """Tell whether all that is named in a part has to do with what is named in the whole, as far as either names."""
    counted = {c for c in whole or [] if c}
    done = {c for c in part or [] if c}
    if not counted or not done:
        return True
    lineage = code_list(name).lineage
    return all(any(c in lineage(d) or d in lineage(c) for c in counted) for d in done)
