"""Settling values: worked by hand, and against the kernel on agreements whose terms are really rewritten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import partial
from itertools import combinations
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import drawn
from holdfire import tables
from holdfire.adjudicate import Option, Version, Versions, compile_plan, judge_batch, promises, settling
from holdfire.adjudicate.contested import RANK
from holdfire.adjudicate.settling import Disputes, Gone, options
from holdfire.engine import run_here
from holdfire.places import load_areas, load_gazetteer
from holdfire.publish.settling import gone
from holdfire.terms import Agreement

AREAS, GAZETTEER = load_areas(), load_gazetteer()
NOTHING = tables.empty(tables.CONDITIONS)
WORDS = {"title": "T", "stated_on": "2026-01-25", "summary": "s", "held_by": "p"}


def plan_of(agreement: Agreement) -> Any:
    return compile_plan(agreement, AREAS, GAZETTEER, NOTHING)


def agreed(**readings: list[dict[str, Any]]) -> Agreement:
    """Return an agreement with these clauses for each reading."""
    return Agreement.model_validate(
        {
            "id": "x",
            "title": "X",
            "announced_on": "2026-01-25",
            "form": "written",
            "time_zone": "Europe/Kyiv",
            "parties": [{"id": "p", "name": "P"}],
            "readings": [
                {"id": name, **WORDS, "clauses": [{"norm": "prohibition", "text": "t", **c} for c in clauses]}
                for name, clauses in readings.items()
            ],
        }
    )


def incident(name: str, start: str, **facts: Any) -> dict[str, Any]:
    moment = pl.Series([start]).str.to_datetime(time_zone="UTC")[0]
    base = {"incident_id": name, "report_ids": [name], "groups": 1, "start": moment, "end": moment}
    return {**base, "tally": False, "unproven_facets": [], "disputes": [], "part_of": [], **facts}


def told(agreement: Agreement, *rows: dict[str, Any]) -> Any:
    return settling(Versions(tables.frame([*rows], tables.INCIDENTS), plan_of(agreement)).sheet())


def by_version(options: Sequence[Option]) -> dict[tuple[str, ...], int]:
    return {
        tuple(f"{v.term} {','.join(v.readings)}" for v in option.versions): option.settled.contested
        for option in options
    }


A = {"id": "c", "time": {"starts": "2026-02-01", "ends": "2026-02-02"}, "target": ["energy"], "place": ["UA"]}
B = {"id": "c", "time": {"starts": "2026-02-01", "ends": "2026-02-04"}, "place": ["UA-30"]}
# Under A, then under B: 1 violates neither; 2 only A; 3 both; 4 only B; 5 only B, after A's end; 6 neither.
SIX = (
    incident("1", "2026-01-31T12:00:00", targets=["energy"], place_code="UA-30"),
    incident("2", "2026-02-01T12:00:00", targets=["energy"], place_code="UA-63"),
    incident("3", "2026-02-01T12:00:00", targets=["energy"], place_code="UA-30"),
    incident("4", "2026-02-01T12:00:00", targets=["residential_building"], place_code="UA-30"),
    incident("5", "2026-02-04T12:00:00", targets=["energy"], place_code="UA-30"),
    incident("6", "2026-02-04T12:00:00", targets=["energy"], place_code="UA-63"),
)


def test_settling_values_by_hand() -> None:
    found = told(agreed(a=[A], b=[B]), *SIX)
    assert (found.rows, found.before) == (6, Disputes(3, 3))
    assert by_version(found.singles) == {
        ("end a",): 1,  # 5 violates neither then
        ("end b",): 0,  # 5 violates both then, and 6 comes up: only A forbids it
        ("place a",): 0,  # 2 violates both then, and 6 comes up: only B forbids it
        ("place b",): 1,  # 2 violates neither then
        ("target a",): 1,  # 4 violates neither then
        ("target b",): 1,  # 4 violates both then
    }
    (end_b,) = [o for o in found.singles if o.versions == (Version("c", "end", ("b",)),)]
    assert end_b.gone == Gone(violation=1, none=0, undetermined=0, new=1)
    assert gone(end_b) == "1 as a violation, less 1 that newly come up"
    # All four settle one; no pair of terms settles three, which takes all of them.
    assert len(found.best_single) == 4
    assert {o.settled.contested for o in found.best_pair} == {2}
    assert ("end b", "place a") in by_version(found.best_pair)  # 2, 5 and 6 violate both: a pair that greed misses


def test_shares_by_hand() -> None:
    found = told(agreed(a=[A], b=[B]), *SIX)
    # To A's terms: target and end settle one each whatever else is agreed. Place settles 2, and brings up 6 unless the
    # end is agreed, so that end is worth one more once place is: 1 and a half, and a half.
    assert found.shares["a"] == {("c", "target"): 1, ("c", "end"): Fraction(3, 2), ("c", "place"): Fraction(1, 2)}
    assert sum(found.shares["b"].values()) == 3


def test_a_length_counts_from_the_start_that_is_agreed() -> None:
    a = {"id": "c", "time": {"starts": "2026-02-01", "lasts": "3 days"}}
    b = {"id": "c", "time": {"starts": "2026-02-03", "ends": "2026-02-03"}}
    found = told(agreed(a=[a], b=[b]), *(incident(str(d), f"2026-02-0{d}T12:00:00") for d in range(1, 7)))
    # A forbids 1 to 3, B 3. With B's start, A forbids 3 to 5; with A's length, B does.
    assert found.before.contested == 2
    assert by_version(found.singles) == {("start a",): 2, ("start b",): 0, ("end a",): -2, ("end b",): 0}


def test_versions_that_leave_no_window_are_not_offered() -> None:
    a = {"id": "c", "time": {"starts": "2026-02-01", "ends": "2026-02-02"}}
    b = {"id": "c", "time": {"starts": "2026-02-03", "ends": "2026-02-04"}}
    found = told(agreed(a=[a], b=[b]), incident("1", "2026-02-01T12:00:00"))
    assert {(o.versions[0].term, o.versions[0].readings[0]): o.possible for o in found.singles} == {
        ("start", "a"): True,
        ("start", "b"): False,
        ("end", "a"): False,
        ("end", "b"): True,
    }
    both = {o.versions: o.possible for o in found.pairs}
    assert both[Version("c", "start", ("b",)), Version("c", "end", ("b",))] is True
    assert both[Version("c", "start", ("b",)), Version("c", "end", ("a",))] is False


def test_a_start_that_a_reading_lacks_is_always() -> None:
    a = {"id": "c"}
    b = {"id": "c", "time": {"starts": "2026-02-03", "ends": "2026-02-04"}}
    rows = [incident(str(d), f"2026-02-0{d}T12:00:00") for d in range(1, 7)]
    found = told(agreed(a=[a], b=[b]), *rows, incident("none", "2026-02-03T12:00:00") | {"start": None, "end": None})
    # A forbids all seven. B forbids 3 and 4, and does not know of the one without a time.
    assert found.before == Disputes(5, 4)
    settled = by_version(found.singles)
    # Without a start, B forbids 1 to 4; with B's start, A forbids 3 to 6: both leave open what has no time.
    assert settled == {("start a",): 2, ("start b",): 3, ("end a",): 2, ("end b",): 3}
    # Nothing else differs, so that any start and any end settle all, even the start of one and the end of the other.
    assert [o.settled.contested for o in found.best_pair] == [5] * 4


def test_a_promise_that_a_reading_lacks_is_taken_over_whole_or_dropped() -> None:
    shared = {"id": "russia", "actor": ["russia_forces"]}
    more = {"id": "ukraine", "actor": ["ukraine_forces"]}
    found = told(
        agreed(a=[shared, more], b=[shared]),
        incident("1", "2026-02-01T12:00:00", actor="ukraine_forces"),
        incident("2", "2026-02-01T12:00:00", actor="russia_forces"),
    )
    assert found.before == Disputes(1, 1)
    assert [(o.versions[0], o.gone) for o in found.singles] == [
        (Version("ukraine", "clause", ("a",)), Gone(1, 0, 0, 0)),
        (Version("ukraine", "clause", ("b",), lacks=True), Gone(0, 1, 0, 0)),
    ]


def test_exemptions_are_agreed_as_a_whole() -> None:
    ban = {"id": "c", "target": ["energy", "military"]}
    front = {"id": "front", "norm": "permission", "target": ["military"]}
    found = told(
        agreed(a=[ban], b=[ban, front]),
        incident("1", "2026-02-01T12:00:00", targets=["military"]),
        incident("2", "2026-02-01T12:00:00", targets=["energy"]),
    )
    assert found.before == Disputes(1, 1)
    assert {o.versions[0].term for o in found.singles} == {"exemption"}
    assert [o.gone for o in found.singles] == [Gone(1, 0, 0, 0), Gone(0, 1, 0, 0)]


@pytest.mark.parametrize(
    ("clauses", "matched"),
    [
        # One each: one promise, whatever they are called and whom they bind.
        ({"a": [("x", "russia_forces")], "b": [("y", "ukraine_forces")]}, [["a x", "b y"]]),
        # Of one id.
        (
            {"a": [("x", "russia_forces"), ("y", "russia_forces")], "b": [("y", "ukraine_forces")]},
            [["a x"], ["a y", "b y"]],
        ),
        # Of one actor.
        (
            {"a": [("x", "russia_forces"), ("y", "ukraine_forces")], "b": [("z", "ukraine_forces")]},
            [["a x"], ["a y", "b z"]],
        ),
        # Of one actor, but two in one reading: nobody knows which of them is meant.
        (
            {"a": [("x", "russia_forces"), ("y", "russia_forces")], "b": [("z", "russia_forces")]},
            [["a x"], ["a y"], ["b z"]],
        ),
    ],
)
def test_which_prohibitions_are_one_promise(clauses: Mapping[str, Any], matched: list[list[str]]) -> None:
    written = {r: [{"id": i, "actor": [actor]} for i, actor in own] for r, own in clauses.items()}
    found = promises(plan_of(agreed(**written)))
    assert [[f"{r} {c.clause_id}" for r, c in p.clauses.items()] for p in found] == matched


def rewritten(agreement: Agreement, chosen: Sequence[Version]) -> Agreement | None:
    """Return the agreement with the chosen versions written into every reading; null where that cannot be written."""
    plan = plan_of(agreement)
    found = {p.id: p for p in promises(plan)}
    choice = {v.slot: v for v in chosen}
    data = agreement.model_dump(mode="json")
    clauses = {r["id"]: {c["id"]: c for c in r["clauses"]} for r in data["readings"]}
    for reading in data["readings"]:
        own = []
        for promise in found.values():
            made = promise.clauses.get(reading["id"])
            holder = reading["id"]
            whole = choice.get((promise.id, "clause"))
            if whole is not None and whole.lacks:
                continue
            if made is None:
                if whole is None:
                    continue
                holder = whole.readings[0]

            def of(term: str, promise: Any = promise, holder: str = holder) -> tuple[str, dict[str, Any]]:
                version = choice.get((promise.id, term))
                name = version.readings[0] if version else holder
                return name, clauses[name][promise.clauses[name].clause_id]

            new = {**of("clause")[1], "id": f"{promise.id}-{len(own)}"} if made is None else dict(of("none")[1])
            for term in ("place", "target", "actor", "condition", "act"):
                new[term] = of(term)[1][term]
            new["weapon"] = of("act")[1]["weapon"]
            opening, closing = of("start")[1]["time"], of("end")[1]["time"]
            if opening is None and closing is not None:
                return None
            new["time"] = None
            if opening is not None:
                ends = closing or {"ends": None, "lasts": None}
                new["time"] = {**opening, "ends": ends["ends"], "lasts": ends["lasts"]}
            own.append(new)
            name = of("exemption")[0]
            for n, permission in enumerate(promise.exempting[name]):
                copied = {**clauses[name][permission.clause_id], "id": f"{new['id']}-p{n}", "exempts_from": [new["id"]]}
                own.append(copied)
        reading["clauses"] = own or [{"id": "nothing", "norm": "permission", "text": "t"}]
    try:
        return Agreement.model_validate(data)
    except ValidationError:
        return None


def disputed(agreement: Agreement, incidents: pl.DataFrame) -> Disputes:
    """Count the disputes with the kernel's verdicts; a reading that forbids nothing finds no violation."""
    judged = run_here(partial(judge_batch, plan=plan_of(agreement)), incidents)
    worst: dict[tuple[str, str], int] = {}
    for row in judged.iter_rows(named=True):
        key = row["incident_id"], row["reading_id"]
        worst[key] = max(worst.get(key, 1), RANK[row["verdict"]])
    contested = sharp = 0
    for name in incidents["incident_id"]:
        kinds = {worst.get((name, r.id), 1) for r in agreement.readings}
        contested += len(kinds) > 1
        sharp += kinds >= {1, 3}
    return Disputes(contested, sharp)


def small_agreement(seed: int, readings: int, lasting: bool, second: bool) -> Agreement:
    """Draw an agreement whose readings share the ids of their clauses; the last may lack the second prohibition."""
    data = drawn.agreement(2 * readings, seed=seed, zones=False).model_dump(mode="json")
    for number, reading in enumerate(data["readings"]):
        one, two, permission = reading["clauses"]
        one["id"], two["id"], permission["id"] = "one", "two", "may"
        if lasting and one["time"]:
            one["time"] |= {"ends": None, "lasts": f"{40 + number} hours"}
        kept = [one, two, permission] if second and number + 1 < readings else [one, permission]
        reading["clauses"] = kept if seed % 3 else [c for c in kept if c["id"] != "may"]
    return Agreement.model_validate(data)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**6), st.integers(2, 3), st.booleans(), st.booleans())
def test_settling_is_what_rewriting_the_agreement_gives(seed: int, readings: int, lasting: bool, second: bool) -> None:
    agreement, incidents = small_agreement(seed, readings, lasting, second), drawn.incidents(40, seed=seed)
    found = settling(Versions(incidents, plan_of(agreement)).sheet())
    assert found.before == disputed(agreement, incidents)
    step = max(len(found.pairs) // 6, 1)
    compared = 0
    for option in (*found.singles, *found.pairs[seed % step :: step]):
        other = rewritten(agreement, option.versions)
        if other is not None:
            assert option.left == disputed(other, incidents), option.versions
            compared += 1
        gone = option.gone
        assert option.settled.contested == gone.violation + gone.none + gone.undetermined - gone.new
    assert compared or not found.singles


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**6), st.integers(2, 3))
def test_the_shares_of_every_readings_terms_sum_up_to_what_is_contested(seed: int, readings: int) -> None:
    agreement = small_agreement(seed, readings, lasting=bool(seed % 2), second=False)
    found = settling(Versions(drawn.incidents(80, seed=seed), plan_of(agreement)).sheet())
    assert found.shares is not None
    for own in found.shares.values():
        assert sum(own.values()) == found.before.contested


def test_no_pair_is_better_than_the_best_and_greed_may_miss_it() -> None:
    found = told(agreed(a=[A], b=[B]), *SIX)
    tried = {frozenset(o.versions): o.settled.contested for o in found.pairs}
    versions = [o.versions[0] for o in found.singles]
    assert tried.keys() == {frozenset(p) for p in combinations(versions, 2) if p[0].slot != p[1].slot}
    assert max(tried.values()) == found.best_pair[0].settled.contested


def test_one_reading_contests_nothing_and_too_many_terms_are_not_shared() -> None:
    found = told(agreed(a=[A]), *SIX)
    assert (found.before, found.singles, found.best_single, found.best_pair) == (Disputes(0, 0), (), [], [])
    assert options(found, 1).is_empty()
    many = [{"id": f"c{n}", "target": ["energy"]} for n in range(13)]
    others = [{"id": f"c{n}", "target": ["military"]} for n in range(13)]
    assert told(agreed(a=many, b=others), *SIX).shares is None


def test_the_table_names_the_best_options() -> None:
    found = told(agreed(a=[A], b=[B]), *SIX)
    table = options(found, 2)
    assert len(table) == len(found.singles) + len(found.pairs)
    best = table.filter("best")
    assert best.filter(pl.col("terms") == 1)["settled"].to_list() == [1] * 4
    assert best.filter(pl.col("terms") == 1)["settled_each"].to_list() == [0.5] * 4
