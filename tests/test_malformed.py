"""Bad input of fifty kinds: one plain message with place and remedy, exit code 2, earlier outputs untouched."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Small

Spoil = Callable[[Small], None]


def change(name: str, old: str, new: str) -> Spoil:
    return lambda small: small.change(name, old, new)


def write(name: str, raw: bytes) -> Spoil:
    def spoil(small: Small) -> None:
        small.file(name).write_bytes(raw)

    return spoil


def recode(name: str, encoding: str) -> Spoil:
    def spoil(small: Small) -> None:
        small.file(name).write_bytes(small.file(name).read_text(encoding="utf-8").encode(encoding))

    return spoil


def not_utf8(name: str) -> Spoil:
    def spoil(small: Small) -> None:
        small.file(name).write_bytes(small.file(name).read_bytes().replace(b"Wire", b"W\xeere"))

    return spoil


def cut(name: str, keep: float) -> Spoil:
    """Cut a file short in the middle of its last row."""

    def spoil(small: Small) -> None:
        raw = small.file(name).read_bytes()
        small.file(name).write_bytes(raw[: int(len(raw) * keep)])

    return spoil


def remove(name: str) -> Spoil:
    return lambda small: small.file(name).unlink()


def folder_instead(name: str) -> Spoil:
    def spoil(small: Small) -> None:
        small.file(name).unlink()
        small.file(name).mkdir()

    return spoil


def two_gigabytes(name: str) -> Spoil:
    """Make a file of 2 GB and no line end; it is sparse and takes no room."""

    def spoil(small: Small) -> None:
        with small.file(name).open("r+b") as file:
            os.truncate(file.fileno(), 2 * 1024**3)

    return spoil


CASE, TERMS = "case.yaml", "agreement.yaml"
REPORTS, LAUNCHES, SAID = "data/reports.csv", "data/launches.csv", "data/statements.csv"
COLD, ALERTS, OUTAGES = "data/temperatures.csv", "data/alerts.csv", "data/outages.csv"

# name: how it is spoilt, where the message must point, and what it must say
TABLE: dict[str, tuple[Spoil, str, str]] = {
    "no case file": (remove(CASE), CASE, "no such file"),
    "an empty case file": (write(CASE, b""), CASE, "empty"),
    "a case file that is a list": (write(CASE, b"- a\n"), CASE, "mapping"),
    "YAML that does not parse": (change(CASE, "period: {first", "period: {{first"), f"{CASE}:3", "YAML"),
    "a tab in YAML": (change(CASE, "  - id: press", "\t- id: press"), f"{CASE}:1", "YAML"),
    "an unknown key": (change(CASE, "standard: reported", "standart: reported"), f"{CASE}:5", "standard"),
    "a key that stands twice": (change(CASE, "title: The", "title: A\ntitle: The"), f"{CASE}:2", "title"),
    "an unknown standard of proof": (change(CASE, "standard: reported", "standard: sure"), f"{CASE}:5", "verified"),
    "a date that does not exist": (change(CASE, "2026-02-03", "2026-02-30"), f"{CASE}:2", "2026-02-30"),
    "a period that ends before it starts": (change(CASE, "2026-02-03", "2026-01-03"), f"{CASE}:2", "swap"),
    "a period of a million days": (change(CASE, "2026-02-03", "9999-02-03"), f"{CASE}:2", "10 years"),
    "a bad time zone of the case": (change(CASE, "Europe/Kyiv", "Europe/Kiyv"), f"{CASE}:3", "an IANA name"),
    "an agreement that is not there": (change(CASE, "agreement.yaml", "agrement.yaml"), "agrement.yaml", "no such"),
    "a path out of the case folder": (change(CASE, "data/launches.csv", "../x.csv"), f"{CASE}:10", "outside"),
    "an absolute path": (change(CASE, "data/launches.csv", "/etc/passwd"), f"{CASE}:10", "outside"),
    "an unknown kind of source": (change(CASE, "incident_list", "incident_lst"), f"{CASE}:18", "incident_list"),
    "two sources with one id": (change(CASE, "id: press", "id: bulletins"), f"{CASE}:17", "twice"),
    "a source without a licence": (change(CASE, "Bulletins\n", "Bulletins\n    licens: x\n"), f"{CASE}:", "licence"),
    "an unknown act of a source": (change(CASE, "[drone_strike,", "[drone_strik,"), f"{CASE}:7", "drone_strike"),
    "an unknown area of a source": (change(CASE, "place: UA\n", "place: UX\n"), f"{CASE}:7", "UX"),
    "a wrong type": (change(CASE, "title: The small truce", "title: [1, 2]"), f"{CASE}:1", "title"),
    "a binary agreement": (write(TERMS, b"\x89PNG\r\n\x1a\n\x00\x00"), TERMS, "UTF-8"),
    "a bad time zone of the agreement": (change(TERMS, "Europe/Kyiv", "Kyiv/Europe"), f"{TERMS}:5", "an IANA name"),
    "no readings": (change(TERMS, "readings:", "reading:"), f"{TERMS}:", "readings"),
    "an unknown party": (change(TERMS, "held_by: us", "held_by: usa"), f"{TERMS}:13", "'us'"),
    "two readings with one id": (change(TERMS, "id: shorter", "id: announced"), f"{TERMS}:", "twice"),
    "an unknown statement": (
        change(TERMS, "    cites: [S1]\n    clauses", "    cites: [S9]\n    clauses"),
        f"{TERMS}:1",
        "S9",
    ),
    "an unknown norm": (change(TERMS, "norm: prohibition", "norm: prohibiton"), f"{TERMS}:", "prohibition"),
    "an unknown target code": (change(TERMS, "[energy]", "[enrgy]"), f"{TERMS}:", "energy"),
    "an unknown place": (change(TERMS, "[UA-30]", "[Kyjiv-Land]"), f"{TERMS}:37", "unknown place"),
    "a place that many bear": (change(TERMS, "[UA-30]", "[Oleksandrivka]"), f"{TERMS}:37", "unknown place"),
    "a window that ends before it starts": (change(TERMS, "ends: 2026-01-31", "ends: 2026-01-01"), f"{TERMS}:", "ends"),
    "fuzzy bounds the wrong way round": (
        change(TERMS, "no_earlier: 2026-01-29", "no_earlier: 2026-02-09"),
        f"{TERMS}:",
        "swap",
    ),
    "an end and a length": (change(TERMS, "lasts: 1 week", "lasts: 1 week, ends: 2026-02-05"), f"{TERMS}:", "keep one"),
    "a length in words": (change(TERMS, "lasts: 1 week", "lasts: a while"), f"{TERMS}:", "length"),
    "a time that is none": (change(TERMS, "ends: 2026-01-31", "ends: soon"), f"{TERMS}:", "soon"),
    "a term that covers nothing": (change(TERMS, "certainly: [energy]", "certainly: []"), f"{TERMS}:", "nothing"),
    "a base that is not there": (change(TERMS, "based_on: announced", "based_on: anounced"), f"{TERMS}:", "announced"),
    "an exemption from nothing": (
        change(TERMS, "target: [military]", "target: [military], exempts_from: [no-strike]"),
        f"{TERMS}:",
        "no-strikes",
    ),
    "an obligation without a deadline": (
        change(TERMS, "norm: permission", "norm: obligation"),
        f"{TERMS}:",
        "deadline",
    ),
    "an obligation without an act": (
        change(TERMS, "norm: permission", "norm: obligation, deadline: 2026-02-05"),
        f"{TERMS}:",
        "`act`",
    ),
    "a statement without a date": (change(SAID, "2026-01-29,O", ",O"), f"{SAID}:2", "said_on"),
    "a statement that stands twice": (change(SAID, "S2,", "S1,"), f"{TERMS}:", "twice"),
    "a CSV cut in half": (cut(REPORTS, 0.7), f"{REPORTS}:", "cut short"),
    "a CSV cut within a quoted cell": (change(REPORTS, "substation", '"substation'), f"{REPORTS}:", "quote"),
    "a UTF-16 file": (recode(REPORTS, "utf-16"), REPORTS, "UTF-8"),
    "a byte that is not UTF-8": (not_utf8(REPORTS), f"{REPORTS}:3", "UTF-8"),
    "an empty file": (write(LAUNCHES, b""), LAUNCHES, "empty"),
    "a 2 GB line": (two_gigabytes(LAUNCHES), LAUNCHES, "2,147,483,648"),
    "a very long line": (write(LAUNCHES, b"x" * 1_000_001), f"{LAUNCHES}:1", "1,000,000"),
    "a NUL character": (change(LAUNCHES, "Ukraine,100", "Ukr\x00aine,100"), f"{LAUNCHES}:2", "NUL"),
    "a folder where a file should be": (folder_instead(LAUNCHES), LAUNCHES, "folder"),
    "a column that is missing": (change(LAUNCHES, "time_start", "time_begin"), f"{LAUNCHES}:1", "time_start"),
    "a column that stands twice": (change(LAUNCHES, "destroyed", "launched"), f"{LAUNCHES}:1", "destroyed"),
    "a time that is no time": (change(LAUNCHES, "2026-01-29T19:00", "29.01.2026 19:00"), f"{LAUNCHES}:4", "time_start"),
    "an interval the wrong way round": (
        change(LAUNCHES, "2026-01-29T19:00", "2026-01-31T19:00"),
        f"{LAUNCHES}:4",
        "Swap",
    ),
    "launches below zero": (change(LAUNCHES, ",100,", ",-100,"), f"{LAUNCHES}:2", "launched"),
    "half a drone": (change(LAUNCHES, ",100,", ",100.5,"), f"{LAUNCHES}:2", "whole number"),
    "more stopped than launched": (change(LAUNCHES, ",100,80", ",100,180"), f"{LAUNCHES}:2", "180"),
    "a number that is not finite": (change(LAUNCHES, ",100,", ",inf,"), f"{LAUNCHES}:2", "inf"),
    "two reports with one id": (change(REPORTS, "R3,", "R1,"), f"{REPORTS}:4", "twice"),
    "a report without an id": (change(REPORTS, "R3,", ","), f"{REPORTS}:4", "report_id"),
    "an unknown actor": (
        change(REPORTS, "settlement,Russia,drone,", "settlement,Rusia,drone,"),
        f"{REPORTS}:4",
        "Russia",
    ),
    "an unknown target class": (change(REPORTS, "energy,,,1", "energi,,,1"), f"{REPORTS}:2", "energy"),
    "an unknown time precision": (change(REPORTS, ",day,Kyiv", ",dai,Kyiv"), f"{REPORTS}:4", "day"),
    "a latitude beyond the pole": (change(REPORTS, "50.45", "150.45"), f"{REPORTS}:4", "latitude"),
    "only half a point": (change(REPORTS, "50.45,30.52", "50.45,"), f"{REPORTS}:4", "both"),
    "fewer killed at most than at least": (change(REPORTS, ",0,0,1,1", ",2,1,1,1"), f"{REPORTS}:4", "killed"),
    "a grade that is none": (change(REPORTS, "mayor,mayor,,", "mayor,mayor,Z9,"), f"{REPORTS}:4", "Z9"),
    "an event that ends before it starts": (
        change(REPORTS, "2026-02-03T01:00,2026-02-03T02:00", "2026-02-03T03:00,2026-02-03T02:00"),
        f"{REPORTS}:2",
        "Swap",
    ),
    "same_as of nobody": (change(REPORTS, ",,,R3", ",,,R33"), f"{REPORTS}:4", "R33"),
    "an unknown measure": (change(COLD, "tmin_c", "tmin_f"), f"{COLD}:2", "tmin_c"),
    "temperatures the wrong way round": (change(COLD, "-20,-20", "-10,-20"), f"{COLD}:2", "Swap"),
    "a condition without a day": (change(COLD, "2026-02-03,Kyiv", ",Kyiv"), f"{COLD}:2", "date"),
    "an alert without offset": (change(ALERTS, "18:00:00Z", "18:00:00"), f"{ALERTS}:2", "offset"),
    "an alert of an unknown area": (change(ALERTS, "Kyiv City", "Atlantis"), f"{ALERTS}:2", "Atlantis"),
    "an outage without a day": (change(OUTAGES, "2026-02-03", ""), f"{OUTAGES}:2", "date"),
}


def test_the_small_case_is_sound(small: Small, holdfire) -> None:
    result = holdfire("run", small.folder)
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("name", TABLE)
def test_bad_input_is_told_plainly_and_harms_nothing(name: str, small: Small, holdfire) -> None:
    spoil, where, says = TABLE[name]
    out = small.folder / "out"
    out.mkdir()
    (out / "report.html").write_text("the report of yesterday", encoding="utf-8")
    spoil(small)
    result = holdfire("run", small.folder)
    assert result.exit_code == 2, result.output
    told = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
    assert len(told) == 1, result.stderr
    assert "Traceback" not in result.output
    assert where in told[0]
    assert says in told[0]
    assert re.search(r"; expected .+\. [A-Z].+", told[0]), told[0]
    assert small.outputs() == {"report.html": b"the report of yesterday"}
    assert {p.name for p in small.folder.iterdir()} >= {"data", "out"}
    assert not list(small.folder.glob(".holdfire-*"))


def test_no_such_case(holdfire, tmp_path: Path) -> None:
    result = holdfire("run", tmp_path / "nowhere")
    assert result.exit_code == 2
    assert "there is no such case folder" in result.stderr


def test_every_mistake_in_the_sources_is_told_at_once(small: Small, holdfire) -> None:
    small.change(LAUNCHES, ",100,", ",-100,")
    small.change(REPORTS, "50.45", "150.45")
    told = holdfire("run", small.folder).stderr
    assert f"{LAUNCHES}:2" in told
    assert f"{REPORTS}:4" in told
