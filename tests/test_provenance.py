"""Where findings come from, as a graph, and public claims with the rating that follows from them."""

from __future__ import annotations

import hashlib
import html
import json
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from conftest import CASES, Small
from holdfire.problems import InputError
from holdfire.publish.claims import lead, rating
from holdfire.publish.prov import digest
from holdfire.terms import read_agreement
from holdfire.terms.claims import read_claims

RELATIONS = {
    "wasDerivedFrom",
    "hadPrimarySource",
    "wasGeneratedBy",
    "wasAttributedTo",
    "wasAssociatedWith",
    "used",
    "hadMember",
    "isPartOf",
}


def graph(out: Path) -> dict[str, dict[str, Any]]:
    document = json.loads((out / "provenance.jsonld").read_text(encoding="utf-8"))
    assert set(document) == {"@context", "@graph"}
    nodes = document["@graph"]
    ids = [n["@id"] for n in nodes]
    assert len(ids) == len(set(ids)), "a node stands twice"
    for node in nodes:
        for key in node:
            assert key.startswith("@") or key in document["@context"], key
        assert node["@type"] in document["@context"]
    return {n["@id"]: n for n in nodes}


def many(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def reached(nodes: dict[str, dict[str, Any]], start: str) -> set[str]:
    """Return everything that something was derived from, however far back."""
    seen: set[str] = set()
    ahead = [start]
    while ahead:
        for target in many(nodes[ahead.pop()].get("wasDerivedFrom", [])):
            if target not in seen:
                seen.add(target)
                ahead.append(target)
    return seen


def test_every_id_exists_and_every_finding_reaches_a_source(cold_spell: Path) -> None:
    nodes = graph(cold_spell)
    for node in nodes.values():
        for relation in RELATIONS & set(node):
            assert set(many(node[relation])) <= set(nodes)
    findings = [n for n in nodes.values() if n.get("kind") == "finding"]
    told = json.loads((cold_spell / "findings.json").read_text(encoding="utf-8"))["findings"]
    assert {n["identifier"]: n["value"] for n in findings} == {
        f"{f['reading_id']}/{f['clause_id']}": f["status"] for f in told
    }
    for finding in findings:
        back = [nodes[i] for i in reached(nodes, finding["@id"])]
        assert any(n.get("kind") == "source" for n in back)
        # The clauses rest on statements, and these on pages.
        used = [nodes[c] for c in many(nodes[finding["wasGeneratedBy"]]["used"])]
        statements = [nodes[s] for clause in used for s in many(clause["wasDerivedFrom"])]
        assert all(n["kind"] == "statement" and nodes[n["hadPrimarySource"]]["kind"] == "page" for n in statements)


def test_the_chain_of_one_verdict(cold_spell: Path) -> None:
    nodes = graph(cold_spell)
    verdict = nodes["#verdict/CS-045/energy/russia-spares-energy"]
    assert verdict["value"] == "violation"
    incident = nodes[verdict["wasDerivedFrom"]]
    reports = pl.read_parquet(cold_spell / "reports.parquet")
    own = pl.read_parquet(cold_spell / "incidents.parquet").filter(pl.col("incident_id") == "CS-045")["report_ids"][0]
    assert [nodes[r]["identifier"] for r in incident["wasDerivedFrom"]] == own.to_list()
    report = nodes["#report/CS-045"]
    row = reports.filter(pl.col("report_id") == "CS-045").to_dicts()[0]
    assert report["hadPrimarySource"] == row["url"]
    assert report["date"] == row["published"].isoformat()
    assert {nodes[a]["title"] for a in report["wasAttributedTo"]} == {row["outlet"], *row["source_groups"]}
    file = nodes[report["wasDerivedFrom"]]
    raw = (CASES / "cold-spell-2026" / "data" / "reports.csv").read_bytes()
    assert (file["identifier"], file["sha256"]) == ("data/reports.csv", hashlib.sha256(raw).hexdigest())


def test_what_is_not_told_one_by_one_is_counted_and_digested(cold_spell: Path) -> None:
    nodes = graph(cold_spell)
    verdicts = pl.read_parquet(cold_spell / "verdicts.parquet").filter(pl.col("clause_id") == "ukraine-spares-energy")
    outside = verdicts.filter(pl.col("verdict") == "outside").select("incident_id", "verdict").rows()
    rest = nodes["#verdicts/energy/ukraine-spares-energy"]
    assert (rest["value"], rest["sha256"]) == (len(outside), digest(outside))
    told = [n for i, n in nodes.items() if i.startswith("#verdict/") and i.endswith("/ukraine-spares-energy")]
    assert len(told) + len(outside) == len(verdicts)


def test_the_digest_is_of_lines_in_order() -> None:
    text = b"a\toutside\nb\tpermitted\n"
    assert digest([("b", "permitted"), ("a", "outside")]) == hashlib.sha256(text).hexdigest()


def test_more_verdicts_than_a_reader_needs_are_counted(small: Small, holdfire, monkeypatch) -> None:
    monkeypatch.setattr("holdfire.publish.prov.MOST_VERDICTS", 1)
    assert holdfire("run", small.folder).exit_code == 0
    nodes = graph(small.folder / "out")
    verdicts = pl.read_parquet(small.folder / "out" / "verdicts.parquet").filter(pl.col("reading_id") == "announced")
    rest = nodes["#verdicts/announced/no-strikes"]
    telling = verdicts.filter(pl.col("verdict") != "outside")
    assert len(telling) > 1
    assert rest["value"] == len(verdicts) - 1
    assert f", and {len(telling) - 1} more" in rest["text"]


def test_ids_hold_whatever_a_report_is_called(small: Small, holdfire) -> None:
    small.change("data/reports.csv", "R1", "R/1 é#")
    assert holdfire("run", small.folder).exit_code == 0
    nodes = graph(small.folder / "out")
    assert nodes["#report/R%2F1%20%C3%A9%23"]["identifier"] == "R/1 é#"


def test_an_obligation_rests_on_its_evidence_or_on_what_all_sources_left_unsaid(small: Small, holdfire) -> None:
    clause = """\
      - {id: release, norm: obligation, text: Release prisoners., act: [prisoner_exchange], deadline: 2026-02-02}
  - id: shorter
"""
    small.change("agreement.yaml", "  - id: shorter\n", clause)
    assert holdfire("run", small.folder).exit_code == 0
    nodes = graph(small.folder / "out")
    basis = {nodes[i]["identifier"] for i in nodes["#finding/announced/release"]["wasDerivedFrom"]}
    files = ("launches", "reports", "temperatures", "alerts", "outages")
    assert basis == {f"data/{name}.csv" for name in files}


@pytest.mark.parametrize(
    ("says", "answer", "rated"),
    [
        ("violated", "violated", 2),
        ("violated", "held", 1),
        ("violated", "unproven", None),
        ("violated", "pending", None),
        ("violated", "not_in_force", None),
        ("violated", "violation", 2),
        ("violated", "outside", 1),
        ("violated", "permitted", 1),
        ("violated", "undetermined", None),
        ("held", "held", 2),
        ("held", "violated", 1),
        ("held", "unproven", None),
        ("held", "undetermined", None),
        ("held", "unknown", None),
    ],
)
def test_a_rating_follows_from_its_answer(says: str, answer: str, rated: int | None) -> None:
    assert rating(says, answer) == rated


def test_the_claims_of_the_cold_spell(cold_spell: Path) -> None:
    document = json.loads((cold_spell / "claimreview.json").read_text(encoding="utf-8"))
    reviews = {r["identifier"]: r for r in document["@graph"]}
    rated = {k: r["reviewRating"].get("ratingValue") for k, r in reviews.items()}
    # The Kremlin's reading had ended by then, and so had Sunday to Sunday; the others had not.
    assert rated == {
        "night-strike-broke-it/announcement/no-fire-on-towns": 2,
        "night-strike-broke-it/kremlin/no-strategic-strikes-on-kyiv": 1,
        "night-strike-broke-it/energy/russia-spares-energy": 2,
        "night-strike-broke-it/sunday-to-sunday/no-fire-on-towns": 1,
        "strike-on-belgorod/energy/ukraine-spares-energy": 2,
        "word-was-kept/sunday-to-sunday/no-fire-on-towns": 1,
    }
    for review in reviews.values():
        assert review["@type"] == "ClaimReview"
        assert review["itemReviewed"]["appearance"]["url"].startswith("https://")
        assert "at the standard of proof “reported”" in review["reviewRating"]["alternateName"]


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (
            [{"Supported"}, {"Contradicted"}, {"Supported", "Contradicted"}],
            "Of 3 public claims, 1 is supported and 1 is contradicted under every reading that it is held against; on "
            "1 the answer depends on the reading.",
        ),
        (
            [{"Unproven"}, {"Supported"}, {"Supported"}],
            "Of 3 public claims, 2 are supported and 1 is unproven under every reading that it is held against.",
        ),
        ([{"Supported", "Unproven"}], "On 1 public claim, the answer depends on the reading."),
    ],
)
def test_the_sentence_on_claims_counts_those_on_which_all_readings_answer_alike(told, sentence: str) -> None:
    assert lead(told) == sentence


def section(out: Path) -> str:
    """Return the section on claims as plain text."""
    page = (out / "report.html").read_text(encoding="utf-8")
    (own,) = re.findall(r'<section id="claims".*?</section>', page, re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", own)))


def test_the_page_tells_each_claim_with_the_rating_of_its_review(cold_spell: Path) -> None:
    text = section(cold_spell)
    reviews = json.loads((cold_spell / "claimreview.json").read_text(encoding="utf-8"))["@graph"]
    for review in reviews:
        rated, _, under = review["reviewRating"]["alternateName"].partition(", under the reading “")
        made = review["itemReviewed"]
        said = f": {review['claimReviewed']} ["
        assert said in text
        told = text[text.index(said) :].partition("] ")[2]
        # Up to the next claim, which begins with who made it.
        told = re.split(r" \([A-Z][^()]*, [A-Z]\w+\), \d+ Feb, ", told)[0]
        assert f"{rated} under {under.partition('”')[0]}. " in told
        assert f"{made['author']['name']} ({made['author']['jobTitle']}, " in text
        assert f"), 3 Feb, {made['appearance']['publisher']['name']}{said}" in text
    assert text.count("Supported under") + text.count("Contradicted under") == len(reviews)
    assert (
        "The incident CS-045 is outside of “Russian forces make no long-range strikes on Kyiv until 1 February”."
        in text
    )
    # The three were made on one day, and stand in the order of their statements.
    assert text.index("[CS-S028]") < text.index("[CS-S076]") < text.index("[CS-S084]")


def test_a_case_without_claims_has_no_section(small: Small, holdfire) -> None:
    assert holdfire("run", small.folder).exit_code == 0
    assert 'id="claims"' not in small.file("out/report.html").read_text(encoding="utf-8")


CLAIMS = """\
reviewer: {name: A newsroom}
reviewed_on: 2026-02-10
claims:
  - id: kept
    text: The pause was kept.
    statement: S2
    says: held
    clauses: [announced/no-strikes, shorter/no-strikes]
  - id: kyiv
    text: Kyiv was struck.
    statement: S1
    says: violated
    incident: R3
    clauses: [announced/no-strikes]
"""


@pytest.fixture
def claiming(small: Small) -> Small:
    small.change("case.yaml", "agreement: agreement.yaml\n", "agreement: agreement.yaml\nclaims: claims.yaml\n")
    small.file("claims.yaml").write_text(CLAIMS, encoding="utf-8")
    return small


def test_what_is_unproven_gets_no_rating(claiming: Small, holdfire) -> None:
    assert holdfire("run", claiming.folder).exit_code == 0
    reviews = json.loads(claiming.outputs()["claimreview.json"])["@graph"]
    found = {r["identifier"]: r["reviewRating"] for r in reviews}
    # The strike on Kharkiv's grid broke the announcement; what R3 hit was not stated.
    assert found["kept/announced/no-strikes"]["ratingValue"] == 1
    for name in ("kept/shorter/no-strikes", "kyiv/announced/no-strikes"):
        assert "ratingValue" not in found[name]
        assert found[name]["alternateName"].startswith("Unproven, under the reading")
    text = section(claiming.folder / "out")
    assert "Of 2 public claims, 1 is unproven under every reading that it is held against; on 1 the answer" in text
    assert (
        "A president, 29 Jan, O: Kyiv was struck. [S1] Unproven under As announced. The incident R3 may violate" in text
    )
    assert found["kyiv/announced/no-strikes"]["ratingExplanation"] == (
        "The incident R3 may violate announced/no-strikes or not, on the word of a single source group."
    )
    assert {r["datePublished"] for r in reviews} == {"2026-02-10"}


def test_as_of_a_day_later_claims_are_not_reviewed(claiming: Small, holdfire) -> None:
    # Readings: the shorter one was stated on the 30th, and so was S2.
    assert holdfire("run", claiming.folder, "--as-of", "2026-01-29").exit_code == 0
    out = claiming.folder / "out" / "as-of-2026-01-29"
    reviews = json.loads((out / "claimreview.json").read_text(encoding="utf-8"))["@graph"]
    assert [r["identifier"] for r in reviews] == ["kyiv/announced/no-strikes"]
    assert reviews[0]["reviewRating"]["ratingExplanation"] == "The case knows of no incident with the report R3."


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("statement: S2", "statement: S9", 6, "unknown statement 'S9'"),
        ("shorter/no-strikes]", "shorter/no-strike]", 8, "Did you mean 'shorter/no-strikes'?"),
        ("shorter/no-strikes]", "shorter/front]", 8, "'shorter/front' is a permission"),
        ("- id: kyiv", "- id: kept", 9, "stands twice"),
        ("says: held", "says: kept", 7, "says"),
    ],
)
def test_a_mistake_is_told_with_its_line(claiming: Small, old: str, new: str, line: int, told: str) -> None:
    claiming.change("claims.yaml", old, new)
    with pytest.raises(InputError) as caught:
        read_claims(claiming.file("claims.yaml"), read_agreement(claiming.file("agreement.yaml")))
    (problem,) = caught.value.problems
    assert problem.where == f"{claiming.file('claims.yaml')}:{line}"
    assert told in str(problem)
