"""Several tests at once."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, TypeVar

K = TypeVar("K", bound=Hashable)


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
