"""What each reading came to, its clauses in plain words, and what the readings contest."""

from __future__ import annotations

from collections import Counter
from typing import Any

import polars as pl

from holdfire.adjudicate import ClausePlan, Doubt, Finding, Plan, absorbed, days_in_force, parts
from holdfire.publish import obligations, words
from holdfire.publish.content import Content
from holdfire.tables import FACETS
from holdfire.terms import Agreement, Statement
from holdfire.terms.codelist import ListName

GRAVEST = ("violated", "unproven", "pending", "held", "not_in_force")


def reading_views(content: Content) -> list[dict[str, Any]]:
    """Return for every reading its sentences, and its clauses with the statements that they rest on."""
    parties = {p.id: p.name for p in content.agreement.parties}
    plans = {(c.reading_id, c.clause_id): c for c in content.plan.clauses}
    findings = {(f.reading_id, f.clause_id): f for f in content.findings}
    views = []
    for reading in content.agreement.readings:
        clauses = []
        for clause in reading.clauses:
            finding = findings.get((reading.id, clause.id))
            clauses.append(
                {
                    "clause": clause,
                    "finding": finding,
                    "sentence": _sentence(finding, content) if finding else None,
                    "basis": _basis(finding, plans[reading.id, clause.id], content) if finding else None,
                    "due": obligations.due_by(finding.deadline, content.plan.zone) if finding else None,
                    "terms": terms(plans[reading.id, clause.id], content.plan),
                    "statements": cited(plans[reading.id, clause.id], content.plan, content.agreement),
                }
            )
        statuses = [f.status for f in content.findings if f.reading_id == reading.id]
        views.append(
            {
                "reading": reading,
                "party": parties[reading.held_by],
                "status": next((s for s in GRAVEST if s in statuses), "not_in_force"),
                "clauses": clauses,
                "statements": [content.agreement.statement(c) for c in reading.cites],
            }
        )
    return views


def windows_differ(content: Content) -> str | None:
    """Return why the days of one reading are others in other sections; null where only findings name days."""
    found = content.assessment
    whole = "findings, cold and power" if found.exposure.hazards else "findings"
    told = [f"{whole} take every day on which it may be in force"]
    if found.lulls:
        told.append("the test of quiet and what came after, only nights that surely lie within it")
    if found.displacement:
        told.append("the move of fire, only the days of incidents that surely do")
    if len(told) == 1:
        return None
    return f"As bounds may be vague, the days of a reading differ from section to section: {'; '.join(told)}."


def _sentence(finding: Finding, content: Content) -> str:
    """Return one finding in sentences: how many violations at least and at most, and what one would have to know."""
    if finding.norm == "obligation":
        return obligations.sentence(finding, content)
    least, open_ = finding.violations - finding.absorbed, finding.undetermined
    if finding.status == "not_in_force":
        return "It was not in force on any day of the period."
    if finding.status == "held":
        days = words.count(finding.total, "place-day")
        return f"It held: no violation was reported, nothing is left open, and sources covered all {days}."
    if finding.status == "violated":
        bounds = (
            f"{words.number(least)}"
            if least == finding.violations + open_
            else f"at least {words.number(least)} and at most {finding.violations + open_:,}"
        )
        said = f"It was violated by {bounds} of the reported incidents{_single(finding, content)}."
        if finding.absorbed:
            tallies = words.count(finding.absorbed, "tally", "tallies")
            said += f" {tallies} that may count no more than these stand apart."
    elif open_:
        said = f"No reported incident violates it for sure, and {words.number(open_)} may."
    else:
        said = "No reported incident violates it, but the sources do not see all of it: it cannot be said to have held."
    return f"{said} {_missing(finding, content)}" if open_ else said


def _basis(finding: Finding, plan: ClausePlan, content: Content) -> str:
    """Return what stands below a finding: how much was launched, what sources would have told, other linkings."""
    if finding.norm == "obligation":
        return obligations.basis(finding)
    linking = [_linking(finding.linking)] if finding.linking else []
    return " ".join([_munitions(finding), _coverage(finding, plan, content), *linking])


def _single(finding: Finding, content: Content) -> str:
    """Return how many of the violations rest on one source group alone."""
    violating = _judged(finding, "violation", content).join(content.incidents, on="incident_id")
    twice = absorbed(violating["incident_id"].to_list(), parts(violating))
    alone = len(violating.filter((pl.col("groups") <= 1) & ~pl.col("incident_id").is_in(list(twice))))
    if not alone:
        return ""
    least = finding.violations - finding.absorbed
    if least == finding.violations + finding.undetermined:
        which = f"{words.number(alone)} of them"
    elif alone == least:
        which = "the one that is sure" if alone == 1 else f"all {words.number(least)} that are sure"
    else:
        which = f"{words.number(alone)} of the {words.number(least)} that are sure"
    return f", {which} on the word of a single source"


def _linking(doubt: Doubt) -> str:
    """Return what the finding would be under other plausible linkings of the reports."""
    lead = f"Were its reports linked in {doubt.draws} other plausible ways:"
    if not doubt.violated:
        return f"{lead} violated for sure in none of them, and by {words.count(doubt.most[1], 'incident')} at most."
    share = "all of them" if doubt.violated == 1 else f"{doubt.violated:.0%} of them"
    thing = "incident" if doubt.most[1] == 1 else "incidents"
    return f"{lead} violated in {share}, by {words.reach(doubt.least[0], doubt.most[1])} {thing}."


def _judged(finding: Finding, verdict: str, content: Content) -> pl.DataFrame:
    return content.verdicts.filter(
        (pl.col("reading_id") == finding.reading_id)
        & (pl.col("clause_id") == finding.clause_id)
        & (pl.col("verdict") == verdict)
    )


def _munitions(finding: Finding) -> str:
    low, high = finding.munitions_violating, finding.munitions_violating + finding.munitions_undetermined
    if not high:
        return "How many munitions were launched in them was not stated."
    return f"Munitions launched in them: {words.reach(low, high)}, where a figure was given."


def _coverage(finding: Finding, plan: ClausePlan, content: Content) -> str:
    """Return how much of a clause the sources would have told of, of which days, and which acts none tells of."""
    share = f"{words.number(finding.covered)} of {words.number(finding.total)}"
    said = f"Sources would have told of a violation on {share} place-days"
    days = days_in_force(plan, content.plan, *content.period)
    if days:
        said += f", {words.days(days[0], days[-1])}"
    if finding.unseen_acts:
        acts = words.either([words.label("act", a) for a in finding.unseen_acts])
        said += f": none of them claims to report every {acts}"
    return said + "."


def _missing(finding: Finding, content: Content) -> str:
    """Return what the undetermined incidents lack, most frequent first; one may lack several."""
    mine = _judged(finding, "undetermined", content)
    lacking = Counter(f for facets in mine["missing_facets"].to_list() for f in facets)
    order = (*FACETS, "exempt")
    ranked = sorted(lacking, key=lambda f: (-lacking[f], order.index(f)))
    if len(mine) == 1:
        facets = words.either([f"the {words.facet(f)}" for f in ranked], "and")
        return f"To judge the open one, one would have to know {facets}."
    told = [f"the {words.facet(f)} of {lacking[f]}" for f in ranked]
    several = " (of some, several)" if sum(lacking.values()) > len(mine) else ""
    lead = f"To judge the {words.number(len(mine))} open ones, one would have to know"
    return f"{lead} {words.either(told, 'and')}{several}."


def terms(plan: ClausePlan, whole: Plan) -> list[dict[str, Any]]:
    """Return the facets of a clause in words, with what is vague and the notes on it."""
    clause = plan.clause
    out = []
    if clause.time is not None:
        told = f"from {words.bound(plan.start, whole.zone)} to {words.bound(plan.end, whole.zone)}"
        if clause.time.lasts:
            told += f" ({clause.time.lasts} from the start)"
        out.append({"name": "time", "told": told, "note": clause.time.note, "cites": _time_cites(clause.time)})
    coded: tuple[tuple[str, ListName | None], ...] = (
        ("actor", "actor"),
        ("act", "act"),
        ("weapon", "weapon"),
        ("target", "target"),
        ("place", None),
    )
    for name, listing in coded:
        term = getattr(clause, name)
        if term is not None:
            told = words.covered(term, listing, whole.areas)
            out.append({"name": name, "told": told, "note": term.note, "cites": term.cites})
    if clause.condition is not None:
        told = words.condition(clause.condition)
        out.append({"name": "condition", "told": told, "note": clause.condition.note, "cites": clause.condition.cites})
    return out


def _time_cites(window: Any) -> list[str]:
    bounds = [window, window.starts, window.ends]
    return sorted({c for b in bounds for c in getattr(b, "cites", [])})


def cited(plan: ClausePlan, whole: Plan, agreement: Agreement) -> list[Statement]:
    """Return the statements that a clause and its terms rest on, by day, then by id."""
    ids = {*plan.clause.cites, *(c for t in terms(plan, whole) for c in t["cites"])}
    return sorted((agreement.statement(i) for i in ids), key=lambda s: (s.said_on, s.id))


def contested_sentences(content: Content) -> dict[str, Any]:
    """Return how many incidents the readings contest, and how many of them turn on each facet."""
    table = content.contested
    by_incident: dict[str, set[str]] = {}
    for incident_id, facets in table.select("incident_id", "turning_facets").iter_rows():
        by_incident.setdefault(incident_id, set()).update(facets)
    sharp = table.filter(
        pl.concat_list("verdict_a", "verdict_b").list.contains("violation")
        & ~pl.concat_list("verdict_a", "verdict_b").list.contains("undetermined")
    )
    counts = Counter(f for facets in by_incident.values() for f in facets)
    order = [f for f in (*FACETS, "exempt") if counts[f]]
    ranked = sorted(order, key=lambda f: (-counts[f], order.index(f)))
    return {
        "incidents": len(by_incident),
        "of": len(content.incidents),
        "sharp": sharp["incident_id"].n_unique(),
        "told": words.either([f"{counts[f]} on the {words.facet(f)}" for f in ranked], "and"),
        "facets": ranked,
    }
