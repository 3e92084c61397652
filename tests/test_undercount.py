"""Capture-recapture worked by hand: the bound, two lists, log-linear toys, refusals, and who has an incident."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from ruamel.yaml import YAML

from conftest import CASES, Small
from holdfire import case as work
from holdfire import tables
from holdfire.assess import listed, within
from holdfire.assess.loglinear import Fit, Terms, design, fit, fitted, histories, models, weights
from holdfire.assess.undercount import Undercount, chapman, lower_bound, total, undercount
from holdfire.case.file import Recapture
from holdfire.places import load_areas
from holdfire.publish import render
from holdfire.publish.undercount import bound, kept_out, missed

DAY = date(2026, 1, 1)
# Of 1,000 incidents, three independent lists have 0.5, 0.4 and 0.2; on none are 0.5 * 0.6 * 0.8 of them, 240.
INDEPENDENT = {"a": 240, "b": 160, "c": 60, "ab": 160, "ac": 60, "bc": 40, "abc": 40}


def table(**counts: int) -> list[int]:
    """Return the counts of all histories of the lists a, b and c, from those that are not zero."""
    return [counts.get("".join(n for n, here in zip("abc", w, strict=True) if here), 0) for w in histories(3)]


def of(**counts: int) -> Undercount:
    return undercount([frozenset(name) for name, n in counts.items() for _ in range(n)], ("a", "b", "c"), DAY, DAY)


def missing(counts: Sequence[int], pairs: Terms) -> float:
    return fitted(counts, 3, pairs).missing


def test_chapman_by_hand() -> None:
    # 19 and 29 incidents, 9 on both: 20 * 30 / 10 - 1
    assert chapman(19, 29, 9) == 59


def test_the_bound_by_hand() -> None:
    # (10 * 20 + 10 * 30 + 20 * 30) / (4 + 5 + 10 + 1) = 1100 / 20, beside 81 that are on a list
    counts = table(a=10, b=20, c=30, ab=4, ac=5, bc=10, abc=2)
    assert lower_bound(counts, 3)[0] == 81 + 55
    # With lists of one size it is Chao's f1^2 / 2 f2 times 2/3, but for the 1 below: 2/3 * 300^2 / 300 = 200
    alike = table(a=100, b=100, c=100, ab=50, ac=50, bc=50, abc=20)
    assert lower_bound(alike, 3)[0] == 470 + int(200 * 150 / 151)
    at_least, surely = lower_bound(alike, 3)
    assert 470 < surely < at_least
    assert lower_bound(table(ab=10, ac=10, bc=10), 3) == (30, 30)  # none is on one list only


def test_independent_lists_by_hand() -> None:
    assert missing(table(**INDEPENDENT), ()) == pytest.approx(240, rel=1e-6)
    # Four lists that have a half each: 625 of 10,000 in every history, and on none.
    assert fitted([625] * 15, 4, ()).missing == pytest.approx(625, rel=1e-6)


def test_two_lists_that_depend_on_each_other_by_hand() -> None:
    # c is independent of both. Of those on a or b it has 100 of 300; of the others it has 35, so that 70 are on none.
    counts = table(a=100, b=60, ab=40, ac=50, bc=30, abc=20, c=35)
    assert missing(counts, ((0, 1),)) == pytest.approx(70, rel=1e-6)


def test_all_pairs_by_hand() -> None:
    # No interaction of three: n_abc n_a n_b n_c / (n_ab n_ac n_bc) = 2 * 30 * 20 * 10 / (6 * 5 * 4)
    counts = table(a=30, b=20, c=10, ab=6, ac=5, bc=4, abc=2)
    assert missing(counts, ((0, 1), (0, 2), (1, 2))) == pytest.approx(100, rel=1e-5)


def test_incidents_that_are_harder_to_see_by_hand() -> None:
    # On a scale of logarithms the third difference is nothing: mu_0 = mu_3 (mu_1 / mu_2)^3 = 8 * (20 / 10)^3
    counts = table(a=20, b=20, c=20, ab=10, ac=10, bc=10, abc=8)
    assert missing(counts, "alike") == pytest.approx(64, rel=1e-5)


def test_weights_of_two_models_by_hand() -> None:
    two = [Fit((), 100.0, np.ones(7), 10.0), Fit(((0, 1),), 200.0, np.ones(7), 12.0)]
    assert weights(two) == pytest.approx([1 / (1 + math.exp(-1)), 1 / (1 + math.exp(1))])


def test_the_criterion_by_hand() -> None:
    # Fitted exactly, log L = sum(n log n - n - log n!), and four numbers are fitted.
    counts = table(**INDEPENDENT)
    likelihood = sum(n * math.log(n) - n - math.lgamma(n + 1) for n in counts)
    assert fitted(counts, 3, ()).criterion == pytest.approx(8 - 2 * likelihood, rel=1e-9)


def test_there_is_a_model_for_every_set_of_pairs_and_one_more() -> None:
    assert (len(models(3)), len(models(4))) == (9, 65)
    assert models(3)[0] == ()
    assert models(3)[-1] == "alike"


def test_many_tables_are_fitted_as_one_is() -> None:
    both = np.array([table(**INDEPENDENT), table(a=30, b=20, c=10, ab=6, ac=5, bc=4, abc=2)], dtype=np.float64)
    together, _ = fit(both, design(3, ((0, 1),)))
    assert together == pytest.approx([missing([int(n) for n in row], ((0, 1),)) for row in both], rel=1e-5)


def test_an_estimate_is_the_same_every_time_and_holds_the_truth() -> None:
    found = of(**INDEPENDENT)
    assert found == of(**INDEPENDENT)
    assert found.refused is None
    assert found.estimate == pytest.approx(1000, rel=0.02)
    assert found.low is not None
    assert found.high is not None
    assert found.surely is not None
    assert found.low < 1000 < found.high
    assert found.surely < 1000
    assert (found.observed, found.lists) == (760, {"a": 500, "b": 400, "c": 200})
    # 500 and 400 incidents, 200 on both: 501 * 401 / 201 - 1 = 998.5
    assert (found.pairs[0].lists, found.pairs[0].shared, found.pairs[0].estimate) == (("a", "b"), 200, 998.5)
    assert found.models[0].dependence == "none"
    interval = f"{found.low:,} to {found.high:,}, if reports were linked rightly"
    assert missed(found).startswith(
        f"760 incidents are on a list; about {found.estimate:,} happened ({interval}), of which"
    )
    assert str(bound(found)).endswith(
        f"{found.surely:,} or more happened (95 % limit, if reports were linked rightly)."
    )


def test_what_depends_on_what_is_found() -> None:
    # b retells a: on both are many more than chance has it, and two lists alone are misled.
    found = of(a=200, b=60, ab=240, ac=50, bc=15, abc=60, c=70)
    assert "a with b" in found.models[0].dependence
    # Those that c has are a fifth of a's and b's 500, and 70 of the others, 280 of which are on none: 975 in all.
    assert missing(table(a=200, b=60, ab=240, ac=50, bc=15, abc=60, c=70), ((0, 1),)) == pytest.approx(280)
    assert found.pairs[0].estimate < 700


@pytest.mark.parametrize(
    ("counts", "why"),
    [
        ({"a": 60, "b": 50, "ab": 30}, "2 of the lists have an incident here"),
        ({"a": 3, "b": 3, "c": 3, "abc": 3}, "the lists have 12 incidents"),
        ({"a": 30, "b": 30, "c": 30, "ab": 9, "bc": 9}, "a and c share no incidents"),
        ({}, "0 of the lists have an incident here"),
    ],
)
def test_too_little_is_refused_with_the_reason(counts: dict[str, int], why: str) -> None:
    found = of(**counts)
    assert found.refused is not None
    assert why in found.refused
    assert (found.estimate, found.low, found.high, found.at_least, found.surely) == (None,) * 5
    assert "cannot be estimated: " + found.refused in missed(found)
    assert bound(found) is None


def test_lists_that_share_one_incident_are_said_to_share_one() -> None:
    found = of(a=30, b=30, c=30, ab=9, bc=9, ac=1)
    assert found.refused == "a and c share 1 incident, and it takes 5 for any two lists"


def test_the_bound_asks_less_than_the_estimate() -> None:
    found = of(a=30, b=30, c=30, ab=9, bc=9, ac=4)
    assert found.refused == "a and c share 4 incidents, and it takes 5 for any two lists"
    # 3 * 30 * 30 / (9 + 9 + 4 + 1) = 117.4, beside the 112 on a list
    assert (found.estimate, found.at_least) == (None, 112 + 117)


def test_models_that_disagree_wildly_are_refused() -> None:
    # If some are harder to see, 3 * (30 / 5)^3 = 648 are on no list beside the 108 that are on one; with independent
    # lists it is a fifth of that, and either fits.
    found = of(a=30, b=30, c=30, ab=5, ac=5, bc=5, abc=3)
    assert found.refused == "models that fit about as well disagree: from 249 to 756 in all"
    assert found.estimate is None
    assert found.at_least is not None
    assert found.models


def test_zeros_do_not_break_the_fit() -> None:
    for counts in (table(a=40, b=40, c=40, abc=10), table(ab=30, ac=30, bc=30), table(abc=50)):
        found = total(counts, 3)
        assert found.refused or (found.low is not None and found.low >= sum(counts))


def incident(id: str, reports: Sequence[str], day: int | None, **more: object) -> dict[str, object]:
    start = None if day is None else datetime(2026, 1, day, 9, tzinfo=UTC)
    end = None if start is None else start + timedelta(hours=1)
    return {
        "incident_id": id,
        "report_ids": list(reports),
        "groups": 1,
        "start": start,
        "end": end,
        "tally": False,
    } | more


def report(id: str, source: str, groups: list[str] | None) -> dict[str, object]:
    return {"report_id": id, "source_id": source, "source_groups": groups, "tally": False}


def test_an_incident_is_on_the_lists_of_those_who_speak_of_it() -> None:
    reports = [
        report("r1", "press", ["governor"]),
        report("r2", "press", ["police", "governor"]),
        report("r3", "mission", None),
        report("r4", "press", None),
        report("r5", "mission", ["police"]),
        report("r6", "other", ["nobody"]),
    ]
    lists = {"g": ["governor"], "p": ["police"], "m": ["mission"]}
    found = [
        incident("i1", ["r1"], 5, place_code="UA-63"),
        incident("i2", ["r2", "r3"], 5, place_code="UA"),
        incident("i3", ["r5"], 5),  # the mission retells the police: that is no list of its own
        incident("i4", ["r4"], 5),
        incident("i5", ["r6"], 5),
        incident("i6", ["r1"], 5, tally=True),
        incident("i7", ["r1"], 9),
        incident("i8", ["r1"], None),
        incident("i9", ["r1"], 6, end=datetime(2026, 1, 7, 3, tzinfo=UTC), place_code="UA-30"),
    ]
    inside, unsure = listed(
        tables.frame(found, tables.INCIDENTS), tables.frame(reports, tables.REPORTS), lists,
        date(2026, 1, 4), date(2026, 1, 6), ZoneInfo("UTC"),
    )  # fmt: skip
    assert inside == [("UA-63", frozenset("g")), ("UA", frozenset("gpm")), (None, frozenset("p"))]
    assert unsure == 2  # i8 has no time, i9 goes on into the day after
    assert within(inside, "UA-63", load_areas()) == ([frozenset("g")], 2)
    assert within(inside, "UA", load_areas()) == ([frozenset("g"), frozenset("gpm")], 1)
    assert within(inside, "UA-30", load_areas()) == ([], 2)


LISTS = """\
undercount:
  lists: {air force: [air-force], governors: [governor], press: [press]}
"""


def test_a_case_that_asks_for_it_is_told(small: Small, holdfire) -> None:
    text = small.file("case.yaml").read_text()
    small.file("case.yaml").write_text(text + LISTS)
    ran = holdfire("run", small.folder)
    assert ran.exit_code == 0, ran.output
    told = json.loads((small.folder / "out" / "assessment.json").read_text())["undercount"]
    assert [u["place_code"] for u in told] == [None]
    assert told[0]["refused"]
    page = (small.folder / "out" / "report.html").read_text(encoding="utf-8")
    assert 'id="undercount"' in page
    assert "cannot be estimated" in page
    assert "everywhere, undercount: " in holdfire("assess", small.folder).output
    small.file("case.yaml").write_text(text + LISTS + "  places: [UA-32, UA-63]\n")
    assert holdfire("run", small.folder).exit_code == 0
    told = json.loads((small.folder / "out" / "assessment.json").read_text())["undercount"]
    assert [u["place_code"] for u in told] == ["UA-32", "UA-63"]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ("undercount: {lists: {a: [x], b: [y]}}\n", "2 lists; it takes 3 or 4"),
        ("undercount: {lists: {a: [x], b: [y], c: [x, z]}}\n", "'x' stands in two lists"),
        (LISTS + "  places: [UA-999]\n", "unknown area code 'UA-999'"),
        (LISTS + "retells: {governor: air-force}\n", "'governor', which retells 'air-force'"),
        (LISTS + "  first: 2026-01-30\n  last: 2026-01-29\n", "ends before it starts"),
    ],
)
def test_lists_that_cannot_be_are_refused(small: Small, holdfire, more: str, why: str) -> None:
    small.file("case.yaml").write_text(small.file("case.yaml").read_text() + more)
    found = holdfire("run", small.folder)
    assert found.exit_code == 2
    assert why in found.stderr


def kind(group: str) -> str | None:
    """Return which list of officials a source group of the cold-spell case belongs to."""
    kinds = {
        "administrations": ("governor", "oblast-a", "oblast-m", "regional", "mayor", "city-", "local-auth"),
        "services": ("police", "emergency", "prosecutor"),
        "government": ("minist", "zelensky", "pm-", "shmyhal", "officials", "dtek", "ukrenergo", "energo"),
    }
    return next((k for k, parts in kinds.items() if any(p in group for p in parts)), None)


def test_the_cold_spell_case_is_refused() -> None:
    # Its lists are excerpts of one compilation, and regional officials cannot see each other's regions. Even with
    # officials put together by kind, two of the lists hardly overlap.
    case = work.read_case(CASES / "cold-spell-2026")
    observed = work.monitor(case)
    found = work.verify(case, observed.reports).incidents
    groups = sorted({g for own in observed.reports["source_groups"].drop_nulls() for g in own})
    lists: dict[str, list[str]] = {}
    for group in groups:
        if (own := kind(group)) is not None:
            lists.setdefault(own, []).append(group)
    assert len(lists) == 3
    period = case.file.period
    on, __ = listed(found, observed.reports, lists, period.first, period.last, case.zone)
    told = undercount([s for _, s in on], sorted(lists), period.first, period.last)
    assert told.observed > 100
    assert told.estimate is None
    assert told.refused == "government and services share 4 incidents, and it takes 5 for any two lists"
    assert told.surely is not None
    assert told.surely > told.observed


def test_an_estimate_is_told_on_the_page(small: Small) -> None:
    case = work.read_case(small.folder)
    observed = work.monitor(case)
    verified = work.verify(case, observed.reports)
    judged = work.adjudicate(case, observed, verified.incidents, verified.alternatives)
    measured = work.assess(case, observed, verified.incidents, judged)
    found = of(**INDEPENDENT)
    page = render(work.content(case, observed, verified.incidents, judged, replace(measured, undercount=[found])))
    assert f"<p>{missed(found)} {bound(found)}</p>" in page
    assert "a and b share 200, and alone would give 998." in page
    assert '<th scope="row">a + b</th><td>160</td>' in page
    assert str(kept_out([found])) in page
    refused = of(a=60, b=50, ab=30)
    page = render(work.content(case, observed, verified.incidents, judged, replace(measured, undercount=[refused])))
    assert "cannot be estimated" in page
    assert "none of this" not in page


def test_no_interval_is_spoken_of_that_nobody_gave() -> None:
    neither, lower, whole = of(a=60, b=50, ab=30), of(a=30, b=30, c=30, ab=9, bc=9, ac=1), of(**INDEPENDENT)
    assert (lower.low, lower.surely is None, whole.low is None) == (None, False, False)
    assert kept_out([neither]) is None
    assert str(kept_out([neither, lower])).startswith("The lower bound holds none of this; ")
    # A place with an estimate is enough, as the sentence stands once below them all.
    assert str(kept_out([lower, whole])).startswith("The interval and the lower bound hold none of this; ")


def test_the_docs_show_a_setting_that_is_valid() -> None:
    page = (CASES.parent / "docs" / "undercount.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert len(Recapture.model_validate(YAML(typ="safe").load(shown)["undercount"]).lists) == 3


def test_a_case_without_lists_has_no_undercount(small: Small, holdfire, tmp_path: Path) -> None:
    assert holdfire("run", small.folder, "--out", tmp_path / "out").exit_code == 0
    assert json.loads((tmp_path / "out" / "assessment.json").read_text())["undercount"] == []
    assert 'id="undercount"' not in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
