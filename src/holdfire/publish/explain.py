"""Why a verdict or a finding is what it is, in plain lines: from the clause back to reports, pages and statements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from holdfire.adjudicate import ClausePlan, Plan
from holdfire.problems import bad, suggest
from holdfire.publish import words
from holdfire.publish.incidents import unstable
from holdfire.publish.readings import cited, terms
from holdfire.publish.reasons import reasons, stated
from holdfire.tables import FACETS
from holdfire.terms import Agreement

ANSWERS = {True: "yes", False: "no", None: "unknown"}
SHOWN = 20  # incidents of one kind under a finding
FORMS = "INCIDENT, INCIDENT/READING, INCIDENT/READING/CLAUSE or READING/CLAUSE"
_WITH = {"act": ("act", "weapon")}
_SURE = 0.999


@dataclass(frozen=True)
class Evidence:
    """What an earlier run wrote, with the agreement and the plan that it was judged by.

    `findings` are those of findings.json by READING/CLAUSE, `files` those of each source, `digests` their SHA-256.
    """

    agreement: Agreement
    plan: Plan
    standard: str
    reports: pl.DataFrame
    incidents: pl.DataFrame
    links: pl.DataFrame
    verdicts: pl.DataFrame
    findings: dict[str, dict[str, Any]]
    files: dict[str, list[str]]
    digests: dict[str, str]


def explained(name: str, evidence: Evidence) -> list[str]:
    """Return the lines that explain a verdict, an incident or a finding. Raises InputError for an unknown name."""
    if name in evidence.findings:
        return list(_finding(name, evidence))
    incident_id, under = _parts(name, evidence)
    (incident,) = evidence.incidents.filter(pl.col("incident_id") == incident_id).iter_rows(named=True)
    plans = {f"{c.reading_id}/{c.clause_id}": c for c in evidence.plan.clauses}
    rows = evidence.verdicts.filter(pl.col("incident_id") == incident_id)
    judged = {f"{r['reading_id']}/{r['clause_id']}": r for r in rows.iter_rows(named=True)}
    chosen = [key for key in plans if key in judged and under in (None, key, key.split("/")[0])]
    if not chosen:
        found = f"no incident is judged alone under '{under}', which is an obligation or a permission"
        raise bad(name, found, "a prohibition", "What came of an obligation is told under READING/CLAUSE alone.")
    lines = [*_incident(incident, evidence)]
    for key in chosen:
        lines += ["", *_verdict(incident, judged[key], plans[key], evidence)]
    return [*lines, "", *_reports(incident, evidence), "", *_links(incident, evidence), "", *_files(incident, evidence)]


def _parts(name: str, evidence: Evidence) -> tuple[str, str | None]:
    """Return the incident that a name speaks of, by its own id or that of one of its reports, and under what."""
    owner = {r: i for i, reports in evidence.incidents.select("incident_id", "report_ids").iter_rows() for r in reports}
    if name in owner:
        return owner[name], None
    keys = [f"{c.reading_id}/{c.clause_id}" for c in evidence.plan.clauses]
    known = [*keys, *(r.id for r in evidence.agreement.readings)]
    for under in known:
        head = name.removesuffix(f"/{under}")
        if head != name:
            if head in owner:
                return owner[head], under
            if "/" not in head or under in keys:
                raise bad(name, f"no incident or report '{head}'", "one of the run", suggest(head, owner))
    longest = max((i for i in owner if name.startswith(f"{i}/")), key=len, default=None)
    if longest is not None:
        under = name.removeprefix(f"{longest}/")
        raise bad(name, f"no reading or clause '{under}'", FORMS, suggest(under, known))
    own = [key for key in keys if key.startswith(f"{name}/")]
    remedy = f"Name one of its clauses: {', '.join(own)}." if own else suggest(name, [*owner, *evidence.findings])
    raise bad(name, f"nothing of the run is called '{name}'", FORMS, remedy)


def _incident(incident: dict[str, Any], evidence: Evidence) -> Iterator[str]:
    yield f"Incident {incident['incident_id']}: {_what(incident, evidence)}"
    groups = words.count(incident["groups"], "independent source group")
    yield f"  {words.count(len(incident['report_ids']), 'report')}, {groups}. Standard of proof: {evidence.standard}."
    if incident["disputes"]:
        yield f"  Its reports disagree on {words.either(incident['disputes'], 'and')}."
    if incident["part_of"]:
        yield f"  It is counted in {words.either(incident['part_of'], 'and')}."


def _what(incident: dict[str, Any], evidence: Evidence) -> str:
    """Return what happened, where and when, in one line."""
    acts = words.labels("act", incident["acts"])
    return f"{acts}, {_reported('place', incident, evidence)}, {_reported('time', incident, evidence)}"


def _verdict(incident: dict[str, Any], row: dict[str, Any], clause: ClausePlan, evidence: Evidence) -> Iterator[str]:
    title = next(r.title for r in evidence.agreement.readings if r.id == clause.reading_id)
    yield f"Under {clause.reading_id}/{clause.clause_id} ({title}): {row['verdict']}"
    yield f"  {clause.clause.norm.capitalize()}: {clause.clause.text}"
    for sentence in [*reasons(incident, row, clause, evidence.plan), *unstable(row)]:
        yield f"  {sentence}"
    asked = {t["name"]: t["told"] for t in terms(clause, evidence.plan)}
    for facet in FACETS:
        if clause.asks(facet):
            wanted = "; ".join(asked[n] for n in _WITH.get(facet, (facet,)) if n in asked)
            proven = facet not in incident["unproven_facets"] or not stated(facet, incident)
            weak = "" if proven else "; below the standard of proof"
            found = _reported(facet, incident, evidence)
            yield f"    {facet:<9} {ANSWERS[row[facet]]:<7} asked: {wanted}. Reported: {found}{weak}."
    if clause.exempted_by:
        exempting = words.either([f"“{c.clause.text.rstrip('.')}”" for c in evidence.plan.exempting(clause)])
        yield f"    {'exempted':<9} {ANSWERS[row['exempt']]:<7} by: {exempting}."
    yield "  The clause rests on:"
    for s in cited(clause, evidence.plan, evidence.agreement):
        role = f" ({s.role})" if s.role else ""
        yield f"    {s.id}, {words.dated(s.said_on)}, {s.speaker}{role}: {s.value}. {s.outlet}, {s.url}"


def _reported(facet: str, incident: dict[str, Any], evidence: Evidence) -> str:
    """Return what is known of an incident that a facet asks about."""
    if facet == "time":
        return words.interval(incident["start"], incident["end"], evidence.plan.zone)
    if facet == "place":
        area = words.place(incident["place_code"], evidence.plan.areas) if incident["place_code"] else None
        named = incident["place_name"]
        return f"{named} ({area})" if named and area and area != named else named or area or "place not stated"
    if facet == "actor":
        return words.label("actor", incident["actor"]) if incident["actor"] else "not stated, or disputed"
    if facet == "act":
        weapons = f" ({words.labels('weapon', incident['weapons'])})" if incident["weapons"] else ""
        return words.labels("act", incident["acts"]) + weapons
    if facet == "target":
        return words.labels("target", incident["targets"])
    return "see conditions.parquet for that place and day"


def _reports(incident: dict[str, Any], evidence: Evidence) -> Iterator[str]:
    yield "Reports"
    mine = evidence.reports.filter(pl.col("report_id").is_in(incident["report_ids"])).sort("report_id")
    for r in mine.iter_rows(named=True):
        when: date | None = r["published"]
        grade = (r["reliability"] or "") + (r["credibility"] or "")
        facts = [
            r["outlet"] or "outlet not stated",
            words.dated(when) if when else "day not stated",
            r["url"] or "no address",
            "source group " + (", ".join(g for g in r["source_groups"] or [] if g) or "not stated"),
            f"grade {grade}" if grade else "not graded",
        ]
        yield f"  {r['report_id']}: {'; '.join(facts)}"


def _links(incident: dict[str, Any], evidence: Evidence) -> Iterator[str]:
    """Yield, for each report but the first, its strongest link to another of the incident."""
    ids = incident["report_ids"]
    if len(ids) == 1:
        yield "It has one report, so that nothing had to be linked."
        return
    within = pl.col("report_a").is_in(ids) & pl.col("report_b").is_in(ids) & pl.col("linked")
    pairs = evidence.links.filter(within).sort("decided", "probability", "report_a", descending=[True, True, False])
    yield "Why they are taken to be of one incident"
    told: set[tuple[str, str]] = set()
    for report in ids[1:]:
        mine = pairs.filter((pl.col("report_a") == report) | (pl.col("report_b") == report))
        if mine.is_empty():
            yield f"  {report}: by way of the others; no pair speaks for it alone"
            continue
        pair = mine.row(0, named=True)
        key = pair["report_a"], pair["report_b"]
        if key not in told:
            told.add(key)
            chance = "over 99.9 %" if pair["probability"] > _SURE else f"{100 * pair['probability']:.1f} %"
            by = "decided by the list, or by a person" if pair["decided"] else f"{chance} by the weights"
            yield f"  {key[0]} and {key[1]}: {by}; {', '.join(pair['reasons']) or 'no fact known of both'}"
    if len(pairs) > len(told):
        yield f"  {words.count(len(pairs) - len(told), 'more pair')} in links.parquet"


def _files(incident: dict[str, Any], evidence: Evidence) -> Iterator[str]:
    yield "Read from"
    mine = evidence.reports.filter(pl.col("report_id").is_in(incident["report_ids"]))
    for source in mine["source_id"].unique().sort():
        for name in evidence.files[source]:
            yield f"  {source}: {name}, SHA-256 {evidence.digests[name]}"


def _finding(name: str, evidence: Evidence) -> Iterator[str]:
    finding = evidence.findings[name]
    clause = next(c for c in evidence.plan.clauses if f"{c.reading_id}/{c.clause_id}" == name)
    title = next(r.title for r in evidence.agreement.readings if r.id == clause.reading_id)
    yield f"Finding {name} ({title}): {words.STATUS[finding['status']]}"
    yield f"  {clause.clause.norm.capitalize()}: {clause.clause.text}"
    seen = finding["coverage"]
    unit = "days of which there are maps" if finding["area_km2"] else "place-days on which sources would have told"
    yield f"  Coverage: {words.number(seen['covered'])} of {words.number(seen['total'])} {unit}."
    if finding["norm"] == "obligation":
        yield f"  It rests on {words.either(finding['evidence'] or ['no report and no map'], 'and')}."
    else:
        least, most = finding["violations"] - finding["absorbed"], finding["violations"] + finding["undetermined"]
        yield f"  Violations among the reported incidents: {words.reach(least, most)}."
        if finding["absorbed"]:
            tallies = "1 is a tally" if finding["absorbed"] == 1 else f"{finding['absorbed']} are tallies"
            yield f"  Of the {finding['violations']} below, {tallies} that may count no more than the rest does."
        yield from _judged(clause, evidence)
    yield "  The clause rests on:"
    for s in cited(clause, evidence.plan, evidence.agreement):
        yield f"    {s.id}, {words.dated(s.said_on)}, {s.speaker}: {s.value}. {s.outlet}, {s.url}"


def _judged(clause: ClausePlan, evidence: Evidence) -> Iterator[str]:
    """Yield the incidents under a clause, by verdict, and how many lie outside of it."""
    of_clause = (pl.col("reading_id") == clause.reading_id) & (pl.col("clause_id") == clause.clause_id)
    mine = evidence.verdicts.filter(of_clause).sort("incident_id")
    incidents = {r["incident_id"]: r for r in evidence.incidents.iter_rows(named=True)}
    for verdict in ("violation", "undetermined", "permitted"):
        rows = mine.filter(pl.col("verdict") == verdict)
        if len(rows):
            yield f"  {verdict.capitalize()}, {words.count(len(rows), 'incident')}:"
        for row in rows.head(SHOWN).iter_rows(named=True):
            facets = f"; hangs on {words.either(row['missing_facets'], 'and')}" if row["missing_facets"] else ""
            own = incidents[row["incident_id"]]
            groups = words.count(own["groups"], "source group")
            yield f"    {row['incident_id']}: {_what(own, evidence)}; {groups}{facets}"
        if len(rows) > SHOWN:
            yield f"    and {len(rows) - SHOWN} more in verdicts.parquet"
    outside = len(mine.filter(pl.col("verdict") == "outside"))
    yield f"  Outside of it for sure: {words.count(outside, 'incident')}."
