"""What was promised: windows, terms, code lists, readings as differences, and mistakes with their line."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from holdfire.problems import InputError
from holdfire.terms import Window, code_list, open_yaml, read_agreement, write_yaml
from holdfire.terms.instants import length, span

KYIV = ZoneInfo("Europe/Kyiv")  # UTC+2 in winter, UTC+3 from 29 March 2026

AGREEMENT = """\
id: pause
title: A pause
announced_on: 2026-01-29
form: verbal
time_zone: Europe/Kyiv
parties:
  - {id: a, name: A, actors: [russia_forces]}
  - {id: b, name: B}
statements:
  - {id: S1, speaker: X, said_on: 2026-01-29, outlet: O, url: https://example.org/1, about: scope, value: said so}
readings:
  - id: first
    title: First
    held_by: b
    stated_on: 2026-01-29
    summary: No strikes.  # why it is so short
    cites: [S1]
    clauses:
      - id: c1
        norm: prohibition
        text: No strikes.
        time: {starts: 2026-01-29, lasts: 1 week, cites: [S1]}
        act: {certainly: [missile_strike]}
        target: [energy]
      - {id: c2, norm: permission, text: Except at the front., target: [military]}
  - id: second
    title: Second
    held_by: a
    stated_on: 2026-01-30
    summary: The same, shorter.
    based_on: first
    without: [c2]
    clauses:
      - id: c1
        time: {starts: 2026-01-29, ends: 2026-02-01}
"""


@pytest.fixture
def written(tmp_path: Path):
    def write(text: str) -> Path:
        path = tmp_path / "agreement.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_bare_date_is_the_day_in_the_zone() -> None:
    day = span("2026-01-29", KYIV)
    assert (day.earliest, day.latest) == (utc("2026-01-28T22:00"), utc("2026-01-29T22:00"))


def test_a_night_runs_from_18_to_8_local() -> None:
    night = span("night of 2026-01-29", KYIV)
    assert (night.earliest, night.latest) == (utc("2026-01-29T16:00"), utc("2026-01-30T06:00"))


def test_a_week_counts_from_the_start_bound_and_keeps_its_vagueness() -> None:
    start, end = Window(starts="night of 2026-01-29", lasts="a week").bounds(KYIV)
    assert (start.earliest, start.latest) == (utc("2026-01-29T16:00"), utc("2026-01-30T06:00"))
    assert (end.earliest, end.latest) == (utc("2026-02-05T16:00"), utc("2026-02-06T06:00"))


def test_days_are_calendar_days_and_hours_are_hours_across_the_change_of_clocks() -> None:
    saturday_noon = utc("2026-03-28T10:00")
    assert length("1 day").after(saturday_noon, KYIV) == utc("2026-03-29T09:00")
    assert length("24 hours").after(saturday_noon, KYIV) == utc("2026-03-29T10:00")


def test_an_end_date_is_included_and_an_unsaid_start_is_unbounded() -> None:
    start, end = Window(starts="unsaid", ends="2026-02-01").bounds(KYIV)
    assert start.earliest is None
    assert start.latest is None
    assert end.earliest == end.latest == utc("2026-02-01T22:00")


def test_a_reading_is_its_base_with_differences(written) -> None:
    agreement = read_agreement(written(AGREEMENT))
    first, second = agreement.readings
    assert [c.id for c in first.clauses] == ["c1", "c2"]
    assert [c.id for c in second.clauses] == ["c1"]
    assert second.clauses[0].act == first.clauses[0].act
    assert second.clauses[0].time != first.clauses[0].time


def test_comments_survive_reading_and_writing(written) -> None:
    text = write_yaml(open_yaml(written(AGREEMENT)))
    assert "# why it is so short" in text


@pytest.mark.parametrize(
    ("before", "after", "line", "says"),
    [
        ("norm: prohibition", "nrom: prohibition", 20, "Did you mean 'norm'"),
        ("[missile_strike]", "[missile_strik]", 23, "Did you mean 'missile_strike'"),
        (
            "time_zone: Europe/Kyiv",
            "time_zone: Europe/Kiew",
            5,
            "'Europe/Kiew'; expected an IANA name such as Europe/Kyiv. Write",
        ),
        (
            "form: verbal\n",
            "form: verbal\nverification: {body: A commission}\nmonitored: false\n",
            6,
            "`verification` names A commission; expected `monitored: true`, or no `verification`",
        ),
        ("ends: 2026-02-01", "ends: 2026-01-01", 35, "ends before it starts"),
        ("held_by: a", "held_by: c", 28, "unknown party 'c'"),
        ("lasts: 1 week, cites: [S1]", "lasts: 1 week, cites: [S2]", 22, "unknown statement 'S2'"),
        ("based_on: first", "based_on: frist", 31, "Did you mean 'first'"),
        ("lasts: 1 week", "lasts: a while", 22, "not a length of time"),
        ("form: verbal", "form: [verbal", 5, "not valid YAML"),
        ("without: [c2]", "without: [c3]", 32, "`without` names 'c3'"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_a_remedy(written, before, after, line, says) -> None:
    path = written(AGREEMENT.replace(before, after))
    with pytest.raises(InputError) as caught:
        read_agreement(path)
    message = str(caught.value)
    assert says in message
    assert f"{path}:{line}:" in message


def test_every_mistake_is_told_at_once(written) -> None:
    with pytest.raises(InputError) as caught:
        read_agreement(written(AGREEMENT.replace("held_by: a", "held_by: c").replace("[energy]", "[enrgy]")))
    assert len(caught.value.problems) == 2  # the code stands in both readings, and is told once


@pytest.mark.parametrize(
    ("codes", "wanted", "answer"),
    [
        (["shahed_136"], ["drone"], True),  # below what is wanted
        (["drone"], ["shahed_136"], None),  # broader than what is wanted
        (["missile"], ["drone"], False),  # known, elsewhere
        ([None], ["drone"], None),  # missing
        (["missile", "drone"], ["drone"], True),  # any
        (["missile", None], ["drone"], None),  # not all known
    ],
)
def test_a_code_answers_by_its_place_in_the_hierarchy(codes, wanted, answer) -> None:
    assert code_list("weapon").matches(codes, wanted) is answer


@pytest.mark.parametrize("name", ["act", "weapon", "target", "actor"])
def test_no_spelling_belongs_to_two_codes(name) -> None:
    owners: dict[str, str] = {}
    for code in code_list(name).codes:
        for spelling in {code.code, code.label.casefold(), *(n.casefold() for n in code.names)}:
            assert owners.setdefault(spelling, code.code) == code.code
