"""Pairs that cannot be one incident whatever agrees, because one is a part of the other or they count apart.

- Two tallies whose periods share less than 30 %, of areas that differ, or whose counts differ by more than a quarter,
  count different things, though one may contain the other. So do two of which one counts a weapon or an act that the
  other does not, unless two sources give the same number; and where only one says what or how many it counts, nothing
  shows that they count the same.
- A place within one area and a place within another are two places.
- Rows that one list takes from one page are as many incidents, where the list says so (`once: page`).
- What a list that judges its own duplicates (`same_as`) holds apart stays apart.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from holdfire.verify.agreement import UNKNOWN, numbered
from holdfire.verify.candidates import Floats, Ints
from holdfire.verify.tallies import CODED, within_codes
from holdfire.verify.weights import Compared

LITTLE_SHARED = 4
COUNTS_DIFFER = 0.25


def impossible(
    reports: pl.DataFrame, i: Ints, j: Ints, compared: Compared, per_page: frozenset[str]
) -> NDArray[np.bool_]:
    """Return which pairs cannot be one incident. `per_page` names the sources that list it once a page."""
    tally = reports["tally"].to_numpy()
    both = tally[i] & tally[j]
    time, area = compared["time"][1], compared["area"][1]
    code = numbered(reports["place_code"])
    munitions = reports["munitions"].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    stopped = reports["intercepted"].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    apart = _far(munitions[i], munitions[j]) | _far(stopped[i], stopped[j])
    one_page = compared["page"][1] == 0
    source = numbered(reports["source_id"])
    says = ~np.isnan(munitions) | reports["weapons"].is_not_null().to_numpy()
    same_number = (munitions[i] == munitions[j]) & (source[i] != source[j])
    listed = reports["source_id"].is_in(list(per_page)).to_numpy()
    return np.asarray(
        (area == 0)
        | (both & (time <= LITTLE_SHARED) & (time != UNKNOWN))
        | (both & (code[i] != code[j]))
        | (both & apart)
        | (both & (says[i] != says[j]))
        | (both & ~same_number & _counts_more(reports, i, j, both & ~same_number))
        | (one_page & listed[i] & (source[i] == source[j]))
    )


def _far(a: Floats, b: Floats) -> NDArray[np.bool_]:
    """Tell where two figures differ by more than a quarter of the larger; one that is not known differs from none."""
    return np.asarray(np.abs(a - b) > COUNTS_DIFFER * np.fmax(a, b))


def _counts_more(reports: pl.DataFrame, i: Ints, j: Ints, ask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell where one report of a pair counts a weapon, or an act, that has nothing to do with any of the other's."""
    out = np.zeros(len(i), bool)
    stated = [(name, reports[column].to_list()) for name, column in CODED]
    for n in np.flatnonzero(ask).tolist():
        out[n] = any(
            not (within_codes(name, said[i[n]], said[j[n]]) and within_codes(name, said[j[n]], said[i[n]]))
            for name, said in stated
        )
    return out
