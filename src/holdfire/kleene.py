"""Strong Kleene logic: yes, no and unknown, of one answer (true, false, null) or of arrays of answers in bytes.

In bytes, no is 0, unknown is 1 and yes is 3, so that `&` is the conjunction and `|` the disjunction: a bit says
"surely", the other "possibly", and whatever is sure is possible too.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Bools = NDArray[np.bool_] | np.bool_
NO, UNKNOWN, YES = np.uint8(0), np.uint8(1), np.uint8(3)
_NOT = np.array([3, 1, 255, 0], dtype=np.uint8)
_TRUTH = {0: False, 1: None, 3: True}


def conjunction(answers: Iterable[bool | None]) -> bool | None:
    """False if any is false, else unknown if any is unknown, else true."""
    known = list(answers)
    if any(a is False for a in known):
        return False
    return None if any(a is None for a in known) else True


def disjunction(answers: Iterable[bool | None]) -> bool | None:
    """True if any is true, else unknown if any is unknown, else false."""
    known = list(answers)
    if any(a is True for a in known):
        return True
    return None if any(a is None for a in known) else False


def negation(value: bool | None) -> bool | None:
    """Unknown stays unknown."""
    return None if value is None else not value


def core_and_fringe(core: bool | None, fringe: bool | None, out: bool | None) -> bool | None:
    """In the core true, beyond core and fringe or left out false, between them unknown."""
    if disjunction([core, fringe]) is False or out is True:
        return False
    return True if core is True and out is False else None


def as_byte(answer: bool | None) -> np.uint8:
    """Return an answer as a byte."""
    return UNKNOWN if answer is None else YES if answer else NO


def as_bytes(answers: Iterable[bool | None]) -> Bytes:
    """Return answers as an array of bytes."""
    return np.fromiter((as_byte(a) for a in answers), dtype=np.uint8)


def as_bits(surely: Bools, possibly: Bools) -> Bytes:
    """Return as bytes what is surely so and what possibly is; whatever is sure has to be possible too."""
    return np.asarray((surely.view(np.uint8) << 1) | possibly.view(np.uint8))


def as_answer(byte: int | np.uint8) -> bool | None:
    """Return a byte as an answer."""
    return _TRUTH[int(byte)]


def negated(answers: Bytes) -> Bytes:
    """Return the negation of every answer."""
    return _NOT[answers]
