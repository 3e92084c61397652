"""Was it a violation? The rules of judgement by property, and by incidents worked by hand."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfire import tables
from holdfire.adjudicate import Plan, Sight, compile_plan, contested, day_findings, findings, judge_batch
from holdfire.adjudicate.facets import within
from holdfire.engine import run_here
from holdfire.kleene import conjunction, disjunction, negation
from holdfire.places import load_areas, load_gazetteer
from holdfire.tables import FACETS
from holdfire.terms import Agreement, code_list
from holdfire.terms.instants import Span

KYIV = ZoneInfo("Europe/Kyiv")
AREAS, GAZETTEER = load_areas(), load_gazetteer()
TRUTHS = (True, False, None)
ZERO = datetime(2026, 1, 25, tzinfo=UTC)


def agreement(*clauses: dict[str, Any], more: tuple[dict[str, Any], ...] = ()) -> Agreement:
    def reading(name: str, own: tuple[dict[str, Any], ...]) -> dict[str, Any]:
        full = [{"id": f"c{n}", "norm": "prohibition", "text": "t", **c} for n, c in enumerate(own)]
        return {"id": name, "title": name, "held_by": "p", "stated_on": "2026-01-29", "summary": "s", "clauses": full}

    return Agreement.model_validate(
        {
            "id": "a",
            "title": "A",
            "announced_on": "2026-01-29",
            "form": "verbal",
            "time_zone": "Europe/Kyiv",
            "parties": [{"id": "p", "name": "P"}],
            "readings": [reading("r", clauses), *(reading(f"r{n}", (c,)) for n, c in enumerate(more))],
        }
    )


def incident(**facts: Any) -> dict[str, Any]:
    base = {"incident_id": "i", "report_ids": ["i"], "groups": 1, "tally": False, "unproven_facets": [], "disputes": []}
    return {**base, **facts}


def judge(found: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    return run_here(partial(judge_batch, plan=plan), found.sort("incident_id"))


def judged(terms: Agreement, *rows: dict[str, Any], conditions: pl.DataFrame | None = None) -> pl.DataFrame:
    known = tables.empty(tables.CONDITIONS) if conditions is None else conditions
    return judge(tables.frame(list(rows), tables.INCIDENTS), compile_plan(terms, AREAS, GAZETTEER, known))


def one(terms: Agreement, **facts: Any) -> dict[str, Any]:
    return judged(terms, incident(**facts)).row(0, named=True)


@pytest.mark.parametrize(("a", "b"), list(product(TRUTHS, TRUTHS)))
def test_strong_kleene(a: bool | None, b: bool | None) -> None:
    order = {False: 0, None: 1, True: 2}  # conjunction is the least, disjunction the greatest
    assert order[conjunction([a, b])] == min(order[a], order[b])
    assert order[disjunction([a, b])] == max(order[a], order[b])
    assert order[negation(a)] == 2 - order[a]


@pytest.mark.parametrize(
    ("start", "end", "answer"),
    [
        (0, 1, False),  # before any start
        (0, 2, False),  # ends as the fuzzy start begins
        (1, 3, None),  # straddles the fuzzy start
        (2, 3, None),  # within the fuzzy start
        (4, 5, True),
        (4, 8, True),  # up to the earliest end
        (7, 9, None),  # straddles the fuzzy end
        (9, 11, None),  # straddles the latest end
        (10, 12, False),
        (4, 4, True),  # an instant on the bound is inside
        (10, 10, False),  # an instant on the latest end is after it
        (8, 8, None),
    ],
)
def test_time_against_a_window_that_starts_in_2_to_4_and_ends_in_8_to_10(start, end, answer) -> None:
    def hour(n: int) -> datetime:
        return ZERO + timedelta(hours=n)

    assert within(hour(start), hour(end), Span(hour(2), hour(4)), Span(hour(8), hour(10))) is answer


def test_each_verdict_names_what_made_it_so() -> None:
    terms = agreement(
        {"target": ["energy"], "act": ["drone_strike"]},
        {"id": "except", "norm": "permission", "target": ["refinery"]},
    )
    violation = one(terms, targets=["substation"], acts=["drone_strike"])
    assert (violation["verdict"], violation["deciding_facets"]) == ("violation", ["act", "target"])
    outside = one(terms, targets=["substation"], acts=["shelling"])
    assert (outside["verdict"], outside["deciding_facets"]) == ("outside", ["act"])
    permitted = one(terms, targets=["refinery"], acts=["drone_strike"])
    assert (permitted["verdict"], permitted["deciding_facets"]) == ("permitted", ["exempt"])
    open_ = one(terms, targets=None, acts=["drone_strike"])
    assert (open_["verdict"], open_["missing_facets"]) == ("undetermined", ["target", "exempt"])
    assert open_["deciding_facets"] == []


def test_a_vague_term_is_true_in_the_core_false_beyond_the_fringe_and_unknown_between() -> None:
    terms = agreement({"target": {"certainly": ["substation"], "possibly": ["energy"], "besides": ["refinery"]}})
    answers = [one(terms, targets=[t])["target"] for t in ("substation", "power_plant", "refinery", "market", "energy")]
    assert answers == [True, None, False, False, None]


def test_a_facet_below_the_standard_of_proof_is_unknown() -> None:
    terms = agreement({"target": ["energy"]})
    assert one(terms, targets=["substation"], unproven_facets=["target"])["verdict"] == "undetermined"
    assert one(terms, targets=["market"], unproven_facets=["target"])["verdict"] == "undetermined"


def test_a_condition_needs_an_observation_and_a_forecast_is_none() -> None:
    terms = agreement({"condition": {"fact": "temperature_min", "at_most": -10}})
    facts = {"place_code": "UA-30", "start": ZERO, "end": ZERO + timedelta(hours=1)}

    def at(kind: str, low: float, high: float) -> bool | None:
        row = {"fact": "temperature_min", "place_code": "UA-30", "day": date(2026, 1, 25), "kind": kind}
        table = tables.frame([{**row, "value_min": low, "value_max": high}], tables.CONDITIONS)
        return judged(terms, incident(**facts), conditions=table)["condition"][0]

    assert at("observed", -20, -12) is True
    assert at("observed", -9, -5) is False
    assert at("observed", -12, -8) is None
    assert at("forecast", -20, -12) is None
    assert one(terms, **facts)["condition"] is None


def test_what_was_analysed_decides_where_nothing_was_observed() -> None:
    terms = agreement({"condition": {"fact": "temperature_min", "at_most": -10}})
    facts = {"place_code": "UA-30", "start": ZERO, "end": ZERO + timedelta(hours=1)}

    def at(**lows: float) -> bool | None:
        row = {"fact": "temperature_min", "place_code": "UA-30", "day": date(2026, 1, 25)}
        rows = [{**row, "kind": k, "value_min": v, "value_max": v} for k, v in lows.items()]
        return judged(terms, incident(**facts), conditions=tables.frame(rows, tables.CONDITIONS))["condition"][0]

    assert at(analysed=-12, forecast=-5) is True
    assert at(analysed=-5) is False
    assert at(observed=-5, analysed=-12) is False  # the station's word, not a range of the two
    assert at(observed=-12, analysed=-5) is True


CALENDAR_DAYS = [date(2026, 1, 30) + timedelta(days=n) for n in range(3)]


def covered_finding(missing: set[date], *rows: dict[str, Any]):
    terms = agreement(
        {"act": ["missile_strike"], "place": ["UA"], "time": {"starts": "2026-01-30", "ends": "2026-02-01"}}
    )
    plan = compile_plan(terms, AREAS, GAZETTEER, tables.empty(tables.CONDITIONS))
    calendar = tables.frame(
        [{"source_id": "s", "place_code": "UA", "day": d, "reported": d not in missing} for d in CALENDAR_DAYS],
        tables.CALENDAR,
    )
    found = tables.frame(list(rows), tables.INCIDENTS)
    sights = [Sight("s", "UA", ("missile_strike",))]
    verdicts = judge(found, plan)
    first, last = CALENDAR_DAYS[0], CALENDAR_DAYS[-1]
    days = day_findings(verdicts, found, plan, calendar, sights, first, last)
    return findings(verdicts, found, plan, calendar, sights, first, last)[0], [d.status for d in days]


def test_full_coverage_and_no_incident_is_held_and_one_missing_night_is_not() -> None:
    whole, days = covered_finding(set())
    assert (whole.status, whole.covered, whole.total) == ("held", 27 * 3, 27 * 3)
    assert days == ["held"] * 3
    broken, days = covered_finding({date(2026, 1, 31)})
    assert (broken.status, broken.covered, broken.total) == ("unproven", 27 * 2, 27 * 3)
    assert days == ["held", "unproven", "held"]


def test_a_missing_night_does_not_unmake_a_violation_and_an_open_incident_unmakes_held() -> None:
    at = {"start": datetime(2026, 1, 30, 12, tzinfo=UTC), "end": datetime(2026, 1, 30, 13, tzinfo=UTC)}
    hit = incident(acts=["missile_strike"], place_code="UA-30", munitions=5, **at)
    assert covered_finding({date(2026, 1, 31)}, hit)[0].status == "violated"
    finding, _ = covered_finding(set(), {**hit, "acts": None})
    assert (finding.status, finding.violations, finding.undetermined) == ("unproven", 0, 1)
    assert (finding.munitions_violating, finding.munitions_undetermined) == (0, 5)


def test_contested_incidents_say_what_they_turn_on() -> None:
    late = {"starts": "2026-01-30", "ends": "2026-02-05"}
    early = {"starts": "2026-01-25", "ends": "2026-02-01"}
    terms = agreement({"time": late, "target": ["energy"]}, more=({"time": early}, {"time": late, "place": ["UA-30"]}))
    rows = incident(
        start=datetime(2026, 2, 3, tzinfo=UTC),
        end=datetime(2026, 2, 3, 1, tzinfo=UTC),
        targets=["substation"],
        place_code="UA",
    )
    table = contested(judged(terms, rows), ["r", "r0", "r1"])
    assert table.select("reading_a", "reading_b", "verdict_a", "verdict_b", "turning_facets").rows() == [
        ("r", "r0", "violation", "outside", ["time"]),
        ("r", "r1", "violation", "undetermined", ["place"]),
        ("r0", "r1", "outside", "undetermined", ["time"]),
    ]


CODES = {n: [c.code for c in code_list(n).codes] for n in ("act", "weapon", "target", "actor")}
PLACES = [c for c in AREAS.codes() if c.startswith(("UA", "RU"))]


def terms_of(codes: list[str]) -> st.SearchStrategy[Any]:
    some = st.lists(st.sampled_from(codes), max_size=2)
    return st.none() | st.fixed_dictionaries({"certainly": some, "possibly": some, "besides": some}).filter(
        lambda t: bool(t["certainly"] or t["possibly"])
    )


def stated(codes: list[str]) -> st.SearchStrategy[Any]:
    return st.none() | st.lists(st.sampled_from([*codes, None]), min_size=1, max_size=3)


# Made once: to make them takes longer than to draw from them.
HOURS, LENGTHS = st.integers(0, 400), st.integers(0, 60)
PERHAPS_HOURS, BOUNDS = st.none() | HOURS, st.lists(HOURS, min_size=4, max_size=4, unique=True)
TERMS = {name: terms_of(codes) for name, codes in {**CODES, "place": PLACES}.items()}
STATED = {name: stated(CODES[name]) for name in ("act", "weapon", "target")}
ACTOR, PLACE_CODE = st.none() | st.sampled_from(CODES["actor"]), st.none() | st.sampled_from(PLACES)


@st.composite
def windows(draw: Any) -> dict[str, Any]:
    a, b, c, d = sorted(draw(BOUNDS))

    def bound(low: int, high: int) -> dict[str, str]:
        return {"no_earlier": at(low).isoformat(), "no_later": at(high).isoformat()}

    return {"starts": bound(a, b), "ends": bound(c, d)}


def at(hour: float) -> datetime:
    return ZERO + timedelta(hours=hour)


PERHAPS_WINDOW = st.none() | windows()


@st.composite
def clauses(draw: Any) -> dict[str, Any]:
    return {**{name: draw(terms) for name, terms in TERMS.items()}, "time": draw(PERHAPS_WINDOW)}


@st.composite
def known(draw: Any) -> dict[str, Any]:
    start = draw(PERHAPS_HOURS)
    length = draw(LENGTHS)
    return incident(
        start=None if start is None else at(start),
        end=None if start is None else at(start + length),
        actor=draw(ACTOR),
        acts=draw(STATED["act"]),
        weapons=draw(STATED["weapon"]),
        targets=draw(STATED["target"]),
        place_code=draw(PLACE_CODE),
    )


def below(name: str, code: str | None, rng: random.Random) -> str:
    """Return a code that is at least as narrow as what was stated."""
    return rng.choice([c for c in CODES[name] if code is None or code in code_list(name).lineage(c)])


def learn(facts: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """Return the same incident with more known of it: each fact stays, or becomes narrower."""
    out = dict(facts)
    for column, name in (("acts", "act"), ("weapons", "weapon"), ("targets", "target")):
        if rng.random() < 0.7:
            out[column] = [below(name, c, rng) for c in (facts[column] or [None])]
    if rng.random() < 0.7:
        out["actor"] = below("actor", facts["actor"], rng)
    if rng.random() < 0.7:
        code = facts["place_code"]
        out["place_code"] = rng.choice([c for c in PLACES if code is None or code in AREAS.lineage(c)])
    if rng.random() < 0.7:
        low, high = facts["start"] or at(-50), facts["end"] or at(500)
        moment = low + (high - low) * rng.random()
        out["start"] = out["end"] = low if low == high else min(moment, high - timedelta(microseconds=1))
    return out


@settings(max_examples=300, deadline=None)
@given(clauses(), st.none() | clauses(), known(), st.randoms(use_true_random=False))
def test_more_knowledge_never_unmakes_a_verdict(clause, exemption, facts, rng) -> None:
    permission = [] if exemption is None else [{**exemption, "id": "p", "norm": "permission"}]
    terms = agreement(clause, *permission)
    before = one(terms, **facts)
    after = one(terms, **learn(facts, rng))
    if before["verdict"] == "violation":
        assert after["verdict"] == "violation"
    if before["verdict"] == "outside":
        assert after["verdict"] == "outside"
    if before["verdict"] == "permitted":
        assert after["verdict"] in ("permitted", "outside")  # learning may add a facet that decides as well
    for name in (*FACETS, "exempt"):
        if before[name] is not None:
            assert after[name] is before[name]


@settings(max_examples=300, deadline=None)
@given(clauses(), st.none() | clauses(), known())
def test_a_verdict_is_strong_kleene_logic_over_its_facets(clause, exemption, facts) -> None:
    permission = [] if exemption is None else [{**exemption, "id": "p", "norm": "permission"}]
    row = one(agreement(clause, *permission), **facts)
    prohibited = conjunction([row[f] for f in FACETS])
    value = conjunction([prohibited, negation(row["exempt"])])
    expected = {True: "violation", None: "undetermined", False: "outside" if prohibited is False else "permitted"}
    assert row["verdict"] == expected[value]
    unknown = [f for f in (*FACETS, "exempt") if row[f] is None]
    assert row["missing_facets"] == (unknown if row["verdict"] == "undetermined" else [])


@settings(max_examples=60, deadline=None)
@given(clauses(), st.lists(known(), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_the_bounds_of_a_finding_contain_the_truth(clause, rows, rng) -> None:
    rows = [{**r, "incident_id": f"i{n}"} for n, r in enumerate(rows)]
    terms = agreement(clause)

    def count(table: pl.DataFrame) -> tuple[int, int]:
        return (
            (table["verdict"] == "violation").sum(),
            (table["verdict"] == "undetermined").sum(),
        )

    low, open_ = count(judged(terms, *rows))
    true_low, true_open = count(judged(terms, *[learn(r, rng) for r in rows]))
    assert low <= true_low
    assert true_low + true_open <= low + open_


def test_the_order_of_rows_changes_nothing() -> None:
    terms = agreement({"target": ["energy"]}, {"act": ["missile_strike"]})
    rows = [incident(incident_id=f"i{n}", targets=[t]) for n, t in enumerate(("substation", "market", "energy"))]
    assert judged(terms, *rows).equals(judged(terms, *reversed(rows)))
