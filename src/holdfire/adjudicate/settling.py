"""The settling value of every term: how many disputes go if all readings take one party's version of it.

Readings are put together anew from the answers of their terms (holdfire.adjudicate.versions) and their disputes counted
again. Nothing is estimated, and pairs are all tried: the best two need not hold the best one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import factorial
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from holdfire import tables
from holdfire.adjudicate.promises import Promise, Version
from holdfire.adjudicate.versions import Choice, Sheet, maker
from holdfire.kleene import NO, UNKNOWN, YES, Bytes

MOST_SHARED = 10  # terms; their shares take two to the power of that many counts


@dataclass(frozen=True)
class Disputes:
    """Incidents on which readings disagree; in the `sharp` ones, one sees a violation and another sees none."""

    contested: int
    sharp: int


@dataclass(frozen=True)
class Gone:
    """Disputes that go, by what all readings say then: a violation, none, or that it is not known; and `new` ones."""

    violation: int
    none: int
    undetermined: int
    new: int


@dataclass(frozen=True)
class Option:
    """Versions that all readings take, one or two, and the disputes that are left then.

    `settled` is how many fewer there are, and negative where agreeing makes more: those `gone` less the new ones.
    `possible` tells that every reading keeps a window that can be written down.
    """

    versions: tuple[Version, ...]
    left: Disputes
    settled: Disputes
    gone: Gone
    possible: bool


@dataclass(frozen=True)
class Settling:
    """What agreeing on terms would settle, of `rows` incidents of which readings contest `before`.

    `singles` and `pairs` are all options of one and of two terms, in the order of the agreement. `shares` divide the
    contested incidents over the terms, if all readings take this reading's versions one after the other: the mean of
    what each term settles over all orders (Shapley 1953, doi:10.1515/9781400881970-018). They sum up to
    `before.contested`. Null where more than 10 terms differ.
    """

    readings: tuple[str, ...]
    rows: int
    before: Disputes
    singles: tuple[Option, ...]
    pairs: tuple[Option, ...]
    shares: dict[str, dict[tuple[str, str], Fraction]] | None

    @property
    def best_single(self) -> list[Option]:
        return best(self.singles)

    @property
    def best_pair(self) -> list[Option]:
        """The pairs that settle most, all of them; none where no pair settles more than the best single term."""
        one = max((o.settled.contested for o in self.best_single), default=0)
        return [o for o in best(self.pairs) if o.settled.contested > one]


def best(options: Iterable[Option]) -> list[Option]:
    """Return the possible options that settle most, all of them; none where nothing settles anything."""
    able = [o for o in options if o.possible and o.settled.contested > 0]
    most = max((o.settled.contested for o in able), default=0)
    return [o for o in able if o.settled.contested == most]


def settling(sheet: Sheet) -> Settling:
    """Return what agreeing on one term, or on two, settles of the disputes in a sheet."""
    few = sheet.distinct()
    told = _told(few, {})
    before, contested = _disputes(few, told), _differ(told)
    versions = [v for p in sheet.promises for v in p.differing]

    def option(*chosen: Version) -> Option:
        choice = {v.slot: v for v in chosen}
        then = _told(few, choice)
        left = _disputes(few, then)
        settled = Disputes(before.contested - left.contested, before.sharp - left.sharp)
        return Option(chosen, left, settled, _gone(few, contested, then), _possible(sheet, choice))

    return Settling(
        sheet.readings,
        int(sheet.weights.sum()),
        before,
        tuple(option(v) for v in versions),
        tuple(option(a, b) for a, b in combinations(versions, 2) if a.slot != b.slot),
        _shares(few, versions, before.contested),
    )


def disputes(sheet: Sheet, choice: Choice) -> Disputes:
    """Count the disputes if all readings take the chosen versions."""
    return _disputes(sheet, _told(sheet, choice))


def _told(sheet: Sheet, choice: Choice) -> Bytes:
    """Return what every reading says of every row, a line for each reading."""
    lines = [sheet.violates(reading, choice) for reading in sheet.readings]
    return np.stack(lines) if lines else np.zeros((1, sheet.answers.shape[1]), dtype=np.uint8)


def _differ(told: Bytes) -> NDArray[np.bool_]:
    contested: NDArray[np.bool_] = (told != told[0]).any(axis=0)
    return contested


def _disputes(sheet: Sheet, told: Bytes) -> Disputes:
    sharp = (told == YES).any(axis=0) & (told == NO).any(axis=0)
    return Disputes(int(sheet.weights[_differ(told)].sum()), int(sheet.weights[sharp].sum()))


def _gone(sheet: Sheet, contested: NDArray[np.bool_], then: Bytes) -> Gone:
    differ = _differ(then)
    gone = [contested & ~differ & (then[0] == answer) for answer in (YES, NO, UNKNOWN)]
    return Gone(*(int(sheet.weights[rows].sum()) for rows in (*gone, ~contested & differ)))


def _possible(sheet: Sheet, choice: Choice) -> bool:
    """Tell whether every reading keeps windows that begin before they end."""

    def fits(promise: Promise, reading: str) -> bool:
        source = maker(promise, reading, choice)
        if source is None:
            return True
        start, end = (
            chosen.readings[0] if (chosen := choice.get((promise.id, term))) else source for term in ("start", "end")
        )
        return promise.fits(start, end)

    return all(fits(p, r) for p in sheet.promises for r in sheet.readings)


def _shares(
    sheet: Sheet, versions: Sequence[Version], contested: int
) -> dict[str, dict[tuple[str, str], Fraction]] | None:
    told = {}
    for reading in sheet.readings:
        own = [v for v in versions if reading in v.readings]
        if len(own) > MOST_SHARED:
            return None
        # By the bits of its position, an entry tells which of the versions are agreed.
        some = ([v for n, v in enumerate(own) if at >> n & 1] for at in range(1 << len(own)))
        counts = [contested - disputes(sheet, {v.slot: v for v in chosen}).contested for chosen in some]
        settled = np.array(counts, dtype=np.int64)
        told[reading] = {v.slot: _share(n, settled) for n, v in enumerate(own)}
    return told


def options(told: Settling, placements: int) -> pl.DataFrame:
    """Return every option of one term and of two (tables.SETTLING), of disputes over so many layings of the windows."""
    best_ones = {o.versions for o in (*told.best_single, *told.best_pair)}
    rows = []
    for option in (*told.singles, *told.pairs):
        named = {
            f"{what}_{n}": value
            for n, v in zip("ab", option.versions, strict=False)
            for what, value in (("promise", v.promise), ("term", v.term), ("readings", list(v.readings)))
        }
        rows.append(
            {
                "terms": len(option.versions),
                **named,
                "contested": told.before.contested,
                "settled": option.settled.contested,
                "sharp_settled": option.settled.sharp,
                **{k if k == "new" else f"gone_{k}": n for k, n in vars(option.gone).items()},
                "settled_each": option.settled.contested / placements if placements else None,
                "possible": option.possible,
                "best": option.versions in best_ones,
            }
        )
    return tables.frame(rows, tables.SETTLING)


def figures(told: Settling) -> dict[str, Any]:
    """Return the settling values of single terms and of the best pairs, and the shares, as plain values."""

    def plain(option: Option) -> dict[str, Any]:
        return {
            "versions": [vars(v) for v in option.versions],
            "settled": option.settled.contested,
            "sharp_settled": option.settled.sharp,
            "gone": vars(option.gone),
            "possible": option.possible,
        }

    shares = {
        reading: [{"promise": p, "term": t, "share": round(float(n), 6)} for (p, t), n in own.items()]
        for reading, own in (told.shares or {}).items()
    }
    return {
        "incidents": told.rows,
        "contested": told.before.contested,
        "sharp": told.before.sharp,
        "singles": [plain(o) for o in told.singles],
        "best_single": [plain(o) for o in told.best_single],
        "best_pair": [plain(o) for o in told.best_pair],
        "shares": shares if told.shares is not None else None,
    }


def _share(version: int, settled: NDArray[np.int64]) -> Fraction:
    """Return the mean of what one version adds over all orders in which a reading's own versions can be taken."""
    number = len(settled).bit_length() - 1
    without = np.flatnonzero(~np.arange(len(settled)) >> version & 1)
    adds = settled[without | 1 << version] - settled[without]
    sizes = np.bitwise_count(without)
    sums = [int(adds[sizes == size].sum()) for size in range(number)]
    orders = [factorial(size) * factorial(number - size - 1) for size in range(number)]
    return Fraction(sum(o * n for o, n in zip(orders, sums, strict=True)), factorial(number))
