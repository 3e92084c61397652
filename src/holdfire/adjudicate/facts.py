"""The facts of a batch of incidents, coded once: every distinct value is kept once, and rows point to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from holdfire.adjudicate.columns import Coded, CodedSets, Index, Members, coded_sets, dictionary, naming
from holdfire.places import Discs

Alike = Callable[[str, list[str | None]], list[str | None]]
NEVER = np.iinfo(np.int64).min


class Facts:
    """The columns of an Arrow batch of incidents (tables.INCIDENTS), coded when they are first asked for.

    `alike` gives, for a column of lists and its words, a word that stands for each: words that nobody tells apart need
    not be kept apart. `only` gives some of the rows, whose codes are those of the whole.
    """

    def __init__(self, batch: pa.RecordBatch, alike: Alike = lambda _, words: words):
        self._batch, self._alike = batch, alike
        self._of: Facts | None = None
        self._rows: Index | None = None
        self.rows = batch.num_rows
        self._words: dict[str, Coded] = {}
        self._sets: dict[str, CodedSets] = {}
        self._days: dict[str, tuple[NDArray[np.int64], NDArray[np.int64]]] = {}
        self._naming: dict[tuple[str, tuple[str, ...]], Index] = {}
        self._taken_apart: dict[str, Members | None] = {}

    def only(self, rows: Index) -> Facts:
        """Return the facts of some rows, named by number and in order."""
        some = Facts(self._batch, self._alike)
        if self._of is None or self._rows is None:
            some._of, some._rows = self, rows
        else:
            some._of, some._rows = self._of, self._rows[rows]
        some.rows = len(rows)
        return some

    def words(self, name: str) -> Coded:
        """Return a column of words."""
        if name not in self._words:
            if self._of is None:
                self._words[name] = Coded(*dictionary(self._batch.column(name)))
            else:
                whole = self._of.words(name)
                self._words[name] = replace(whole, index=whole.index[self._rows])
        return self._words[name]

    def sets(self, name: str) -> CodedSets:
        """Return a column of lists of words."""
        if name not in self._sets:
            if self._of is None:
                self._sets[name] = self._coded_sets(name)
            else:
                whole = self._of.sets(name)
                self._sets[name] = replace(whole, index=whole.index[self._rows])
        return self._sets[name]

    def _coded_sets(self, name: str) -> CodedSets:
        column, members = self._batch.column(name), self._members(name)
        if members is None:
            none = np.zeros(1, dtype=np.intp)
            return CodedSets([None], none, none, np.zeros(self.rows, dtype=np.intp))
        nulls = pc.is_null(column).to_numpy(zero_copy_only=False) if column.null_count else None
        return coded_sets(members, nulls, self._alike(name, members.words))

    def _members(self, name: str) -> Members | None:
        """Return a column of lists taken apart; null where it has no lists at all."""
        if name not in self._taken_apart:
            column = self._batch.column(name)
            self._taken_apart[name] = None if pa.types.is_null(column.type) else Members.of(column)
        return self._taken_apart[name]

    def naming(self, name: str, wanted: tuple[str, ...]) -> Index:
        """Return the rows whose list in a column names one of the wanted words."""
        if self._of is not None:
            return self._among(self._of.naming(name, wanted))
        if (name, wanted) not in self._naming:
            members = self._members(name)
            self._naming[name, wanted] = np.zeros(0, dtype=np.intp) if members is None else naming(members, wanted)
        return self._naming[name, wanted]

    def _among(self, of_whole: Index) -> Index:
        """Return which of these rows are among some rows of the whole."""
        assert self._of is not None
        named = np.zeros(self._of.rows, dtype=bool)
        named[of_whole] = True
        return np.flatnonzero(named[self._rows])

    @cached_property
    def start(self) -> NDArray[np.int64]:
        """Microseconds since 1970, UTC; NEVER where not known."""
        return _instants(self._batch.column("start")) if self._of is None else self._of.start[self._rows]

    @cached_property
    def end(self) -> NDArray[np.int64]:
        """Microseconds since 1970, UTC; NEVER where not known."""
        return _instants(self._batch.column("end")) if self._of is None else self._of.end[self._rows]

    @cached_property
    def timed(self) -> NDArray[np.bool_]:
        """Whether both ends of the interval are known."""
        known: NDArray[np.bool_] = (self.start != NEVER) & (self.end != NEVER)
        return known

    @cached_property
    def span(self) -> tuple[int, int, int] | None:
        """Return the least start, the greatest start and the greatest end of intervals that are known; null if none."""
        if not self.timed.any():
            return None
        first = (
            self.start.min() if self.timed.all() else self.start.min(where=self.timed, initial=np.iinfo(np.int64).max)
        )
        return int(first), int(self.start.max()), int(self.end.max())

    @cached_property
    def munitions(self) -> NDArray[np.int64]:
        """Munitions launched; 0 where no figure is known."""
        if self._of is not None:
            return self._of.munitions[self._rows]
        figures: NDArray[np.int64] = pc.fill_null(self._batch.column("munitions"), 0).to_numpy(zero_copy_only=False)
        return figures

    @cached_property
    def doubtful(self) -> Index:
        """Return the rows in which ground changed hands by 0 km2 at least: nothing may have happened."""
        if self._of is not None:
            return self._among(self._of.doubtful)
        least = self._batch.column("area_km2_min")
        return np.flatnonzero(_floats(least) == 0) if least.null_count < self.rows else np.zeros(0, dtype=np.intp)

    @cached_property
    def points(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Degrees east and north, and the radius in km; NaN where not known."""
        if self._of is not None:
            lon, lat, radius = self._of.points
            return lon[self._rows], lat[self._rows], radius[self._rows]
        lon, lat, radius = (_floats(self._batch.column(c)) for c in ("lon", "lat", "radius_km"))
        return lon, lat, radius

    @cached_property
    def pointed(self) -> NDArray[np.bool_]:
        """Whether a point is known, with or without its radius."""
        lon, lat, _ = self.points
        known: NDArray[np.bool_] = ~(np.isnan(lon) | np.isnan(lat))
        return known

    @cached_property
    def bare(self) -> tuple[Index, Index, NDArray[np.bool_]]:
        """Return the rows without a point, where their place codes point, and which codes are among them."""
        codes = self.words("place_code")
        rows = np.flatnonzero(~self.pointed)
        of_rows = codes.index[rows]
        return rows, of_rows, np.bincount(of_rows, minlength=len(codes.values)) > 0

    @cached_property
    def blurred(self) -> Index:
        """Return the rows with a point of unknown radius."""
        return np.flatnonzero(self.pointed & np.isnan(self.points[2]))

    @cached_property
    def discs(self) -> tuple[Discs, Index]:
        """Return the points whose radius is known, and the rows they are of."""
        lon, lat, radius = self.points
        rows = np.flatnonzero(self.pointed & ~np.isnan(radius))
        return Discs.of(lon[rows], lat[rows], radius[rows]), rows

    def days(self, zone: ZoneInfo) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the first and the last local day that an interval touches, in days since 1970; NEVER if not known."""
        if zone.key not in self._days:
            last = np.maximum(self.start, self.end - 1)
            both = []
            for instants in (self.start, last):
                local = pl.Series(np.where(self.timed, instants, 0)).cast(pl.Datetime("us", "UTC"))
                day = local.dt.convert_time_zone(zone.key).dt.date().cast(pl.Int32).cast(pl.Int64).to_numpy()
                both.append(np.where(self.timed, day, NEVER))
            self._days[zone.key] = both[0], both[1]
        return self._days[zone.key]


def _instants(column: pa.Array) -> NDArray[np.int64]:
    whole = column.cast(pa.timestamp("us", "UTC")).view(pa.int64())
    instants: NDArray[np.int64] = pc.fill_null(whole, NEVER).to_numpy(zero_copy_only=False)
    return instants


def _floats(column: pa.Array) -> NDArray[np.float64]:
    floats: NDArray[np.float64] = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
    return floats
