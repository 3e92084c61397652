"""Talks: where rounds and items stand follows from statements alone, and the calendar is one that calendars read."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import CASES, Small
from holdfire.problems import InputError
from holdfire.publish.ical import Event, calendar
from holdfire.publish.talks import occupied
from holdfire.terms import Agreement, Window, read_agreement
from holdfire.terms.standing import Standing, item_standing, round_standing
from holdfire.terms.talks import Item, Round, Talks, read_talks

PARTIES = ["a", "b", "c"]
KYIV = ZoneInfo("Europe/Kyiv")


def _agreement(*said: tuple[str, int]) -> Agreement:
    """Return an agreement of three parties whose statements S0, S1... are by a party, on a day of March."""
    return Agreement.model_validate(
        {
            "id": "x",
            "title": "X",
            "announced_on": "2026-03-01",
            "form": "verbal",
            "time_zone": "UTC",
            "parties": [{"id": p, "name": p.upper()} for p in PARTIES],
            "statements": [
                {
                    **{"id": f"S{n}", "speaker": f"Speaker {n}", "party": party, "said_on": f"2026-03-{day:02}"},
                    **{"outlet": "O", "url": f"https://example.org/{n}", "about": "talks", "value": "V"},
                }
                for n, (party, day) in enumerate(said)
            ],
            "readings": [
                {
                    **{"id": "r", "title": "R", "held_by": "a", "stated_on": "2026-03-01", "summary": "S"},
                    "clauses": [{"id": "k", "norm": "prohibition", "text": "K", "act": ["attack"]}],
                }
            ],
        }
    )


def _item(*said: tuple[str, int, str]) -> Standing:
    rows = [{"statement": f"S{n}", "says": says} for n, (_, _, says) in enumerate(said)]
    item = Item.model_validate({"id": "i", "title": "I", "topic": "territory", "note": "N", "said": rows})
    talks = Talks(title="T", parties=PARTIES, items=[item])
    return item_standing(item, talks, _agreement(*((party, day) for party, day, _ in said)))


def _round(*said: tuple[str, int, str]) -> Standing:
    rows = [{"statement": f"S{n}", "says": says} for n, (_, _, says) in enumerate(said)]
    meeting = Round.model_validate({"id": "i", "title": "I", "said": rows})
    talks = Talks(title="T", parties=PARTIES, rounds=[meeting])
    return round_standing(meeting, talks, _agreement(*((party, day) for party, day, _ in said)))


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ([], "unknown"),
        ([("a", 1, "no_comment"), ("b", 1, "mentions")], "unknown"),
        ([("a", 1, "accepts"), ("b", 2, "accepts"), ("c", 3, "accepts")], "agreed"),
        ([("a", 1, "accepts"), ("b", 2, "accepts")], "open"),
        ([("a", 1, "accepts"), ("b", 2, "accepts"), ("c", 3, "conditional")], "open"),
        ([("a", 1, "accepts"), ("b", 2, "accepts"), ("c", 3, "reports_agreement")], "claimed"),
        ([("a", 1, "reports_agreement")], "claimed"),
        ([("a", 1, "reports_agreement"), ("b", 2, "denies_agreement")], "disputed"),
        ([("a", 1, "reports_agreement"), ("b", 2, "rejects")], "disputed"),
        ([("a", 1, "proposes"), ("b", 2, "rejects")], "rejected"),
        # The last word counts, and a refusal to comment takes nothing back.
        ([("a", 1, "rejects"), ("a", 2, "accepts")], "open"),
        ([("a", 1, "reports_agreement"), ("a", 2, "no_comment")], "claimed"),
        # What is said on one day in two ways is not agreement.
        ([("a", 1, "accepts"), ("a", 1, "denies_agreement"), ("b", 1, "accepts"), ("c", 1, "accepts")], "open"),
        ([("a", 1, "reports_agreement"), ("a", 1, "denies_agreement")], "open"),
    ],
)
def test_an_item_stands_where_the_last_words_put_it(said, status: str) -> None:
    assert _item(*said).status == status


def test_of_an_item_everybody_and_the_silent_are_told() -> None:
    standing = _item(("a", 1, "reports_agreement"), ("b", 1, "rejects"), ("b", 2, "accepts"))
    assert (standing.of("reports_agreement"), standing.of("accepts"), standing.silent) == (["a"], ["b"], ["c"])
    assert [(s.statement.id, s.counts) for s in standing.spoken] == [("S0", True), ("S1", False), ("S2", True)]


@given(st.lists(st.tuples(st.sampled_from(PARTIES), st.integers(1, 5), st.sampled_from(["accepts", "rejects"]))))
def test_silence_is_never_agreement(said) -> None:
    last = {p: {w for q, d, w in said if q == p and d == max(e for r, e, _ in said if r == p)} for p in PARTIES}
    assert (_item(*said).status == "agreed") == all(words == {"accepts"} for words in last.values())


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ([], "unknown"),
        ([("a", 1, "announces")], "announced"),
        ([("a", 1, "announces"), ("b", 1, "confirms"), ("c", 2, "confirms")], "confirmed"),
        ([("a", 1, "announces"), ("b", 1, "confirms"), ("c", 2, "mentions")], "announced"),
        ([("a", 1, "announces"), ("a", 2, "doubts")], "in_doubt"),
        ([("a", 1, "announces"), ("b", 2, "postpones")], "postponed"),
        ([("a", 1, "announces"), ("b", 2, "cancels")], "cancelled"),
        ([("b", 1, "postpones"), ("a", 2, "confirms")], "disputed"),
        ([("b", 2, "postpones"), ("a", 2, "confirms")], "disputed"),
        ([("a", 1, "announces"), ("b", 3, "held"), ("b", 4, "mentions")], "held"),
        ([("b", 3, "held"), ("a", 4, "not_held")], "disputed"),
        ([("other", 3, "held")], "held"),
        ([("other", 3, "confirms")], "unknown"),
    ],
)
def test_a_round_stands_where_the_last_words_put_it(said, status: str) -> None:
    assert _round(*said).status == status


def test_an_unnamed_speaker_decides_nothing() -> None:
    rows = [{"statement": "S0", "says": "held", "on_record": False}]
    meeting = Round.model_validate({"id": "i", "title": "I", "said": rows})
    standing = round_standing(meeting, Talks(title="T", parties=PARTIES), _agreement(("a", 1)))
    assert (standing.status, len(standing.spoken), standing.silent) == ("unknown", 1, PARTIES)


def test_the_talks_of_the_cold_spell() -> None:
    agreement = read_agreement(CASES / "cold-spell-2026" / "agreement.yaml")
    talks = read_talks(CASES / "cold-spell-2026" / "talks.yaml", agreement)
    rounds = {r.id: round_standing(r, talks, agreement) for r in talks.rounds}
    assert {k: s.status for k, s in rounds.items()} == {
        "abu-dhabi-january": "held",
        "abu-dhabi-1-february": "postponed",
        "abu-dhabi-4-february": "announced",
    }
    # Ukraine put the meeting of 1 February off; Russia's last word on it is that of 28 January.
    assert rounds["abu-dhabi-1-february"].of("postpones") == ["ukraine"]
    assert rounds["abu-dhabi-1-february"].of("announces") == ["russia"]
    items = {i.id: item_standing(i, talks, agreement) for i in talks.items}
    assert (items["pause-on-kyiv"].status, items["pause-on-kyiv"].silent) == ("claimed", ["ukraine"])
    assert items["pause-on-energy"].status == "open"
    assert {s.status for k, s in items.items() if not k.startswith("pause-")} == {"unknown"}
    known = talks.as_of(date(2026, 1, 31), agreement)
    # The last round was named on 1 February, and of five items nobody can say since when they were on the agenda.
    assert [r.id for r in known.rounds] == ["abu-dhabi-january", "abu-dhabi-1-february"]
    assert [i.id for i in known.items] == ["pause-on-energy", "pause-on-kyiv"]
    assert round_standing(known.rounds[1], known, agreement).status == "announced"
    assert {i.note for i in known.items} == {None}


TALKS = """\
title: The small talks
parties: [russia, us]
rounds:
  - id: first
    title: The first round, \u201cin the garden\u201d; with tea, cakes
    place: Geneva, \u043f\u0430\u043b\u0430\u0446
    parties: [russia, us]
    mediators: [us]
    time: {starts: 2026-02-01T10:00, ends: 2026-02-01T12:30, cites: [S1]}
    cites: [S1]
    said: [{statement: S1, party: us, says: announces}]
items:
  - id: hill
    title: The <hill>
    topic: territory
    rounds: [first]
    due: [announced/leave]
    cites: [S1]
    said: [{statement: S2, party: russia, says: accepts}]
"""
LEAVE = """\
      - id: leave
        norm: obligation
        text: Leave the hill.
        cites: [S1]
        actor: [russia_forces]
        act: [prisoner_exchange]
        deadline: 2026-02-02
  - id: shorter
"""


@pytest.fixture
def talking(small: Small) -> Small:
    small.change("case.yaml", "agreement: agreement.yaml\n", "agreement: agreement.yaml\ntalks: talks.yaml\n")
    small.change("agreement.yaml", "  - id: shorter\n", LEAVE)
    small.file("talks.yaml").write_text(TALKS, encoding="utf-8")
    return small


def parsed(text: str) -> list[dict[str, tuple[str, str]]]:
    """Read iCalendar strictly: the properties of each event, as parameters and unescaped value."""
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    lines = text[:-2].split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    whole: list[str] = []
    for line in lines:
        if line.startswith(" "):
            whole[-1] += line[1:]
        else:
            whole.append(line)
    assert whole[0] == "BEGIN:VCALENDAR"
    assert whole[-1] == "END:VCALENDAR"
    events: list[dict[str, tuple[str, str]]] = []
    inside = False
    for line in whole[1:-1]:
        matched = re.fullmatch(r"([A-Z-]+)((?:;[A-Z-]+=[^:;,\"]+)*):(.*)", line)
        assert matched, line
        name, parameters, value = matched.groups()
        if name in ("BEGIN", "END"):
            assert value == "VEVENT"
            assert inside == (name == "END")
            inside = name == "BEGIN"
            if inside:
                events.append({})
        elif inside:
            assert name not in events[-1], f"{name} stands twice"
            if name not in ("URL", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE"):
                assert re.fullmatch(r"(?:[^\\;,]|\\[\\;,nN])*", value), value
                value = re.sub(r"\\(.)", lambda m: "\n" if m[1] in "nN" else m[1], value)
            events[-1][name] = (parameters, value)
    assert not inside
    for event in events:
        assert {"UID", "DTSTAMP", "DTSTART"} <= set(event)
        assert re.fullmatch(r"\d{8}T\d{6}Z", event["DTSTAMP"][1])
        for name in {"DTSTART", "DTEND"} & set(event):
            parameters, value = event[name]
            assert re.fullmatch(r"\d{8}" if parameters == ";VALUE=DATE" else r"\d{8}T\d{6}Z", value)
    return events


def test_the_calendar_of_a_case(talking: Small, holdfire) -> None:
    assert holdfire("run", talking.folder).exit_code == 0
    first, due = parsed(talking.outputs()["talks.ics"].decode())
    assert first["UID"] == ("", "round-first@small.holdfire")
    # 10:00 to 12:30 in Kyiv in winter.
    assert (first["DTSTART"], first["DTEND"]) == (("", "20260201T080000Z"), ("", "20260201T103000Z"))
    assert first["DTSTAMP"][1] == "20260129T000000Z"
    assert first["STATUS"][1] == "TENTATIVE"
    assert first["LOCATION"][1] == "Geneva, \u043f\u0430\u043b\u0430\u0446"
    assert first["SUMMARY"][1] == "The first round, \u201cin the garden\u201d; with tea, cakes (announced)"
    assert first["DESCRIPTION"][1].split("\n")[0] == (
        "To take place, says United States (29 Jan). No word from Russia."
    )
    assert (due["DTSTART"], due["DTEND"]) == ((";VALUE=DATE", "20260202"), (";VALUE=DATE", "20260203"))
    assert due["SUMMARY"][1] == "Due: Leave the hill (As announced)"
    before = talking.outputs()["talks.ics"]
    assert holdfire("publish", talking.folder).exit_code == 0
    assert talking.outputs()["talks.ics"] == before


def test_the_table_and_the_page_tell_of_the_talks(talking: Small, holdfire) -> None:
    assert holdfire("run", talking.folder).exit_code == 0
    rows = list(csv.DictReader(io.StringIO(talking.outputs()["talks.csv"].decode())))
    assert [(r["kind"], r["id"], r["status"], r["party"], r["says"]) for r in rows] == [
        ("round", "first", "announced", "us", "announces"),
        ("item", "hill", "open", "russia", "accepts"),
    ]
    page = talking.outputs()["report.html"].decode()
    assert "The &lt;hill&gt;" in page
    assert "Geneva, \u043f\u0430\u043b\u0430\u0446, of Russia and United States, mediated by United States." in page
    assert page.index('<time datetime="2026-01-30">') < page.index('<time datetime="2026-02-01">')
    assert "As announced: Leave the hill. Due by 2 Feb: not known." in page
    assert "Of 1 item on the agenda, none is agreed by every party&#39;s own word." in page


def test_the_sentence_to_quote(cold_spell: Path) -> None:
    page = (cold_spell / "report.html").read_text(encoding="utf-8")
    assert (
        "<strong>Abu Dhabi, set for 4 and 5 February: To take place, say Ukraine (1 Feb) and Russia (2 Feb). No word "
        "from United States. No statement in the case says whether it took place. Of 7 items on the agenda, none is "
        "agreed by every party&#39;s own word; 1 is claimed to be; on 5 the case has no statement of any party."
        "</strong>"
    ) in page
    # A statement on two rounds stands once in the list of days.
    assert page.count("[CS-S054]") == 1


def test_as_of_a_day_what_was_said_later_is_left_out(talking: Small, holdfire) -> None:
    talking.change("talks.yaml", "12:30, cites: [S1]}", "12:30, cites: [S2]}")
    assert holdfire("run", talking.folder, "--as-of", "2026-01-29").exit_code == 0
    out = talking.folder / "out" / "as-of-2026-01-29"
    rows = list(csv.DictReader(io.StringIO((out / "talks.csv").read_text(encoding="utf-8"))))
    assert [(r["id"], r["status"], r["statement_id"]) for r in rows] == [
        ("first", "announced", "S1"),
        ("hill", "unknown", ""),
    ]
    # The time rests on what was said the day after.
    assert [e["UID"][1] for e in parsed((out / "talks.ics").read_bytes().decode())] == [
        "due-announced-leave@small.holdfire"
    ]


def test_a_case_without_talks_has_neither_file_nor_section(small: Small, holdfire) -> None:
    assert holdfire("run", small.folder).exit_code == 0
    assert not {"talks.csv", "talks.ics", "claimreview.json"} & set(small.outputs())
    assert b'id="talks"' not in small.outputs()["report.html"]


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("statement: S2", "statement: S3", 19, "Use one of: S1, S2."),
        ("topic: territory", "topic: teritory", 15, "Did you mean 'territory'?"),
        ("rounds: [first]", "rounds: [frist]", 16, "Did you mean 'first'?"),
        ("announced/leave]", "announced/no-strikes]", 17, "which has no deadline"),
        ("announced/leave]", "announced/leav]", 17, "Did you mean 'announced/leave'?"),
        ("party: russia, ", "", 19, "speaker of no party"),
        ("talks\nparties: [russia", "talks\nparties: [russa", 2, "Did you mean 'russia'?"),
        ("says: accepts", "says: agrees", 19, "says"),
        ("    cites: [S1]\n    said: [{statement: S1", "    said: [{statement: S1", 4, "cites no statement"),
    ],
)
def test_a_mistake_is_told_with_its_line(talking: Small, old: str, new: str, line: int, told: str) -> None:
    talking.change("talks.yaml", old, new)
    with pytest.raises(InputError) as caught:
        read_talks(talking.file("talks.yaml"), read_agreement(talking.file("agreement.yaml")))
    (problem,) = caught.value.problems
    assert problem.where == f"{talking.file('talks.yaml')}:{line}"
    assert told in str(problem)


def test_nobodys_position_is_taken_from_anothers_mouth(talking: Small) -> None:
    talking.change("data/statements.csv", "S2,A spokesman,,,", "S2,A spokesman,,Russia,")
    talking.change("talks.yaml", "{statement: S2, party: russia", "{statement: S2, party: us")
    with pytest.raises(InputError, match="'S2' is by a speaker of Russia, not of United States"):
        read_talks(talking.file("talks.yaml"), read_agreement(talking.file("agreement.yaml")))


@pytest.mark.parametrize(
    ("window", "taken"),
    [
        ({"starts": "2026-02-01"}, (date(2026, 2, 1), date(2026, 2, 2))),
        ({"starts": "2026-02-04", "ends": "2026-02-05"}, (date(2026, 2, 4), date(2026, 2, 6))),
        ({"starts": "2026-02-01T10:00"}, (datetime(2026, 2, 1, 8, tzinfo=UTC), None)),
        ({"starts": "night of 2026-02-01"}, (date(2026, 2, 1), date(2026, 2, 3))),
        (
            {"starts": {"no_earlier": "2026-02-01", "no_later": "2026-02-03"}, "lasts": "2 days"},
            (date(2026, 2, 1), date(2026, 2, 6)),
        ),
        ({"starts": "unsaid"}, None),
    ],
)
def test_a_vague_time_takes_every_day_that_it_may_touch(window, taken) -> None:
    assert occupied(Window.model_validate(window), KYIV) == taken


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_text_comes_back_as_it_went_in(text: str) -> None:
    day = date(2026, 2, 1)
    event = Event("u", day, 0, day, None, "TENTATIVE", text, text)
    plain = "".join(c if c == "\n" or (ord(c) >= 32 and ord(c) != 127) else " " for c in text.replace("\r\n", "\n"))
    written = calendar("C", [event], "1")
    # What str.splitlines takes for an end of line is none in a calendar.
    assert parsed(written)[0]["SUMMARY"] == ("", plain)
