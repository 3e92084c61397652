"""Obligations: squares near the equator and exchanges of prisoners, worked by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfire import tables
from holdfire.adjudicate import (
    DayFinding,
    Finding,
    Horizon,
    Proof,
    Sight,
    compile_plan,
    contested_obligations,
    obligations,
)
from holdfire.adjudicate.positions import Bounds, Hold, agreed
from holdfire.places import Areas, load_areas, load_gazetteer
from holdfire.publish.obligations import due_by, ground
from holdfire.terms import Agreement
from test_source_control_maps import Box, area, build, collection, hand_km2, put

KAMPALA = ZoneInfo("Africa/Kampala")  # three hours ahead of UTC
FIRST, LAST = date(2026, 2, 1), date(2026, 2, 7)
ZONE: Box = (30.4, 0.2, 30.6, 0.4)
IN: Box = (30.1, 0.1, 30.5, 0.5)  # reaches 0.1 degrees of longitude, 11.1 km, into the zone
OUT: Box = (30.1, 0.1, 30.3, 0.5)  # ends 11.1 km away from it
NEAR: Box = (30.1, 0.1, 30.397, 0.5)  # ends 334 m away from it
SPECK: Box = (30.1, 0.1, 30.4008, 0.2008)  # reaches 89 m by 88 m into it
Maps = dict[int, Box | None]


@pytest.fixture(scope="module")
def areas(tmp_path_factory) -> Areas:
    path = tmp_path_factory.mktemp("areas") / "areas.geojson"
    path.write_text(
        collection(area("XA", None, 30, 0, 32, 1), area("XA-1", "XA", 30, 0, 31, 1), area("XA-2", "XA", 31, 0, 32, 1)),
        encoding="utf-8",
    )
    return load_areas(path)


def terms(*readings: list[dict[str, Any]], zones: tuple[dict[str, Any], ...] = ()) -> Agreement:
    leave = {"act": ["withdrawal"], "actor": ["rebel_group"], "place": ["zone"], "deadline": "2026-02-03"}
    return Agreement.model_validate(
        {
            "id": "a",
            "title": "A",
            "announced_on": "2026-01-31",
            "form": "written",
            "time_zone": "Africa/Kampala",
            "parties": [{"id": "p", "name": "P"}],
            "zones": [{"id": "zone", "title": "The zone", "polygon": corners(ZONE)}, *zones],
            "readings": [
                {
                    **{"id": f"r{n}", "title": f"R{n}", "held_by": "p", "stated_on": "2026-01-31", "summary": "s"},
                    "clauses": [{"id": "leave", "norm": "obligation", "text": "t", **leave, **c} for c in clauses],
                }
                for n, clauses in enumerate(readings or ([{}],))
            ],
        }
    )


def corners(box: Box) -> list[tuple[float, float]]:
    west, south, east, north = box
    return [(west, south), (east, south), (east, north), (west, north)]


def lines(maps: Maps, source: str = "maps", u: float = 0.0, **more: Any) -> pl.DataFrame:
    """Return maps of February 2026 by day of the month; a null box is ground that nobody of the holder's holds."""
    own = {"source_id": source, "holder": "rebel_group", "against": "state_forces", "place_code": "XA", **more}
    rows = [
        {
            **own,
            "day": date(2026, 2, day),
            "uncertainty_km": u,
            "held": shapely.to_wkb(shapely.MultiPolygon() if box is None else shapely.box(*box)),
        }
        for day, box in maps.items()
    ]
    return tables.frame(rows, tables.LINES)


def judged(
    areas: Areas,
    drawn: pl.DataFrame | None = None,
    agreement: Agreement | None = None,
    incidents: tuple[dict[str, Any], ...] = (),
    calendar: pl.DataFrame | None = None,
    sights: list[Sight] | None = None,
    proof: Proof | None = None,
    known: int = 7,
    zone: ZoneInfo = KAMPALA,
) -> tuple[Finding, list[DayFinding]]:
    drawn = tables.empty(tables.LINES) if drawn is None else drawn
    plan = compile_plan(agreement or terms(), areas, load_gazetteer(), tables.empty(tables.CONDITIONS), drawn)
    base = {"report_ids": ["i"], "groups": 1, "tally": False, "unproven_facets": [], "disputes": [], "part_of": []}
    found = tables.frame([{"incident_id": f"i{n}", **base, **i} for n, i in enumerate(incidents)], tables.INCIDENTS)
    every = Proof({s: s for s in drawn["source_id"].unique()})
    told = tables.empty(tables.CALENDAR) if calendar is None else calendar
    horizon = Horizon(FIRST, LAST, date(2026, 2, known), zone)
    return obligations(found, plan, told, sights or [], proof or every, horizon)[0]


def statuses(days: list[DayFinding]) -> str:
    """Return the days as letters: (p)ending, (h)eld, (v)iolated, (u)nproven, (n)ot in force."""
    return "".join(d.status[0] for d in days)


DAILY = range(1, 8)
LEFT: Maps = {d: IN if d < 3 else OUT for d in DAILY}


def test_a_withdrawal_in_time_is_held_by_the_maps_of_every_day(areas: Areas) -> None:
    finding, days = judged(areas, lines(LEFT))
    assert (finding.status, finding.norm, statuses(days)) == ("held", "obligation", "ppphhhh")
    # The end of 3 February is 21:00 UTC.
    assert finding.deadline == finding.start == datetime(2026, 2, 3, 21, tzinfo=UTC)
    assert finding.end is None
    assert (finding.covered, finding.total, finding.violations, finding.undetermined) == (4, 4, 0, 0)
    assert finding.evidence == [f"maps:2026-02-0{d}" for d in (4, 5, 6, 7)]
    assert finding.area_km2 is not None
    assert (finding.area_km2.at_deadline, finding.area_km2.at_end) == ((0.0, 0.0), (0.0, 0.0))


def test_ground_still_held_after_the_deadline_violates_with_its_area(areas: Areas) -> None:
    finding, days = judged(areas, lines({d: IN if d < 6 else OUT for d in DAILY}, u=0.5))
    assert (finding.status, statuses(days)) == ("violated", "pppvvhh")
    assert (finding.violations, finding.evidence) == (2, ["maps:2026-02-04", "maps:2026-02-05"])
    overlap = hand_km2((30.4, 0.2, 30.5, 0.4))
    # The line lies 11.132 km in, give or take 0.5, over a height of 22.115 km; the ends of the zone lie within IN.
    least, most = (overlap * (11.132 + off) / 11.132 for off in (-0.5, 0.5))
    assert finding.area_km2 is not None
    assert finding.area_km2.at_deadline == pytest.approx((least, most), rel=1e-3)
    assert finding.area_km2.at_end == (0.0, 0.0)
    assert finding.area_km2.by_source["maps"].at_deadline == finding.area_km2.at_deadline
    assert days[0].area_km2 == finding.area_km2.at_deadline


def test_it_is_pending_until_the_deadline_and_told_with_the_ground_still_held(areas: Areas) -> None:
    finding, days = judged(areas, lines({1: IN, 2: IN, 3: IN}), known=3)
    assert (finding.status, statuses(days)) == ("pending", "ppppppp")
    assert finding.area_km2 is not None
    assert finding.area_km2.at_deadline is None
    assert finding.area_km2.at_end == pytest.approx((hand_km2((30.4, 0.2, 30.5, 0.4)),) * 2, abs=0.01)
    assert finding.evidence == ["maps:2026-02-03"]


def test_as_of_a_day_in_between_what_lies_ahead_is_not_known(areas: Areas) -> None:
    finding, days = judged(areas, lines(dict.fromkeys(range(1, 6), OUT)), known=5)
    assert (finding.status, statuses(days), finding.covered, finding.total) == ("unproven", "ppphhpp", 2, 4)


def test_a_day_without_a_map_proves_nothing_even_between_two_that_agree(areas: Areas) -> None:
    finding, days = judged(areas, lines({d: OUT for d in DAILY if d != 5}))
    assert (finding.status, statuses(days), finding.covered, finding.total) == ("unproven", "ppphuhh", 3, 4)
    broken, days = judged(areas, lines({d: IN for d in DAILY if d != 5}))
    assert (broken.status, statuses(days)) == ("violated", "pppvuvv")
    gone, days = judged(areas, lines(dict.fromkeys(range(1, 6), OUT)))
    assert (gone.status, statuses(days)) == ("unproven", "ppphhuu")


def test_without_maps_it_is_unproven(areas: Areas) -> None:
    finding, days = judged(areas)
    assert (finding.status, statuses(days), finding.evidence) == ("unproven", "pppuuuu", [])
    assert finding.area_km2 is not None
    assert (finding.area_km2.at_deadline, finding.area_km2.by_source) == (None, {})


@pytest.mark.parametrize(("u", "status"), [(0.3, "held"), (0.4, "unproven")])
def test_a_line_that_may_reach_into_the_zone_leaves_it_open(areas: Areas, u: float, status: str) -> None:
    finding, _ = judged(areas, lines(dict.fromkeys(DAILY, NEAR), u=u))
    assert finding.status == status


def test_less_than_a_hundredth_of_a_square_kilometre_is_noise(areas: Areas) -> None:
    assert judged(areas, lines(dict.fromkeys(DAILY, SPECK)))[0].status == "held"


def test_ground_taken_back_is_a_violation_while_the_window_lasts(areas: Areas) -> None:
    back = lines({d: IN if d > 5 else OUT for d in DAILY})
    assert statuses(judged(areas, back)[1]) == "ppphhvv"
    until = terms([{"time": {"starts": "2026-02-01", "ends": "2026-02-05"}}])
    finding, days = judged(areas, back, until)
    assert (finding.status, statuses(days)) == ("held", "ppphhnn")
    assert finding.end == datetime(2026, 2, 5, 21, tzinfo=UTC)
    vague = terms([{"time": {"starts": "2026-02-01", "ends": {"no_earlier": "2026-02-05", "no_later": "2026-02-06"}}}])
    finding, days = judged(areas, back, vague)
    assert (finding.status, statuses(days)) == ("unproven", "ppphhun")


@pytest.mark.parametrize(
    ("window", "status"),
    [
        ({"starts": "2026-01-20", "ends": "2026-01-31"}, "not_in_force"),
        ({"starts": "2026-02-01", "ends": "2026-02-03"}, "not_in_force"),  # over by the deadline
        ({"starts": "2026-02-10"}, "not_in_force"),
    ],
)
def test_a_window_that_lies_elsewhere(areas: Areas, window: dict[str, str], status: str) -> None:
    finding, days = judged(areas, lines(LEFT), terms([{"time": window}]))
    assert finding.status == status
    assert "v" not in statuses(days)


def test_the_deadline_is_that_of_the_agreements_time_zone(areas: Areas) -> None:
    def due(deadline: str, zone: ZoneInfo = KAMPALA) -> str:
        maps = lines(dict.fromkeys(DAILY, IN))
        return statuses(judged(areas, maps, terms([{"deadline": deadline}]), zone=zone)[1])

    assert due("2026-02-03T12:00") == "pppvvvv"  # a map of the 3rd may show the morning
    assert due("2026-02-03T00:00") == "ppvvvvv"
    assert due("2026-02-03T01:00+03:00") == "pppvvvv"
    assert due("2026-02-02T21:00+00:00") == "ppvvvvv"
    assert due("night of 2026-02-02") == "pppvvvv"  # until 08:00
    # Where maps go by days of Tokyo, six hours ahead of Kampala, that of the 4th may show what was before the deadline.
    assert due("2026-02-03", ZoneInfo("Asia/Tokyo")) == "ppppvvv"
    assert due("unsaid") == "ppppppp"


def test_whose_ground_counts(areas: Areas) -> None:
    maps = lines(LEFT)
    whole = lines(dict.fromkeys(DAILY, IN))

    def status(drawn: pl.DataFrame, **clause: Any) -> str:
        return judged(areas, drawn, terms([clause]))[0].status

    assert status(maps, actor=["state_forces"]) == "violated"  # they hold the rest of the area
    assert status(whole, actor=["non_state_armed_group"]) == "violated"  # rebels are such a group
    assert status(whole, actor={"possibly": ["rebel_group"]}) == "unproven"
    assert status(whole, actor=["russia_forces"]) == "unproven"  # state forces may be theirs
    assert status(whole, actor=["peacekeepers"]) == "unproven"  # no map shows them
    assert status(maps, place={"possibly": ["zone"]}) == "held"
    assert status(whole, place={"possibly": ["zone"]}) == "unproven"
    assert status(maps, place=None) == "unproven"  # from where was not said


def test_a_map_tells_nothing_of_what_lies_beyond_its_area(areas: Areas) -> None:
    wide = {"id": "wide", "title": "W", "polygon": corners((30.9, 0.2, 31.1, 0.4))}
    both = terms([{"place": ["wide"]}], zones=(wide,))
    finding, _ = judged(areas, lines(LEFT, place_code="XA-1"), both)
    assert finding.area_km2 is not None
    assert (finding.status, finding.area_km2.at_end) == (
        "unproven",
        pytest.approx((0, hand_km2((31.0, 0.2, 31.1, 0.4))), abs=0.01),
    )
    assert judged(areas, lines(LEFT), both)[0].status == "held"


def test_a_withdrawal_of_weapons_is_not_seen_on_maps_of_ground(areas: Areas) -> None:
    finding, _ = judged(areas, lines(LEFT), terms([{"weapon": ["artillery"]}]))
    assert (finding.status, finding.area_km2) == ("unproven", None)


WEST: Box = (30.0, 0.0, 30.5, 1.0)


@pytest.mark.parametrize(
    ("gap", "u", "status"),
    [
        (0.03, 0.2, "held"),  # 3.34 km
        (0.005, 0.2, "violated"),  # 0.56 km
        (0.010, 0.0, "held"),  # 1.11 km
        (0.010, 0.1, "unproven"),  # both lines may lie 0.1 km nearer
    ],
)
def test_two_forces_a_kilometre_apart(areas: Areas, gap: float, u: float, status: str) -> None:
    """Each keeps a kilometre away from the line to which a map shows the other side."""
    east: Box = (30.5 + gap, 0.0, 32.0, 1.0)
    drawn = pl.concat(
        [
            lines(dict.fromkeys(DAILY, WEST), "west", u, against=None),
            lines(dict.fromkeys(DAILY, east), "east", u, holder="state_forces", against=None),
        ]
    )
    for actor, front in (("state_forces", "west"), ("rebel_group", "east")):
        near = {"id": "near", "title": "N", "buffer": {"km": 1, "front": front}}
        # Its ends reach beyond the area, where no map tells anything.
        strip = {"id": "strip", "title": "S", "intersection": ["near", "XA"]}
        clause = {"act": ["separation_of_forces"], "actor": [actor], "place": ["strip"]}
        finding, _ = judged(areas, drawn, terms([clause], zones=(near, strip)))
        assert finding.status == status
        if status == "violated" and actor == "state_forces":
            assert finding.area_km2 is not None
            least, most = ((1.0 - gap * 111.32 + off) * 110.57 for off in (-2 * u, 2 * u))
            assert finding.area_km2.at_deadline == pytest.approx((least, most), rel=0.01)


def test_ones_own_side_of_a_line_of_contact_is_always_held(areas: Areas) -> None:
    strip = {"id": "strip", "title": "S", "buffer": {"km": 1, "front": "maps", "held_by": "rebel_group"}}
    finding, _ = judged(areas, lines(dict.fromkeys(DAILY, WEST)), terms([{"place": ["strip"]}], zones=(strip,)))
    assert finding.status == "violated"
    assert finding.area_km2 is not None
    assert finding.area_km2.at_end == pytest.approx((110.57, 110.57), rel=0.01)


def test_sources_that_contradict_each_other_settle_nothing(areas: Areas) -> None:
    two = pl.concat([lines(dict.fromkeys(DAILY, IN), "a"), lines(dict.fromkeys(DAILY, OUT), "b")])
    finding, _ = judged(areas, two)
    assert finding.status == "unproven"
    assert finding.area_km2 is not None
    assert {s: then.at_deadline for s, then in finding.area_km2.by_source.items()} == {
        "a": pytest.approx((hand_km2((30.4, 0.2, 30.5, 0.4)),) * 2, abs=0.01),
        "b": (0.0, 0.0),
    }
    assert finding.evidence == [f"{s}:2026-02-0{d}" for d in (4, 5, 6, 7) for s in "ab"]


def test_the_standard_of_proof_holds_for_maps(areas: Areas) -> None:
    two = pl.concat([lines(dict.fromkeys(DAILY, IN), "a"), lines(dict.fromkeys(DAILY, IN), "b")])

    def status(groups: dict[str, str], needed: int) -> str:
        return judged(areas, two, proof=Proof(groups, needed))[0].status

    assert status({"a": "a", "b": "b"}, 2) == "violated"
    assert status({"a": "one", "b": "one"}, 2) == "unproven"  # one group is one voice
    assert status({"a": "a"}, 2) == "unproven"
    assert status({}, 1) == "unproven"


@st.composite
def bounds(draw: st.DrawFn) -> Bounds:
    first, second = draw(st.tuples(*[st.sampled_from([0.0, 0.005, 0.02, 1.0, 5.0, 20.0])] * 2))
    return min(first, second), max(first, second)


def answer(told: list[Bounds], needed: int) -> bool | None:
    return Hold(agreed(told, needed), {}, (), True).answer


@settings(max_examples=500, deadline=None)
@given(st.lists(bounds(), max_size=5), bounds(), st.integers(1, 2))
def test_one_more_source_never_turns_yes_into_no(told: list[Bounds], more: Bounds, needed: int) -> None:
    before, after = answer(told, needed), answer([*told, more], needed)
    assert None in (before, after) or before is after


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from([IN, OUT, NEAR]), min_size=7, max_size=7),
    st.floats(0.0, 1.0),
    st.floats(0.0, 1.0),
    st.sets(st.integers(1, 7)),
    st.integers(1, 7),
)
def test_knowing_less_never_turns_held_into_violated_or_back(
    areas: Areas, boxes: list[Box], u: float, more: float, lost: set[int], known: int
) -> None:
    maps = dict(zip(DAILY, boxes, strict=True))
    whole, days = judged(areas, lines(maps, u=u))
    fewer = {d: b for d, b in maps.items() if d not in lost and d <= known}
    less, some = judged(areas, lines(fewer, u=u + more), known=known)
    assert less.status != "held" or whole.status == "held"
    assert less.status != "violated" or whole.status != "held"
    for sure, unsure in zip(days, some, strict=True):
        assert {sure.status, unsure.status} != {"held", "violated"}
        if sure.area_km2 and unsure.area_km2 and sure.day.day in fewer:
            assert unsure.area_km2[0] <= sure.area_km2[0] + 1e-6
            assert unsure.area_km2[1] is not None
            assert unsure.area_km2[1] >= (sure.area_km2[1] or 0) - 1e-6


EXCHANGE = {"act": ["prisoner_exchange"], "actor": None, "place": ["XA-1"], "target": None}


def exchange(*days: int, hours: int = 2, **facts: Any) -> tuple[dict[str, Any], ...]:
    """Return exchanges that begin at noon, local time, on days of February 2026."""
    starts = [datetime(2026, 2, day, 9, tzinfo=UTC) for day in days]
    base = {"acts": ["prisoner_exchange"], "place_code": "XA-1"}
    return tuple({**base, "start": s, "end": s + timedelta(hours=hours), **facts} for s in starts)


def watched(*without: int) -> dict[str, Any]:
    """Return a source that tells of every exchange, on all days but some."""
    rows = [
        {"source_id": "wire", "place_code": "XA", "day": date(2026, 2, d), "reported": d not in without} for d in DAILY
    ]
    return {
        "calendar": tables.frame(rows, tables.CALENDAR),
        "sights": [Sight("wire", "XA", ("prisoner_exchange",))],
    }


@pytest.mark.parametrize(
    ("incidents", "cover", "status", "days", "evidence"),
    [
        (exchange(2), {}, "held", "phhhhhh", ["i0"]),
        (exchange(5, 2), {}, "held", "phhhhhh", ["i1"]),
        (exchange(5), watched(), "violated", "pppvvvv", ["i0", "wire"]),  # too late
        (exchange(5), {}, "unproven", "pppuuuu", []),
        ((), watched(), "violated", "pppvvvv", ["wire"]),
        ((), watched(6), "violated", "pppvvvv", ["wire"]),  # the deadline was on the 3rd
        ((), watched(2), "unproven", "pppuuuu", []),
        ((), {}, "unproven", "pppuuuu", []),
        (exchange(2, place_code="XA"), watched(), "unproven", "pppuuuu", ["i0"]),  # somewhere in the country
        (exchange(2, acts=None), watched(), "unproven", "pppuuuu", ["i0"]),
        (exchange(3, hours=24), watched(), "unproven", "pppuuuu", ["i0"]),  # over by noon of the 4th
        (exchange(2, start=None, end=None), watched(), "unproven", "pppuuuu", ["i0"]),
        (exchange(2, unproven_facets=["act"]), watched(), "unproven", "pppuuuu", ["i0"]),
        (exchange(2, place_code="XA-2"), watched(), "violated", "pppvvvv", ["wire"]),
        (exchange(2, acts=["aid_delivery"]), watched(), "violated", "pppvvvv", ["wire"]),
    ],
)
def test_an_exchange_of_prisoners(
    areas: Areas, incidents: tuple[dict[str, Any], ...], cover: dict[str, Any], status: str, days: str, evidence: list
) -> None:
    finding, by_day = judged(areas, None, terms([EXCHANGE]), incidents, **cover)
    assert (finding.status, statuses(by_day), finding.evidence) == (status, days, evidence)
    assert finding.area_km2 is None
    if cover:
        assert finding.total == 3


def test_perhaps_the_target_was_it(areas: Areas) -> None:
    aid = terms([{**EXCHANGE, "act": ["aid_delivery"], "target": ["hospital"]}])
    seeing = watched()
    seeing["sights"] = [Sight("wire", "XA", ("aid_delivery",))]

    def status(targets: list[str] | None) -> str:
        return judged(areas, None, aid, exchange(2, acts=["aid_delivery"], targets=targets), **seeing)[0].status

    assert [status(t) for t in (["hospital"], None, ["power_plant"])] == ["held", "unproven", "violated"]


def test_an_exchange_is_pending_until_the_deadline(areas: Areas) -> None:
    finding, days = judged(areas, None, terms([EXCHANGE]), known=2, **watched())
    assert (finding.status, statuses(days)) == ("pending", "ppppppp")
    assert judged(areas, None, terms([EXCHANGE]), known=3, **watched())[0].status == "violated"
    assert judged(areas, None, terms([EXCHANGE]), exchange(2), known=2)[0].status == "held"
    never = terms([{**EXCHANGE, "deadline": "unsaid"}])
    assert judged(areas, None, never, **watched())[0].status == "pending"


def test_an_exchange_counts_within_the_window_only(areas: Areas) -> None:
    later = terms([{**EXCHANGE, "time": {"starts": "2026-02-02", "ends": "2026-02-05"}}])
    assert judged(areas, None, later, exchange(1))[0].status == "unproven"
    assert judged(areas, None, later, exchange(1), **watched())[0].status == "violated"
    assert statuses(judged(areas, None, later, exchange(3))[1]) == "nphhhhh"
    elsewhere = terms([{**EXCHANGE, "time": {"starts": "2026-01-02", "ends": "2026-01-05"}, "deadline": "2026-01-05"}])
    finding, days = judged(areas, None, elsewhere)
    assert (finding.status, statuses(days)) == ("not_in_force", "nnnnnnn")


def test_readings_that_differ_in_an_obligation(areas: Areas) -> None:
    two = terms([{}], [{"deadline": "2026-02-05"}], [{"id": "other", "place": ["XA-2"]}], [{"id": "swap", **EXCHANGE}])
    drawn = lines({d: IN if d < 5 else OUT for d in DAILY})
    plan = compile_plan(two, areas, load_gazetteer(), tables.empty(tables.CONDITIONS), drawn)
    horizon = Horizon(FIRST, LAST, LAST, KAMPALA)
    found = obligations(
        tables.empty(tables.INCIDENTS), plan, tables.empty(tables.CALENDAR), [], Proof({"maps": "m"}), horizon
    )
    told = contested_obligations([f for f, _ in found], plan)
    assert [(c.reading_a, c.reading_b, c.status_a, c.status_b, c.differing_facets) for c in told] == [
        ("r0", "r1", "violated", "held", ["deadline"]),
        ("r0", "r2", "violated", "held", ["place"]),
    ]


DUTIES = """\
      - id: leave
        norm: obligation
        text: The rebels leave the strip.
        act: [withdrawal]
        actor: [rebel_group]
        place: [strip]
        deadline: 2026-03-04
      - id: exchange
        norm: obligation
        text: Prisoners are exchanged.
        act: [prisoner_exchange]
        place: [XA]
        deadline: 2026-03-20
"""


def case_with_duties(folder: Path) -> Path:
    """The rebels of the case of control maps are to leave a strip that they come to hold a part of."""
    path = build(folder)
    terms = (path / "agreement.yaml").read_text(encoding="utf-8")
    zone = "zones: [{id: strip, title: The strip, polygon: [[30.62, 0.3], [30.7, 0.3], [30.7, 0.34], [30.62, 0.34]]}]\n"
    terms = terms.replace("statements: []\n", f"statements: []\n{zone}") + DUTIES
    (path / "agreement.yaml").write_text(terms, encoding="utf-8")
    put(path, "2026-03-03", [(30.2, 0.2, 30.6, 0.6), (30.6, 0.3, 30.64, 0.34)])
    return path


def test_a_case_tells_its_obligations(tmp_path: Path, holdfire: Callable[..., Any]) -> None:
    folder = case_with_duties(tmp_path / "line")
    told = holdfire("run", folder)
    assert told.exit_code == 0, told.output
    assert "leave violated, due by 2026-03-04, " in told.output
    document = json.loads((folder / "out" / "findings.json").read_text(encoding="utf-8"))
    stay, leave, swap = document["findings"]
    assert (stay["norm"], stay["deadline"], stay["evidence"]) == ("prohibition", None, None)
    assert (leave["status"], leave["deadline"]) == ("violated", "2026-03-04T21:00:00Z")
    assert leave["coverage"]["covered"] == leave["coverage"]["total"] == 3
    least, most = leave["area_km2"]["at_deadline"]
    inside = hand_km2((30.62, 0.3, 30.645, 0.34))
    assert 0 < least < inside < most
    assert (swap["status"], swap["evidence"]) == ("pending", [])
    assert document["contested_obligations"] == []
    assert [d["status"] for d in document["days"] if d["clause_id"] == "leave"] == ["pending"] * 4 + ["violated"] * 3
    assert holdfire("run", folder, "--fail-on", "violated").exit_code == 1
    assert holdfire("run", folder, "--as-of", "2026-03-04").exit_code == 0
    as_of = json.loads((folder / "out" / "as-of-2026-03-04" / "findings.json").read_text(encoding="utf-8"))
    assert [f["status"] for f in as_of["findings"][1:]] == ["pending", "pending"]


@pytest.mark.parametrize(
    ("standard", "more", "status"),
    [
        ("reported", "", "violated"),
        ("reported", "    reliability: E\n", "unproven"),  # graded as not to be relied on
        ("corroborated", "", "unproven"),  # one map-maker is one group
        ("verified", "", "unproven"),
        ("verified", "    verifies: true\n", "violated"),
    ],
)
def test_a_case_holds_maps_to_its_standard(
    tmp_path: Path, holdfire: Callable[..., Any], standard: str, more: str, status: str
) -> None:
    folder = case_with_duties(tmp_path / "line")
    text = (folder / "case.yaml").read_text(encoding="utf-8")
    text = text.replace("    licence: invented\n", f"    licence: invented\n{more}")
    (folder / "case.yaml").write_text(f"{text}standard: {standard}\n", encoding="utf-8")
    assert holdfire("run", folder).exit_code == 0
    document = json.loads((folder / "out" / "findings.json").read_text(encoding="utf-8"))
    assert {f["clause_id"]: f["status"] for f in document["findings"]}["leave"] == status


def test_the_page_tells_obligations(tmp_path: Path, holdfire: Callable[..., Any]) -> None:
    folder = case_with_duties(tmp_path / "line")
    assert holdfire("run", folder).exit_code == 0
    page = (folder / "out" / "report.html").read_text(encoding="utf-8")
    assert "Due by 4 Mar; not met: " in page
    assert " km² of the place still held on 5 Mar" in page
    assert "surely broken on 3 of 3 days." in page
    assert "Due by 20 Mar; pending." in page
    assert '<span class="swatch pending">…</span> pending' in page
    assert 'title="4 Mar: pending, ' in page
    assert "not judged" not in page


def test_the_words_of_obligations() -> None:
    zone = KAMPALA
    assert due_by(datetime(2026, 2, 3, 21, tzinfo=UTC), zone) == "Due by 3 Feb"
    assert due_by(datetime(2026, 2, 3, 9, tzinfo=UTC), zone) == "Due by 3 Feb 12:00"
    assert due_by(None, zone) == "Due by a time that was not said"
    amounts = [(0.0, 0.0), (8.04, 20.0), (0.0, 0.03), (3.0, None), None]
    assert [ground(a) for a in amounts] == [
        *("none", "8 to 20 km²", "less than 0.1 km²", "at least 3 km²", "an unknown amount of ground")
    ]
