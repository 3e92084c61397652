"""Amounts of exposure in words: bounds that stay bounds when they are rounded, and degrees."""

from __future__ import annotations

import math

from holdfire.publish import words

PERSON, OF_UNIT = "person-hours", {"buildings": "building-hours", "customers": "customer-hours"}
OF_UNIT |= {"households": "household-hours", "people": PERSON}
DIGITS = 3


def about(value: float, up: bool) -> str:
    """Return a bound with three digits, rounded so that it stays a bound: 70,855,224 is at most 70.9 million."""
    if value < 10**DIGITS:
        return words.number(math.ceil(value) if up else math.floor(value))
    step = 10 ** (math.floor(math.log10(value)) + 1 - DIGITS)
    rounded = (math.ceil(value / step) if up else math.floor(value / step)) * step
    for size, name in ((10**9, "billion"), (10**6, "million")):
        if rounded >= size:
            return f"{rounded / size:.{DIGITS}g} {name}"
    return words.number(rounded)


def reach(low: float, high: float | None, unit: str) -> str:
    """Return '3 to 5 million person-hours', 'up to 5 million person-hours', or what is open."""
    if high is None:
        return f"at least {about(low, up=False)} {unit}" if low else f"{unit} without a bound"
    if low == high:
        return f"{about(low, up=False)} {unit}"
    return f"{about(low, up=False)} to {about(high, up=True)} {unit}" if low else f"up to {about(high, up=True)} {unit}"


def degrees(value: float) -> str:
    return f"{words.number(value)} \N{DEGREE SIGN}C"
