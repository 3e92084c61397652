"""Columns of words and of lists of words, coded: every distinct value is kept once, and rows point to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Index = NDArray[np.intp]
LONGEST_KEY = 62  # bits
DENSE = 1 << 20


@dataclass(frozen=True)
class Coded:
    """A column of words: `values` holds each distinct word once (null among them), `index` points to it per row."""

    values: list[str | None]
    index: Index


@dataclass(frozen=True)
class CodedSets:
    """A column of lists of words: `index` points per row to a distinct list.

    `members` holds the words of all distinct lists one after the other, as positions in `words`, and `starts` where
    each begins. A list that is null or empty has one member, null.
    """

    words: list[str | None]
    members: Index
    starts: Index
    index: Index


@dataclass(frozen=True)
class Members:
    """A column of lists taken apart: `offsets` tell where each list begins in `flat` and where the last one ends.

    `flat` points into `words`, the distinct ones, of which null is the last.
    """

    offsets: NDArray[np.int32] | Index
    words: list[str | None]
    flat: Index

    @classmethod
    def of(cls, column: pa.Array) -> Members:
        offsets = column.offsets.to_numpy()
        words, flat = dictionary(column.values.slice(offsets[0], offsets[-1] - offsets[0]))
        return cls(offsets - offsets[0] if offsets[0] else offsets, words, flat)


def dictionary(column: pa.Array) -> tuple[list[str | None], Index]:
    """Return the distinct words of a column, null last, and where each row points."""
    if pa.types.is_null(column.type):
        return [None], np.zeros(len(column), dtype=np.intp)
    if not pa.types.is_dictionary(column.type):
        if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
            column = column.cast(pa.large_string())
        column = pc.dictionary_encode(column)
    words: list[str | None] = [*column.dictionary.to_pylist(), None]
    indices = pc.fill_null(column.indices, len(words) - 1) if column.null_count else column.indices
    index: Index = indices.to_numpy(zero_copy_only=False).astype(np.intp)
    return words, index


def naming(members: Members, wanted: tuple[str, ...]) -> Index:
    """Return the rows whose list names one of the wanted words."""
    named = np.array([word in wanted for word in members.words])
    if not named.any():
        return np.zeros(0, dtype=np.intp)
    found = np.flatnonzero(named.take(members.flat))
    return np.unique(np.searchsorted(members.offsets, found, side="right") - 1)


def coded_sets(members: Members, nulls: NDArray[np.bool_] | None, stand_in: list[str | None]) -> CodedSets:
    """Number the distinct lists of a column. A list is known by its members read as the digits of one number.

    `stand_in` is the word that stands for each of the column's words, the last of which is null.
    """
    words = list(dict.fromkeys([*stand_in, None]))
    digit = {word: n + 1 for n, word in enumerate(words)}
    nobody, base = digit[None], len(words) + 1
    size = np.diff(members.offsets)
    if nulls is not None:
        size[nulls] = 0
    longest = max(int(size.max(initial=0)), 1)
    if longest * np.log2(base) > LONGEST_KEY:
        return _by_lists(words, [digit[w] - 1 for w in stand_in], members, size)
    # The fewer bytes a number has, the less there is to move: there are millions.
    number = np.min_scalar_type(base**longest)
    digits = np.array([digit[w] for w in stand_in], dtype=number).take(members.flat)
    at = members.offsets[:-1].astype(np.intp)
    empty = size == 0
    if len(digits):
        key = digits.take(at, mode="clip")
        key[empty] = nobody
    else:
        key = np.full(len(size), nobody, dtype=number)
    for n in range(1, longest):
        rows = np.flatnonzero(size > n)
        key[rows] = key[rows] * number.type(base) + digits[at[rows] + n]
    distinct, index = _distinct(key, base**longest)
    table = []
    while distinct.any():
        table.append(distinct % base - 1)
        distinct = distinct // base
    listed = np.column_stack(table[::-1]) if table else np.empty((0, 1), dtype=np.int64)
    there = listed >= 0
    return CodedSets(words, listed[there].astype(np.intp), _starts(there.sum(axis=1)), index)


def _distinct(keys: NDArray[np.integer], most: int) -> tuple[NDArray[np.int64], Index]:
    """Return the distinct keys, all of which lie below `most`, and for each row which one it has."""
    if most <= DENSE:
        seen = np.zeros(most, dtype=bool)
        seen[keys] = True
        return np.flatnonzero(seen), (np.cumsum(seen) - 1).take(keys)
    coded = pc.dictionary_encode(pa.array(keys))
    return coded.dictionary.to_numpy(zero_copy_only=False).astype(np.int64), coded.indices.to_numpy().astype(np.intp)


def _by_lists(words: list[str | None], stands: list[int], members: Members, size: NDArray[np.integer]) -> CodedSets:
    """Number lists that are too long to be one number; `stands` tells which word stands for each of the column's."""
    nobody = words.index(None)
    flat = np.array(stands, dtype=np.intp).take(members.flat)
    known: dict[tuple[int, ...], int] = {}
    index = np.empty(len(size), dtype=np.intp)
    for row, (begin, length) in enumerate(zip(members.offsets[:-1].tolist(), size.tolist(), strict=True)):
        mine = tuple(flat[begin : begin + length].tolist()) or (nobody,)
        index[row] = known.setdefault(mine, len(known))
    starts = _starts(np.array([len(m) for m in known], dtype=np.intp))
    return CodedSets(words, np.array([c for m in known for c in m], dtype=np.intp), starts, index)


def _starts(sizes: NDArray[np.intp]) -> Index:
    return (np.cumsum(sizes) - sizes).astype(np.intp)
