"""Lint: every rule by the examples of its page, the bundled cases, how remarks are told, and when nothing is said."""

from __future__ import annotations

import csv
import json
import re
import runpy
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from conftest import CASES, Small
from holdfire.case.linting import ALL_RULES, lint_case, lint_draft
from holdfire.problems import InputError
from holdfire.publish.remarks import summary
from holdfire.terms import read_agreement
from holdfire.terms.lint import RULES, asked
from holdfire.terms.lint.figures import Facts, facts
from holdfire.terms.lint.wording import FIRST_DAY, LAST_DAY, ZONE, worded

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "lint.md"
EXAMPLE = re.compile(r"^```yaml file=(fails|passes):(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

BASE = """\
id: base
title: A pause
announced_on: 2026-01-29
form: written
time_zone: Europe/Kyiv
parties:
  - {id: north, name: The north, actors: [russia_forces]}
  - {id: south, name: The south, actors: [ukraine_forces]}
zones:
  - {id: strip, title: The strip, polygon: [[37.5, 47.9], [37.8, 47.9], [37.8, 48.1], [37.5, 48.1]]}
readings:
  - id: one
    title: One
    held_by: south
    stated_on: 2026-01-29
    summary: A week.
    clauses:
      - id: c
        norm: prohibition
        text: No attacks.
        time: {starts: 2026-01-30, ends: 2026-02-05}
        actor: [russia_forces]
        act: [attack]
"""
CASE = """\
title: A case
period: {first: 2026-01-28, last: 2026-02-06}
agreement: agreement.yaml
sources:
  - {id: press, kind: incident_list, title: T, path: data/reports.csv, publisher: P, licence: L, act: attack}
  - {id: cold, kind: conditions, title: T, path: data/temperatures.csv, publisher: P, licence: L}
"""


def loaded(text: str) -> Any:
    return YAML(typ="safe").load(text)


@pytest.fixture
def made(small: Small) -> Callable[[str, str], Path]:
    """Complete a fragment: its keys take the place of those of one part of the base case."""

    def make(part: str, fragment: str) -> Path:
        agreement, case = loaded(BASE), loaded(CASE)
        reading = agreement["readings"][0]
        {"agreement": agreement, "reading": reading, "clause": reading["clauses"][0], "case": case}[part].update(
            loaded(fragment)
        )
        for name, data in (("agreement.yaml", agreement), ("case.yaml", case)):
            with small.file(name).open("w", encoding="utf-8") as file:
                YAML().dump(data, file)
        return small.folder

    return make


def remarked(folder: Path, rule: str) -> bool:
    """Tell whether a rule remarks on anything; one that needs no sources is asked of the agreement alone."""
    alone = [r for r in RULES if r.id == rule]
    if alone:
        return bool(asked(alone, read_agreement(folder / "agreement.yaml")))
    return rule in {t.rule.id for t in lint_case(folder).remarks}


def sections() -> dict[str, str]:
    parts = re.split(r"^### (\S+)\n", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_the_page_is_made_from_the_rules() -> None:
    page = runpy.run_path(str(ROOT / "tools" / "lint_page.py"))["page"]()
    assert PAGE.read_text(encoding="utf-8") == page, "run `make reference`"
    assert [*sections()] == [r.id for r in ALL_RULES]


@pytest.mark.parametrize("rule", [r.id for r in ALL_RULES])
def test_a_rule_remarks_on_its_failing_example_and_not_on_its_passing_one(rule: str, made) -> None:
    examples = EXAMPLE.findall(sections()[rule])
    assert [kind for kind, _, _ in examples] == ["fails", "passes"]
    for kind, part, text in examples:
        assert remarked(made(part, text), rule) is (kind == "fails"), kind


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda r: r.id)
def test_a_rule_has_all_that_is_told_of_it(rule) -> None:
    assert rule.why.endswith((".", "?"))
    assert rule.wording.endswith(".")
    assert rule.precedent.told.endswith(".")
    assert rule.sources
    for source in (rule.precedent.source, *rule.sources):
        assert source.url.startswith("https://") or (PAGE.parent / source.url).exists()


def test_the_keys_that_the_page_shows_are_valid_and_answer_the_rules(made) -> None:
    (shown,) = re.findall(r"^```yaml file=agreement\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    remarks = {t.rule.id for t in lint_draft(made("agreement", shown) / "agreement.yaml").remarks}
    answered = {"verification-missing", "reporting-missing", "disputes-missing", "unwritten", "time-zone-unsaid"}
    assert not remarks & answered
    bare = {t.rule.id for t in lint_draft(made("agreement", "form: verbal") / "agreement.yaml").remarks}
    assert answered <= bare


def test_rules_come_gravest_first() -> None:
    order = [("trap", "gap", "note").index(r.severity) for r in ALL_RULES]
    assert order == sorted(order)
    assert len({r.id for r in ALL_RULES}) == len(ALL_RULES)


def line(file: Path, text: str, nth: int = 1) -> int:
    lines = [n for n, written in enumerate(file.read_text(encoding="utf-8").splitlines(), 1) if text in written]
    return lines[nth - 1]


def test_the_cold_spell_pause_left_this_open() -> None:
    found = lint_case(CASES / "cold-spell-2026")
    file = CASES / "cold-spell-2026" / "agreement.yaml"
    places = {(t.rule.id, t.line) for t in found.remarks}
    for rule, text in {
        "start-fuzzy": "starts: {no_earlier: 2026-01-29, no_later: 2026-01-30T08:00",
        "end-disputed": "ends: {no_earlier: 2026-02-01T00:00",
        "towns-undefined": "text: Russian forces do not fire on Kyiv",
        "cold-undefined": "summary: For a week from about 29 January",
        "unconfirmed": "held_by: us",
        "exemption-unlimited": "id: front-line-targets",
        "mutual-disputed": "id: energy",
        "named-after": "stated_on: 2026-02-03",
        "time-zone-unsaid": "time_zone:",
    }.items():
        assert (rule, line(file, text)) in places
    assert "verification-missing" in {rule for rule, _ in places}
    (confirmed,) = [t.found for t in found.remarks if t.rule.id == "unconfirmed"]
    assert "CS-S008" in confirmed  # 30 January: yes, after the announcement of the 29th
    assert "CS-S005" in confirmed  # 29 January: no comment
    # Its statements give no date against a reading of their own party that is sure.
    assert not {"contradicted", "readings-alike"} & {t.rule.id for t in found.remarks}


def test_who_declares_a_truce_needs_no_confirmation_of_it() -> None:
    remarks = lint_case(CASES / "victory-day-2025").remarks
    told = [t.found for t in remarks if t.rule.id == "unconfirmed"]
    assert len(told) == 1
    assert "binds Ukraine" in told[0]
    assert "condition-unobserved" in {t.rule.id for t in remarks}


COMPLETE = """\
form: written
time_zone_stated: true
parties:
  - {id: north, name: The north, actors: [russia_forces], commands: [its army]}
  - {id: south, name: The south, actors: [ukraine_forces], commands: [its army, the guard]}
statements:
  - {id: S1, speaker: A minister, party: the North, said_on: 2026-01-29, outlet: O, url: u, about: confirmation,
     value: Yes.}
  - {id: S2, speaker: A minister, party: south, said_on: 2026-01-29, outlet: O, url: u, about: confirmation,
     value: Yes.}
  - {id: S3, speaker: A minister, party: south, said_on: 2026-02-01, outlet: O, url: u, about: end, value: 5 February}
verification: {body: A commission}
reporting: {channel: Duty officers}
disputes: {procedure: The commission decides}
readings:
  - id: text
    title: The text
    held_by: south
    stated_on: 2026-01-29
    summary: Neither side strikes substations for a week.
    clauses:
      - id: c
        norm: prohibition
        text: Neither side strikes substations.
        time: {starts: 2026-01-30T00:00, ends: 2026-02-06T00:00}
        actor: [russia_forces, ukraine_forces]
        act: [drone_strike, missile_strike]
        target: [substation]
"""


def test_a_complete_draft_is_not_remarked_on(made) -> None:
    draft = made("agreement", COMPLETE) / "agreement.yaml"
    found = lint_draft(draft)
    assert found.remarks == []
    assert summary(found.title, found.remarks) == "A pause: no gaps and no traps found."
    assert set(found.not_asked) == {"unverifiable", "condition-unobserved"}


@pytest.mark.parametrize(
    ("value", "about", "against"),
    [
        ("It ends on 9 February", "end", True),
        ("It ends on 5 February", "end", False),
        ("It ends on 2026-02-09", "end", True),
        ("It ended on 9 February 2024", "end", False),  # another year's, or a slip
        ("A truce of 0 days", "duration", False),
        ("It may end on 9 February", "end", False),  # hedged
        ("Not before 9 February", "end", False),  # a bound, not a date
        ("It ends between 8 and 9 February", "end", False),  # two days
        ("A truce of ten days", "duration", True),  # 30 January to 5 February are seven
        ("A truce of a week", "duration", False),
        ("A truce of six days", "duration", False),  # within the day that words leave open
        ("At least 30 days", "duration", False),
        ("It began on 26 January", "start", True),
        ("It began on 9 February", "scope", False),  # about something else
    ],
)
def test_a_statement_contradicts_a_term_only_where_that_is_sure(made, value: str, about: str, against: bool) -> None:
    said = (
        f"{{id: S1, speaker: X, party: south, said_on: 2026-02-02, outlet: O, url: u, about: {about}, value: {value}}}"
    )
    assert remarked(made("agreement", f"statements:\n  - {said}"), "contradicted") is against


@pytest.mark.parametrize("rule", ["line-undrawn", "word-undefined"])
def test_a_party_that_is_named_a_front_is_not_a_line(made, small: Small, rule: str) -> None:
    folder = made("clause", "text: The Liberation Front makes no attacks.")
    small.change("agreement.yaml", "name: The north", "name: The Liberation Front")
    assert not remarked(folder, rule)
    small.change("agreement.yaml", "makes no attacks.", "makes no attacks at the front.")
    assert remarked(folder, rule)


def test_a_statement_of_another_or_from_before_contradicts_nothing(made) -> None:
    for who, when in (("north", "2026-02-02"), ("south", "2026-01-28")):
        said = (
            f"{{id: S1, speaker: X, party: {who}, said_on: {when}, outlet: O, url: u, about: end, value: 9 February}}"
        )
        assert not remarked(made("agreement", f"statements:\n  - {said}"), "contradicted")


def test_a_statement_in_a_file_of_its_own_is_told_at_its_line(made, small: Small) -> None:
    with small.file("data/statements.csv").open("a", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["S3", "A\nminister", "", "south", "2026-01-30", "O", "u", "scope", "two lines"])
        rows.writerow(["S4", "A minister", "", "south", "2026-02-02", "O", "u", "end", "9 February"])
    remarks = lint_case(made("agreement", "statements: data/statements.csv")).remarks
    (told,) = [t for t in remarks if t.rule.id == "contradicted"]
    assert told.file == small.file("data/statements.csv")
    assert told.line == line(told.file, "S4")


def test_what_readings_share_is_told_once(small: Small) -> None:
    shared = [t for t in lint_case(small.folder).remarks if t.rule.id == "exemption-unlimited"]
    assert len(shared) == 1
    assert shared[0].line == line(small.file("agreement.yaml"), "id: front")


TWO = """\
readings:
  - {{id: one, title: One, held_by: north, stated_on: 2026-01-29, summary: A week., clauses: [
      {{id: c, norm: prohibition, text: T., act: [attack], time: {{starts: 2026-01-30, ends: 2026-02-05}}}}{first}]}}
  - {{id: two, title: Two, held_by: south, stated_on: 2026-01-29, summary: A week., clauses: [
      {{id: k, norm: prohibition, text: U., act: [attack], time: {{starts: 2026-01-30, lasts: 7 days}}}}{second}]}}"""


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        ("", "", True),  # 5 February included, and seven days from the 30th: one window
        ("", ", {id: m, norm: prohibition, text: V., act: [sabotage]}", False),
        ("", ", {id: m, norm: permission, text: V., target: [military]}", False),
        # An exemption for a time when nothing is forbidden is never asked.
        ("", ", {id: m, norm: permission, text: V., time: {starts: 2026-03-01, lasts: 1 day}}", True),
        (", {id: m, norm: permission, text: V., target: [military, energy]}",
         ", {id: x, norm: permission, text: W., target: [energy, military]}", True),
    ],
)  # fmt: skip
def test_readings_are_alike_if_they_ask_the_same_in_other_words(made, first: str, second: str, alike: bool) -> None:
    assert remarked(made("agreement", TWO.format(first=first, second=second)), "readings-alike") is alike


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        ("No fire from 23-24 January 2026, for 72 hours.", "en", ({(1, 23), (1, 24)}, {(72, "hour")}, set(), True, 0)),
        ("Guns of 100 mm, 15 km off; tanks; mortars", "en", (set(), set(), {("100", "mm"), ("15", "km")}, False, 3)),
        ("Утримуються від ударів п'ять днів, з 30.01.2026.", "uk", ({(1, 30)}, {(5, "day")}, set(), True, 0)),
        ("Отвод на 15 км на две недели, до 12 марта.", "ru", ({(3, 12)}, {(14, "day")}, {("15", "km")}, False, 0)),
        ("На неделю: a) дроны b) ракеты", "ru", (set(), {(7, "day")}, set(), False, 2)),
        ("Aucune frappe pendant dix jours, jusqu'au 8 février.", "fr", ({(2, 8)}, {(10, "day")}, set(), True, 0)),
    ],
)  # fmt: skip
def test_figures_are_read_in_four_languages(text: str, language: str, wanted: tuple[Any, ...]) -> None:
    read = facts(text, language)
    assert (read.dates, read.lengths, read.measures, read.negated, read.items) == wanted


def test_of_a_language_that_is_not_known_only_large_figures_and_lists_are_read() -> None:
    assert facts("Bis 30. Januar 2026 ziehen sich 1,200 Mann um 45 km zurück.", "de") == Facts(
        None, None, None, None, 0, frozenset({"1200", "45"})
    )


def test_versions_are_compared_by_what_both_can_be_read_for(made) -> None:
    versions = "languages: {{en: No fire within 50 km for two weeks., {other}}}"
    for other, differs in (
        ("ru: Огонь не ведётся в пределах 50 км две недели.", False),
        ("ru: Огонь не ведётся в пределах 30 км две недели.", True),
        ("ru: Огонь ведётся в пределах 50 км две недели.", True),  # the denial was lost
        ("de: Kein Feuer im Umkreis von 50 km für vierzehn Tage.", False),
        ("de: Kein Feuer im Umkreis von 40 km für vierzehn Tage.", True),
    ):
        assert remarked(made("clause", versions.format(other=other)), "languages-differ") is differs, other


def test_the_command_tells_and_fails_only_where_it_is_asked_to(holdfire, made) -> None:
    folder = made("agreement", COMPLETE.replace("party: the North", "party: The press"))
    plain = holdfire("lint", folder)
    assert plain.exit_code == 0
    first, *_ = plain.stdout.splitlines()
    assert first.startswith("A pause: 1 trap, 1 gap. Gravest first: announced by another")
    assert f"{folder}/agreement.yaml:" in plain.stdout
    draft = folder / "agreement.yaml"
    assert holdfire("lint", draft, "--fail-on", "trap").exit_code == 1
    draft.write_text(draft.read_text(encoding="utf-8").replace("party: The press", "party: north"), encoding="utf-8")
    assert holdfire("lint", draft, "--fail-on", "note").exit_code == 0
    assert holdfire("lint", folder, "--fail-on", "trap").exit_code == 0
    assert holdfire("lint", folder, "--fail-on", "gap").exit_code == 1


def test_a_mistake_in_a_draft_ends_with_2(holdfire, made, tmp_path: Path) -> None:
    draft = made("agreement", "form: written") / "agreement.yaml"
    draft.write_text(draft.read_text(encoding="utf-8").replace("norm:", "nrom:"), encoding="utf-8")
    result = holdfire("lint", draft, "--format", "sarif")
    assert result.exit_code == 2
    assert "Did you mean 'norm'?" in result.stderr
    assert result.stdout == ""
    assert "there is no such file" in holdfire("lint", tmp_path / "none.yaml").stderr


def test_a_draft_of_places_that_are_not_known_here_is_read_all_the_same(holdfire, made) -> None:
    draft = made("clause", "place: [Atlantis]") / "agreement.yaml"
    result = holdfire("lint", draft)
    assert result.exit_code == 0
    assert "not asked: readings-alike" in result.stderr
    assert "Atlantis" in result.stderr


def test_json_and_sarif_hold_the_same_remarks(holdfire) -> None:
    case = CASES / "victory-day-2025"
    document = json.loads(holdfire("lint", case, "--format", "json").stdout)
    log = json.loads(holdfire("lint", case, "--format", "sarif").stdout)
    assert document["counts"] == {
        s: sum(r["severity"] == s for r in document["remarks"]) for s in ("trap", "gap", "note")
    }
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len(run["results"]) == len(document["remarks"]) > 0
    for result, remark in zip(run["results"], document["remarks"], strict=True):
        # What section 3.27 of the standard asks of a result, and 3.29 of its place.
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == remark["rule"]
        assert result["level"] == {"trap": "error", "gap": "warning", "note": "note"}[remark["severity"]]
        assert remark["found"] in result["message"]["text"]
        place = result["locations"][0]["physicalLocation"]
        assert place["region"] == {"startLine": remark["line"]}
        assert place["artifactLocation"]["uri"].endswith("/agreement.yaml")
        path, anchor = remark["help"].split("#")
        assert f"### {anchor}\n" in (ROOT / path).read_text(encoding="utf-8")
    for rule in rules:
        # Section 3.49.12: a `helpUri` is an absolute URI, and the page has none. 3.49.13: `help` then tells all.
        assert "helpUri" not in rule
        why = rule["fullDescription"]["text"]
        assert rule["help"]["text"].startswith(f"Why it matters: {why}\n\nWhere it mattered: ")
        assert rule["help"]["markdown"].startswith(f"**Why it matters.** {why}\n\n**Where it mattered.** ")
        assert re.search(r"\*\*Sources\.\*\* .*\[[^\]]+\]\(<https://", rule["help"]["markdown"])


@pytest.mark.parametrize(
    ("part", "fragment", "says"),
    [
        ("agreement", "definitions: {towns: {}}", "the definition says nothing"),
        ("agreement", "definitions: {energy: {codes: [substatoin]}}", "Did you mean 'substation'?"),
        ("agreement", "verification: {body: A, cites: [S9]}", "unknown statement 'S9'"),
        ("clause", "limits: [only at noon]", "a prohibition has no `limits`"),
    ],
)
def test_what_an_agreement_says_of_itself_is_checked(made, part: str, fragment: str, says: str) -> None:
    with pytest.raises(InputError, match=re.escape(says)):
        read_agreement(made(part, fragment) / "agreement.yaml")


def test_what_is_not_said_stays_null(made) -> None:
    agreement = read_agreement(made("agreement", "form: written") / "agreement.yaml")
    assert agreement.time_zone_stated is None
    assert agreement.readings[0].mutual is None
    assert agreement.parties[0].commands is None
    assert agreement.verification is None
    assert agreement.announced_on == date(2026, 1, 29)


WORDING = f"From 00:00 {ZONE} on {FIRST_DAY}. / To 24:00 {ZONE} on {LAST_DAY}. / All in {ZONE}."


@pytest.mark.parametrize(
    ("zone", "time", "told"),
    [
        # A day that ends the window belongs to it.
        (
            "Africa/Khartoum",
            {"starts": "2027-03-01", "ends": "2027-03-07"},
            "From 00:00 Khartoum time (UTC+2) on 1 March 2027. / To 24:00 Khartoum time (UTC+2) on 7 March 2027. / "
            "All in Khartoum time (UTC+2).",
        ),
        # Nobody said when it begins, so that a week of it has no last day either.
        (
            "Asia/Kathmandu",
            {"starts": "unsaid", "lasts": "1 week"},
            "From 00:00 Kathmandu time (UTC+5:45) on [first day]. / "
            "To 24:00 Kathmandu time (UTC+5:45) on [last day]. / All in Kathmandu time (UTC+5:45).",
        ),
        # From midnight of the 31st to midnight of the 2nd, or of the 4th: the last day is the 1st, or the 3rd.
        (
            "UTC",
            {
                "starts": {"no_earlier": "2026-12-31T00:00", "no_later": "2027-01-01T00:00"},
                "ends": {"no_earlier": "2027-01-02T00:00", "no_later": "2027-01-04T00:00"},
            },
            "From 00:00 UTC on [31 December 2026 or 1 January 2027]. / "
            "To 24:00 UTC on [a day from 1 to 3 January 2027]. / All in UTC.",
        ),
        # Clocks go forward on 28 March 2027: each bound has its own offset, and all of it none.
        (
            "Europe/Kyiv",
            {"starts": "2027-03-25", "ends": "2027-04-02"},
            "From 00:00 Kyiv time (UTC+2) on 25 March 2027. / To 24:00 Kyiv time (UTC+3) on 2 April 2027. / "
            "All in Kyiv time.",
        ),
        (
            "America/New_York",
            {"starts": {"no_earlier": "2026-11-30T12:00", "no_later": "2026-12-03T12:00"}},
            "From 00:00 New York time (UTC-5) on [a day from 30 November to 3 December 2026]. / "
            "To 24:00 New York time (UTC-5) on [last day]. / All in New York time (UTC-5).",
        ),
    ],
)
def test_wording_has_the_zone_and_the_days_of_the_agreement(made, zone: str, time: dict[str, Any], told: str) -> None:
    folder = made("agreement", f"time_zone: {zone}\nannounced_on: 2026-01-29")
    file = folder / "agreement.yaml"
    data = loaded(file.read_text(encoding="utf-8"))
    data["readings"][0]["clauses"][0]["time"] = time
    with file.open("w", encoding="utf-8") as out:
        YAML().dump(data, out)
    agreement = read_agreement(file)
    assert " / ".join(worded(part, agreement) for part in WORDING.split(" / ")) == told


def test_no_recommended_wording_is_of_another_conflict(holdfire: Any, made) -> None:
    ours = re.compile(r"Kyiv|Ukrain|Russia|UTC|20[0-9]{2}|January|February")
    for rule in ALL_RULES:
        assert not ours.search(rule.wording), rule.id
    folder = made("agreement", "time_zone: Africa/Khartoum\nform: verbal\ntime_zone_stated: false")
    said = [line for line in holdfire("lint", folder).output.splitlines() if line.startswith("  Wording: All times")]
    assert said == ["  Wording: All times in this agreement are Khartoum time (UTC+2)."]
