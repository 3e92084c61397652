"""From articles to a draft: the files, the review, what lint says of them, and that nothing else is touched."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from ruamel.yaml import YAML

from conftest import Small
from holdfire.cli import main

ARTICLE = """\
A pause in Sumy

KYIV, 30 January 2026 (A paper) - Russia will halt drone strikes on Sumy for a week from Saturday, Kremlin spokesman
Ivan Orlov said on Thursday.

Ukrainian Foreign Minister Olha Bondar said on Friday the pause covers energy facilities only and ends on February 3.

A Russian drone struck a hospital in Kherson on Thursday, killing two people, police said.

Some 5,000 homes in Kherson were without power, the mayor said on Friday.
"""


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "article.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    return path


def typed(keys: str, *args: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in args], input=keys)


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def proposal(folder: Path) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = json.loads((folder / "draft" / "proposal.json").read_text(encoding="utf-8"))["items"]
    return items


def test_the_proposal_tells_every_item_line_by_line(article: Path, tmp_path: Path, holdfire) -> None:
    assert holdfire("read", article, "--case", tmp_path / "case").exit_code == 0
    text = article.read_text(encoding="utf-8")
    items = proposal(tmp_path / "case")
    assert {i["kind"] for i in items} == {"statement", "pledge", "reading", "incident", "fact"}
    for item in items:
        for line in item["fields"]:
            assert text[slice(*line["span"])].replace("\n", " ") == line["words"]
            assert line["confidence"] in ("high", "medium", "low", "unmeasured")
            assert line["reason"]
    (pledge,) = [i for i in items if i["kind"] == "pledge"]
    assert {(f["field"], f["value"]) for f in pledge["fields"]} >= {
        ("announcer", "Ivan Orlov"),
        ("parties", "Russia"),
        ("starts", "2026-01-31"),
        ("lasts", "1 week"),
        ("place", "Sumy"),
        ("acts", "drone_strike"),
    }
    assert "ends" in pledge["unsaid"]


def test_the_readings_stand_side_by_side(article: Path, tmp_path: Path, holdfire) -> None:
    holdfire("read", article, "--case", tmp_path / "case")
    text = (tmp_path / "case" / "draft" / "agreement.yaml").read_text(encoding="utf-8")
    assert text.index("held_by: russia") < text.index("held_by: ukraine")
    assert "form: unsaid" in text
    assert "ends: '2026-02-03'" in text or "ends: 2026-02-03" in text


def test_a_clause_quotes_what_it_was_read_from(article: Path, tmp_path: Path, holdfire) -> None:
    holdfire("read", article, "--case", tmp_path / "case")
    agreement = YAML(typ="safe").load(tmp_path / "case" / "draft" / "agreement.yaml")
    assert [c["text"] for r in agreement["readings"] for c in r["clauses"]] == [
        "“Russia will halt drone strikes on Sumy for a week from Saturday, Kremlin spokesman Ivan Orlov said on "
        "Thursday.” (A paper, 30 January 2026)",
        "“Ukrainian Foreign Minister Olha Bondar said on Friday the pause covers energy facilities only and ends on "
        "February 3.” (A paper, 30 January 2026)",
    ]


def test_a_clause_of_a_nameless_paper_names_the_file(tmp_path: Path, holdfire) -> None:
    article = tmp_path / "note.txt"
    article.write_text("Russia will halt drone strikes on Sumy for a week, Ivan Orlov said.\n", encoding="utf-8")
    holdfire("read", article, "--case", tmp_path / "case")
    agreement = YAML(typ="safe").load(tmp_path / "case" / "draft" / "agreement.yaml")
    (clause,) = agreement["readings"][0]["clauses"]
    assert clause["text"] == "“Russia will halt drone strikes on Sumy for a week, Ivan Orlov said.” (note.txt)"


INVENTED = """\
A truce in the hills

LARNOV, 14 March 2026 (A wire) - The government of Varnia will halt all attacks in the Osk valley for ten days, its
foreign minister, Ida Solm, said on Saturday.

Foreign Minister Petar Dolin of Morania said the pause ends on March 20.

Shelling killed three people in Osk on Thursday, the mayor said.
"""


def test_lint_lists_everything_that_is_open_at_once(tmp_path: Path, holdfire) -> None:
    article = tmp_path / "article.txt"
    article.write_text(INVENTED, encoding="utf-8")
    result = holdfire("read", article, "--case", tmp_path / "case")
    draft = tmp_path / "case" / "draft"
    assert f"holdfire lint {draft}" in result.output
    lines = (draft / "agreement.yaml").read_text(encoding="utf-8").splitlines()
    said = holdfire("lint", draft).stderr
    to_fill = [n for n, line in enumerate(lines, 1) if "# FILL IN" in line]
    told = {int(n) for n in re.findall(r"agreement\.yaml:(\d+):", said)}
    # Of a place, the facet is told; the hint stands two lines below, beside the name.
    places = {n for n in to_fill if lines[n - 3].strip() == "place:"}
    assert places
    assert told == {n - 2 if n in places else n for n in to_fill}
    assert "statements.csv:2: url is empty, here and on line" in said
    assert "said_on is empty" in said


def test_the_code_of_a_side_is_filled_in_once(tmp_path: Path, holdfire) -> None:
    article = tmp_path / "article.txt"
    article.write_text(INVENTED.replace("Varnia will", "Varnia and the government of Morania will"), encoding="utf-8")
    holdfire("read", article, "--case", tmp_path / "case")
    text = (tmp_path / "case" / "draft" / "agreement.yaml").read_text(encoding="utf-8")
    assert text.count("- unsaid  # FILL IN") == 2
    assert text.count("certainly: *varnia-forces") >= 1


def test_the_period_reaches_back_to_the_first_incident(tmp_path: Path, holdfire) -> None:
    article = tmp_path / "article.txt"
    article.write_text(INVENTED, encoding="utf-8")
    holdfire("read", article, "--case", tmp_path / "case")
    # The Thursday before Saturday, 14 March.
    assert "first: 2026-03-12" in (tmp_path / "case" / "draft" / "case.yaml").read_text(encoding="utf-8")


def test_a_folder_with_only_a_draft_points_to_it(article: Path, tmp_path: Path, holdfire) -> None:
    holdfire("read", article, "--case", tmp_path / "case")
    for command in ("lint", "run"):
        result = holdfire(command, tmp_path / "case")
        assert result.exit_code == 2
        assert str(tmp_path / "case" / "draft") in result.stderr


def test_what_was_filled_in_is_not_written_over(article: Path, tmp_path: Path, holdfire) -> None:
    holdfire("read", article, "--case", tmp_path / "case")
    filled = tmp_path / "case" / "draft" / "agreement.yaml"
    text = filled.read_text(encoding="utf-8").replace("form: unsaid", "form: verbal")
    filled.write_text(text, encoding="utf-8")
    again = holdfire("read", article, "--case", tmp_path / "case")
    assert again.exit_code == 2
    assert "agreement.yaml: it was filled in" in again.stderr
    assert filled.read_text(encoding="utf-8") == text


def test_lint_says_what_is_open_until_a_person_fills_it(article: Path, tmp_path: Path, holdfire) -> None:
    holdfire("read", article, "--case", tmp_path / "case", "--url", "https://example.org/a")
    draft = tmp_path / "case" / "draft"
    open_terms = holdfire("lint", draft)
    assert open_terms.exit_code == 2
    for word in ("form", "time_zone", "stated_on", "outages.csv"):
        assert word in open_terms.output
    agreement = draft / "agreement.yaml"
    text = agreement.read_text(encoding="utf-8")
    text = text.replace("form: unsaid", "form: verbal").replace("time_zone: unsaid", "time_zone: Europe/Kyiv")
    agreement.write_text(text.replace("stated_on: unsaid", "stated_on: 2026-01-30"), encoding="utf-8")
    assert "date" in holdfire("lint", draft).output
    outages = draft / "outages.csv"
    outages.write_text(
        outages.read_text(encoding="utf-8").replace(",,,Kherson", ",2026-01-30,,Kherson"), encoding="utf-8"
    )
    closed = holdfire("lint", draft)
    assert closed.exit_code == 0, closed.output


def test_tables_are_those_that_cases_read(article: Path, tmp_path: Path, holdfire) -> None:
    holdfire("read", article, "--case", tmp_path / "case")
    (report,) = rows(tmp_path / "case" / "draft" / "reports.csv")
    assert (report["event_date_start"], report["place_name"], report["actor"]) == ("2026-01-29", "Kherson", "Russia")
    assert (report["killed_min"], report["killed_max"], report["injured_min"]) == ("2", "2", "")
    assert (report["target_class"], report["claimed_by"]) == ("hospital", "police")
    (outage,) = rows(tmp_path / "case" / "draft" / "outages.csv")
    assert (outage["quantity"], outage["value"], outage["date"]) == ("homes without power", "5000", "")
    statements = rows(tmp_path / "case" / "draft" / "statements.csv")
    assert {(s["speaker"], s["about"], s["said_on"]) for s in statements} >= {
        ("Ivan Orlov", "start", "2026-01-29"),
        ("Olha Bondar", "end", "2026-01-30"),
    }


def test_the_case_itself_is_left_as_it_is(small: Small, article: Path, holdfire) -> None:
    before = {p: p.read_bytes() for p in small.folder.rglob("*") if p.is_file()}
    result = holdfire("read", article, "--case", small.folder)
    assert result.exit_code == 0, result.output
    assert {p: p.read_bytes() for p in before} == before
    assert "time_zone: Europe/Kyiv" in (small.folder / "draft" / "agreement.yaml").read_text(encoding="utf-8")


def test_the_same_articles_give_the_same_bytes(article: Path, tmp_path: Path, holdfire) -> None:
    drafts = []
    for _ in range(2):
        holdfire("read", article, "--case", tmp_path / "case")
        drafts.append({p.name: p.read_bytes() for p in (tmp_path / "case" / "draft").iterdir()})
    assert drafts[0] == drafts[1]


def test_only_what_is_accepted_is_drafted(article: Path, tmp_path: Path) -> None:
    case = tmp_path / "case"
    # Two statements rejected but for the first, pledge edited, reading rejected, incident left for later, then stop.
    keys = "accept\nreject\nreject\nedit\nlasts\n3 days\ncause\nholiday\ndone\nreject\nlater\nquit\n"
    result = typed(keys, "read", article, "--case", case, "--review")
    assert result.exit_code == 0, result.output
    assert {s["speaker"] for s in rows(case / "draft" / "statements.csv")} == {"Ivan Orlov"}
    assert not (case / "draft" / "reports.csv").exists()
    agreement = (case / "draft" / "agreement.yaml").read_text(encoding="utf-8")
    assert "lasts: 3 days" in agreement
    assert "ukraine" not in agreement
    assert [i["decision"] for i in proposal(case)] == [
        *("accepted", "rejected", "rejected", "edited", "rejected"),
        *(None, None),
    ]


def test_a_review_is_taken_up_where_it_stopped(article: Path, tmp_path: Path, holdfire) -> None:
    case = tmp_path / "case"
    typed("accept\nquit\n", "read", article, "--case", case, "--review")
    again = typed("reject\nquit\n", "read", article, "--case", case, "--review")
    assert "1 of 6: statement" in again.output
    decided = json.loads((case / "draft" / "decisions.json").read_text(encoding="utf-8"))
    assert sorted(d["decision"] for d in decided.values()) == ["accepted", "rejected"]
    # Without a review, what nobody decided is drafted, and what was rejected is not.
    holdfire("read", article, "--case", case)
    assert {s["speaker"] for s in rows(case / "draft" / "statements.csv")} == {"Ivan Orlov", "mayor"}
    assert (case / "draft" / "reports.csv").exists()


def test_a_wrong_number_is_asked_for_again(article: Path, tmp_path: Path) -> None:
    case = tmp_path / "case"
    keys = "reject\nreject\nreject\nreject\nreject\nedit\nkilled_max\nmany\nkilled_max\n4\ndone\nquit\n"
    result = typed(keys, "read", article, "--case", case, "--review")
    assert "not taken" in result.output
    (report,) = rows(case / "draft" / "reports.csv")
    assert (report["killed_min"], report["killed_max"]) == ("2", "4")


def test_damaged_decisions_are_told(article: Path, tmp_path: Path, holdfire) -> None:
    (tmp_path / "case" / "draft").mkdir(parents=True)
    (tmp_path / "case" / "draft" / "decisions.json").write_text("[1", encoding="utf-8")
    result = holdfire("read", article, "--case", tmp_path / "case")
    assert result.exit_code == 2
    assert "decisions.json" in result.output


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["--endpoint", "http://127.0.0.1:9"], "--model"),
        (["--published", "yesterday"], "--published"),
        (["--case", "article.txt"], "folder of a case"),
    ],
)
def test_wrong_options_are_told(
    article: Path, tmp_path: Path, monkeypatch, holdfire, args: list[str], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = holdfire("read", article, *(args if "--case" in args else [*args, "--case", "c"]))
    assert result.exit_code == 2
    assert told in result.output


def test_several_articles_make_one_draft(article: Path, tmp_path: Path, holdfire) -> None:
    second = tmp_path / "second.txt"
    second.write_text(ARTICLE.replace("(A paper)", "(Another)").replace("two people", "three people"), encoding="utf-8")
    holdfire("read", article, second, "--case", tmp_path / "case")
    assert [r["killed_min"] for r in rows(tmp_path / "case" / "draft" / "reports.csv")] == ["2", "3"]
    agreement = (tmp_path / "case" / "draft" / "agreement.yaml").read_text(encoding="utf-8")
    assert agreement.count("held_by: russia") == 1
