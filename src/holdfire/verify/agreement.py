"""How far two reports agree, fact by fact: a level per fact, and "not known" where either is silent.

A level is only compared with levels of its own group: that two reports name the same hour says more than that two
name the same day, and agreement within a town more than agreement within a region.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from math import log, sqrt
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from holdfire.terms import code_list
from holdfire.terms.codelist import ListName
from holdfire.verify.candidates import Ints, distance_km, hours

UNKNOWN = -1
SMALL_TABLE = 10_000
Levels = NDArray[np.int8]


@dataclass(frozen=True)
class Fact:
    """One fact that is compared: its levels from least to most alike, and its groups."""

    name: str
    levels: tuple[str, ...]
    groups: tuple[str, ...] = ("",)


DISTANCES = (0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.5, 6.5, 10.0, 15.0, 25.0, 50.0)
FACTS = (
    Fact(
        "time",
        (
            "more than 2 days apart",
            "1 to 2 days apart",
            "less than a day apart",
            "touching",
            "overlapping",
            "mostly the same",
            "the same",
        ),
        ("within hours", "within a day", "longer"),
    ),
    Fact(
        "place",
        (f"more than {DISTANCES[-1]:g} km", *(f"within {d:g} km" for d in reversed(DISTANCES))),
        ("towns", "districts", "wider"),
    ),
    Fact("area", ("different", "one within the other", "the same"), ("one has no point", "none has a point")),
    Fact("actor", ("different", "one broader", "the same")),
    Fact("act", ("different", "some shared or broader", "the same")),
    Fact("weapon", ("different", "some shared or broader", "the same")),
    Fact("target", ("different", "some shared or broader", "the same")),
    Fact("munitions", ("different", "within 15 %", "the same, under 10", "the same, 10 or more")),
    Fact("killed", ("different", "ranges meet", "the same: none", "the same: 1 or 2", "the same: 3 or more")),
    Fact("injured", ("different", "ranges meet", "the same: none", "the same: 1 or 2", "the same: 3 or more")),
    Fact("kind", ("a tally and a located report", "both tallies", "both located")),
    Fact("page", ("the same page", "the same outlet", "different outlets")),
    Fact("words", ("none shared", "few shared", "some shared", "many shared")),
    Fact("third", ("none has it", "one may have it", "one has it", "more have it")),
)


def compare(reports: pl.DataFrame, i: Ints, j: Ints) -> dict[str, tuple[Levels, Levels]]:
    """Return for every fact the group and the level of each pair; a level of -1 is not known.

    What third sources have (`third`) is not known from two reports: `chances.weigh` fills it in.
    """
    compared = {
        "time": _time(reports, i, j),
        "place": _place(reports, i, j),
        "area": _area(reports, i, j),
        "munitions": _number(reports, i, j),
        "killed": _toll(reports, i, j, "killed"),
        "injured": _toll(reports, i, j, "injured"),
    }
    for fact, column, name in (
        ("actor", "actor", "actor"),
        ("act", "acts", "act"),
        ("weapon", "weapons", "weapon"),
        ("target", "targets", "target"),
    ):
        compared[fact] = _ungrouped(_codes(reports[column], name, i, j))  # type: ignore[arg-type]
    # An act is mostly told by its weapon: what was counted there is not counted again.
    weapon_known = compared["weapon"][1] != UNKNOWN
    compared["act"] = _ungrouped(np.where(weapon_known, UNKNOWN, compared["act"][1]))
    tally = reports["tally"].to_numpy()
    compared["kind"] = _ungrouped(np.where(tally[i] != tally[j], 0, np.where(tally[i], 1, 2)))
    url, outlet = (numbered(reports[c]) for c in ("url", "outlet"))
    same_page = (url[i] == url[j]) & (url[i] >= 0)
    same_outlet = (outlet[i] == outlet[j]) & (outlet[i] >= 0)
    silent = (outlet[i] < 0) | (outlet[j] < 0)
    compared["page"] = _ungrouped(np.where(same_page, 0, np.where(same_outlet, 1, np.where(silent, UNKNOWN, 2))))
    compared["words"] = _ungrouped(_words(reports["account"], i, j))
    compared["third"] = _ungrouped(np.full(len(i), UNKNOWN))
    return {fact.name: compared[fact.name] for fact in FACTS}


def _ungrouped(levels: NDArray[Any]) -> tuple[Levels, Levels]:
    return np.zeros(len(levels), np.int8), levels.astype(np.int8)


def numbered(values: pl.Series) -> Ints:
    """Return a number for each distinct text; -1 for null."""
    codes = values.cast(pl.Categorical).to_physical().cast(pl.Int64)
    return codes.fill_null(-1).to_numpy()


def _time(reports: pl.DataFrame, i: Ints, j: Ints) -> tuple[Levels, Levels]:
    start, end = hours(reports["start"]), hours(reports["end"])
    inter = np.minimum(end[i], end[j]) - np.maximum(start[i], start[j])
    union = np.maximum(end[i], end[j]) - np.minimum(start[i], start[j])
    share = np.where(union > 0, inter / np.where(union > 0, union, 1), np.where(inter == 0, 1.0, 0.0))
    level = np.select(
        [np.isnan(inter), inter < -48, inter < -24, inter < 0, (inter == 0) & (union > 0), share < 0.3, share < 0.9],
        [UNKNOWN, 0, 1, 2, 3, 4, 5],
        6,
    )
    width = np.maximum(end[i] - start[i], end[j] - start[j])
    group = np.select([width <= 4, width <= 26], [0, 1], 2)
    return group.astype(np.int8), level.astype(np.int8)


def _place(reports: pl.DataFrame, i: Ints, j: Ints) -> tuple[Levels, Levels]:
    lon, lat, radius = (reports[c].fill_null(float("nan")).to_numpy() for c in ("lon", "lat", "radius_km"))
    apart = distance_km(lon[i], lat[i], lon[j], lat[j])
    level = len(DISTANCES) - np.searchsorted(np.array(DISTANCES), np.nan_to_num(apart), "left")
    level = np.where(np.isnan(apart), UNKNOWN, level)
    reach = np.nan_to_num(radius[i]) + np.nan_to_num(radius[j])
    group = np.select([reach <= 20, reach <= 65], [0, 1], 2)
    return group.astype(np.int8), level.astype(np.int8)


def _area(reports: pl.DataFrame, i: Ints, j: Ints) -> tuple[Levels, Levels]:
    """Compare areas, only where distance says nothing: one of the two has no point."""
    codes = reports["place_code"]
    number = numbered(codes)
    names = {n: c for n, c in zip(number.tolist(), codes.to_list(), strict=True) if c is not None}
    pointless = reports["lon"].is_null().to_numpy()
    group = np.where(pointless[i] & pointless[j], 1, 0)
    level = np.full(len(i), UNKNOWN)
    ask = (pointless[i] | pointless[j]) & (number[i] >= 0) & (number[j] >= 0)
    a, b = number[i][ask], number[j][ask]
    table = np.zeros((max(names, default=0) + 1,) * 2, np.int8)
    for m, first in names.items():
        for n, second in names.items():
            within = first.startswith(f"{second}-") or second.startswith(f"{first}-")
            table[m, n] = 2 if m == n else 1 if within else 0
    level[ask] = table[a, b]
    return group.astype(np.int8), level.astype(np.int8)


def _codes(values: pl.Series, name: ListName, i: Ints, j: Ints) -> NDArray[Any]:
    """Compare codes once per distinct pair of what was stated."""
    told = values if values.dtype == pl.String else values.list.eval(pl.element().fill_null("")).list.join(" ")
    told = told.fill_null("")
    number = told.rank("dense").cast(pl.Int64).to_numpy() - 1
    known = [tuple(text.split(" ")) for text in told.unique().sort().to_list()]
    size = np.int64(len(known))
    keys = number[i] * size + number[j]
    if size * size > len(keys) + SMALL_TABLE:
        unique, back = np.unique(keys, return_inverse=True)
        return np.array([_alike(known[k // size], known[k % size], name) for k in unique.tolist()], np.int8)[back]
    table = np.zeros(size * size, np.int8)
    for k in np.flatnonzero(np.bincount(keys, minlength=size * size)).tolist():
        table[k] = _alike(known[k // size], known[k % size], name)
    return np.asarray(table[keys])


@lru_cache(maxsize=100_000)
def _alike(a: tuple[str, ...], b: tuple[str, ...], name: ListName) -> int:
    """Compare what two reports name; what is missing beside it is left out, and nothing named is not known."""
    first, second = {c for c in a if c}, {c for c in b if c}
    if not first or not second:
        return UNKNOWN
    if first == second:
        return 2
    lineage = code_list(name).lineage
    related = any(c in lineage(d) or d in lineage(c) for c in first for d in second)
    return 1 if related else 0


def _number(reports: pl.DataFrame, i: Ints, j: Ints) -> tuple[Levels, Levels]:
    value = reports["munitions"].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    a, b = value[i], value[j]
    level = np.select(
        [np.isnan(a) | np.isnan(b), (a == b) & (a >= 10), a == b, np.abs(a - b) <= 0.15 * np.maximum(a, b)],
        [UNKNOWN, 3, 2, 1],
        0,
    )
    return _ungrouped(level)


def _toll(reports: pl.DataFrame, i: Ints, j: Ints, what: str) -> tuple[Levels, Levels]:
    low = reports[f"{what}_min"].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    high = reports[f"{what}_max"].cast(pl.Float64).fill_null(float("inf")).to_numpy()
    a, b = low[i], low[j]
    meet = np.maximum(a, b) <= np.minimum(high[i], high[j])
    level = np.select(
        [np.isnan(a) | np.isnan(b), (a == b) & (a >= 3), (a == b) & (a >= 1), a == b, meet], [UNKNOWN, 4, 3, 2, 1], 0
    )
    return _ungrouped(level)


def _words(accounts: pl.Series, i: Ints, j: Ints) -> NDArray[Any]:
    """Compare accounts by the words they share, rare ones counting for more (cosine of tf-idf)."""
    if accounts.null_count() == len(accounts):
        return np.full(len(i), UNKNOWN, np.int8)
    texts = [Counter(re.findall(r"\w{3,}", (t or "").casefold())) for t in accounts.to_list()]
    spread = Counter(w for t in texts for w in t)
    weigh = {w: log(len(texts) / n) for w, n in spread.items()}
    vectors: list[dict[str, float]] = []
    for text in texts:
        vector = {w: (1 + log(n)) * weigh[w] for w, n in text.items()}
        size = sqrt(sum(v * v for v in vector.values())) or 1.0
        vectors.append({w: v / size for w, v in vector.items()})
    silent = np.array([not v for v in vectors], bool)
    level = np.full(len(i), UNKNOWN, np.int8)
    for n in np.flatnonzero(~(silent[i] | silent[j])).tolist():
        a, b = vectors[i[n]], vectors[j[n]]
        if len(b) < len(a):
            a, b = b, a
        cosine = sum(v * b[w] for w, v in a.items() if w in b)
        level[n] = 0 if cosine < 0.02 else 1 if cosine < 0.1 else 2 if cosine < 0.25 else 3
    return level
