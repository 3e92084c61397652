"""Several tests at once, and quantiles of Student's t."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, TypeVar

K = TypeVar("K", bound=Hashable)
Z = 1.6448536269514722  # what a standard normal variable exceeds 5 times in 100


def holm(p_values: Mapping[K, float]) -> dict[K, float]:
    """Return p-values that allow for every test of a family (Holm 1979, Scand. J. Statist. 6:65-70).

    The chance that any test without an effect has a corrected p-value of at most 5 % is then at most that, however the
    tests depend on each other.
    """

    def by_value(test: tuple[K, float]) -> Any:
        return test[1], test[0]

    so_far = 0.0
    adjusted = {}
    for n, (test, p) in enumerate(sorted(p_values.items(), key=by_value)):
        so_far = max(so_far, min(1.0, (len(p_values) - n) * p))
        adjusted[test] = round(so_far, 4)
    return adjusted


def student(degrees: float) -> float:
    """Return what Student's t exceeds 5 times in 100, for 2 degrees of freedom or more, to within 0.01.

    By the expansion of Abramowitz and Stegun (1964), 26.7.5.
    """
    terms = (
        (Z**3 + Z) / 4,
        (5 * Z**5 + 16 * Z**3 + 3 * Z) / 96,
        (3 * Z**7 + 19 * Z**5 + 17 * Z**3 - 15 * Z) / 384,
        (79 * Z**9 + 776 * Z**7 + 1482 * Z**5 - 1920 * Z**3 - 945 * Z) / 92160,
    )
    return Z + sum(term / degrees**n for n, term in enumerate(terms, 1))
