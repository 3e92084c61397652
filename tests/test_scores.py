"""Scores of forecasts, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfire.assess.scores import brier, crps, error_of_mean, inside, reliability, skill


def test_crps_by_hand() -> None:
    # Members 1, 2, 6 and 3 came: (2 + 1 + 3) / 3 = 2; pairs differ by 1, 5, 4, twice each: 20 / 9 / 2 = 10/9. 2 - 10/9.
    members = np.array([1.0, 2, 6])
    assert crps(members, np.array(3.0)) == pytest.approx(8 / 9)
    # Squared differences of the step functions: (1/3)^2 from 1 to 2, (2/3)^2 to 3, (1/3)^2 to 6: 1/9 + 4/9 + 3/9.
    assert crps(members, np.array(3.0)) == pytest.approx(1 / 9 + 4 / 9 + 3 / 9)


def test_crps_of_one_member_is_the_absolute_error_and_beyond_all_members_a_distance() -> None:
    assert crps(np.array([5.0]), np.array(2.0)) == 3
    # From 0 to 2 the forecast is half done: (1/2)^2 x 2; from 2 to 10 it is all done: 8.
    assert crps(np.array([0.0, 2]), np.array(10.0)) == pytest.approx(8.5)
    assert crps(np.array([4.0, 4, 4]), np.array(4.0)) == 0


def test_crps_goes_over_rows_and_keeps_what_is_unknown() -> None:
    found = crps(np.array([[0.0, 2], [1, 1], [np.nan, 1]]), np.array([10.0, np.nan, 1]))
    assert found[0] == pytest.approx(8.5)
    assert np.isnan(found[1:]).all()


@given(st.lists(st.integers(0, 50), min_size=1, max_size=12), st.integers(0, 60))
def test_crps_is_the_integral_of_the_squared_difference(members: list[int], came: int) -> None:
    ordered = np.sort(np.array(members, dtype=float))
    # Between whole numbers nothing changes, so that the integral is a sum.
    below = np.array([(ordered <= x).mean() for x in range(61)])
    step = np.array([came <= x for x in range(61)], dtype=float)
    assert crps(ordered, np.array(float(came))) == pytest.approx(((below - step) ** 2).sum())


def test_brier_by_hand() -> None:
    found = brier(np.array([0.2, 0.9, np.nan]), np.array([0.0, 1, 1]))
    assert found[:2] == pytest.approx([0.04, 0.01])
    assert np.isnan(found[2])


def test_skill_by_hand() -> None:
    assert skill(3.0, 4.0) == 0.25
    assert skill(5.0, 4.0) == -0.25
    assert skill(1.0, 0.0) is None


def test_reliability_by_hand() -> None:
    # Said 0.1 four times and one came; said 0.5 and 0.7, and one came. Base rate 2 of 6.
    chance = np.array([0.1, 0.1, 0.1, 0.1, 0.5, 0.7])
    happened = np.array([0.0, 0, 0, 1, 1, 0])
    found = reliability(chance, happened, np.array([0, 0.25, 0.5, 1]))
    assert found.said == pytest.approx((0.1, 0.6))  # the bin from 0.25 to 0.5 is empty
    assert found.came == (0.25, 0.5)
    assert found.number == (4, 2)
    assert found.miscalibration == pytest.approx((4 * 0.15**2 + 2 * 0.1**2) / 6)
    assert found.resolution == pytest.approx((4 * (1 / 12) ** 2 + 2 * (1 / 6) ** 2) / 6)
    assert found.uncertainty == pytest.approx(2 / 9)


def test_the_parts_of_the_brier_score_add_up() -> None:
    rng = np.random.default_rng(1)
    chance = rng.choice([0.0, 0.2, 0.6, 1.0], 500)
    happened = (rng.random(500) < 0.3 + 0.3 * chance).astype(float)
    parts = reliability(chance, happened, np.array([0, 0.1, 0.5, 0.9, 1]))
    whole = parts.miscalibration - parts.resolution + parts.uncertainty
    assert brier(chance, happened).mean() == pytest.approx(whole)


def test_reliability_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one forecast"):
        reliability(np.array([]), np.array([]), np.array([0.0, 1]))


def test_inside_by_hand() -> None:
    # Nine members make ten steps of 10 %. Between the first and the second: ranks 10 to 20 %, inside the middle 80 %;
    # below all: 0 to 10 %, outside. The middle 60 % begin at 20 %.
    members = np.arange(1.0, 10)
    assert inside(members, np.array(1.5), np.array([0.8, 0.6])) == pytest.approx([1, 0], abs=1e-9)
    assert inside(members, np.array(0.5), np.array([0.8])) == pytest.approx([0], abs=1e-9)
    # Six of nine members are zero, and zero came: ranks 0 to 70 %, of which 10 to 70 % lie inside: six sevenths.
    zeros = np.array([0.0, 0, 0, 0, 0, 0, 4, 5, 6])
    assert inside(zeros, np.array(0.0), np.array([0.8])) == pytest.approx([6 / 7])
    assert np.isnan(inside(members, np.array(np.nan), np.array([0.8]))).all()


def test_inside_makes_the_nominal_share_for_counts_of_many_zeros() -> None:
    rng = np.random.default_rng(3)
    counts = np.sort(rng.poisson(0.7, (4000, 19)).astype(float), axis=1)
    came = rng.poisson(0.7, 4000).astype(float)
    assert inside(counts, came, np.array([0.8, 0.5])).mean(axis=0) == pytest.approx([0.8, 0.5], abs=0.02)


def test_error_of_a_mean_by_hand() -> None:
    # Around the mean of 2: -1, 1, -1, 1. Variance 1, so that the error is 1 / sqrt(4).
    swings = np.array([1.0, 3, 1, 3])
    assert error_of_mean(swings, 0) == pytest.approx(0.5)
    # One apart they multiply to -1, -1, -1, over four: 1 + 2 x 1/2 x -3/4 = 1/4.
    assert error_of_mean(swings, 1) == pytest.approx(0.25)
    assert error_of_mean(np.array([7.0]), 3) == 0
