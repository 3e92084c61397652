"""What each reading came to, its clauses in plain words, what the readings contest, and the lull."""

from __future__ import annotations

from collections import Counter
from typing import Any

import polars as pl

from holdfire.adjudicate import ClausePlan, Finding
from holdfire.publish import words
from holdfire.publish.content import Content
from holdfire.tables import FACETS
from holdfire.terms import Statement
from holdfire.terms.codelist import ListName


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
                    "terms": _terms(plans[reading.id, clause.id], content),
                    "statements": _cited(plans[reading.id, clause.id], content),
                }
            )
        statuses = [f.status for f in content.findings if f.reading_id == reading.id]
        views.append(
            {
                "reading": reading,
                "party": parties[reading.held_by],
                "status": next(
                    (s for s in ("violated", "unproven", "held", "not_in_force") if s in statuses), "not_in_force"
                ),
                "clauses": clauses,
                "statements": [content.agreement.statement(c) for c in reading.cites],
            }
        )
    return views


def _sentence(finding: Finding, content: Content) -> str:
    """Return one finding in sentences: how many violations at least and at most, and what one would have to know."""
    least, open_ = finding.violations, finding.undetermined
    if finding.status == "not_in_force":
        return "It was not in force on any day of the period."
    if finding.status == "held":
        days = words.count(finding.total, "place-day")
        return f"It held: no violation was reported, nothing is left open, and sources covered all {days}."
    if finding.status == "violated":
        bounds = (
            f"{words.number(least)}" if not open_ else f"at least {words.number(least)} and at most {least + open_:,}"
        )
        said = f"It was violated by {bounds} of the reported incidents."
    elif open_:
        said = f"No reported incident violates it for sure; {words.number(open_)} may."
    else:
        said = "No reported incident violates it, but the sources do not see all of it: it cannot be said to have held."
    if open_:
        some = "One" if open_ == 1 else words.number(open_)
        said += f" {some} cannot be judged yet: {_missing(finding, content)}."
    return said


def _missing(finding: Finding, content: Content) -> str:
    """Return what the undetermined incidents lack, most frequent first; one may lack several."""
    mine = content.verdicts.filter(
        (pl.col("reading_id") == finding.reading_id)
        & (pl.col("clause_id") == finding.clause_id)
        & (pl.col("verdict") == "undetermined")
    )
    lacking = Counter(f for facets in mine["missing_facets"].to_list() for f in facets)
    order = (*FACETS, "exempt")
    told = [
        f"the {_facet_name(f)} of {lacking[f]}" for f in sorted(lacking, key=lambda f: (-lacking[f], order.index(f)))
    ]
    return f"what is open is {words.either(told, 'and')}"


def _facet_name(facet: str) -> str:
    return "exemption" if facet == "exempt" else facet


def _terms(plan: ClausePlan, content: Content) -> list[dict[str, Any]]:
    """Return the facets of a clause in words, with what is vague and the notes on it."""
    clause = plan.clause
    out = []
    if clause.time is not None:
        told = f"from {words.bound(plan.start, content.plan.zone)} to {words.bound(plan.end, content.plan.zone)}"
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
            told = words.covered(term, listing, content.areas)
            out.append({"name": name, "told": told, "note": term.note, "cites": term.cites})
    if clause.condition is not None:
        side, limit = ("at most", clause.condition.at_most)
        if limit is None:
            side, limit = "at least", clause.condition.at_least
        told = f"{clause.condition.fact.replace('_', ' ')} {side} {limit:g}"
        out.append({"name": "condition", "told": told, "note": clause.condition.note, "cites": clause.condition.cites})
    return out


def _time_cites(window: Any) -> list[str]:
    bounds = [window, window.starts, window.ends]
    return sorted({c for b in bounds for c in getattr(b, "cites", [])})


def _cited(plan: ClausePlan, content: Content) -> list[Statement]:
    ids = {*plan.clause.cites, *(c for t in _terms(plan, content) for c in t["cites"])}
    return sorted((content.agreement.statement(i) for i in ids), key=lambda s: (s.said_on, s.id))


def contested_sentences(content: Content) -> dict[str, Any]:
    """Return how many incidents the readings contest, and how many of them turn on each facet."""
    table = content.contested
    by_incident: dict[str, set[str]] = {}
    for incident_id, facets in table.select("incident_id", "turning_facets").iter_rows():
        by_incident.setdefault(incident_id, set()).update(facets)
    counts = Counter(f for facets in by_incident.values() for f in facets)
    order = [f for f in (*FACETS, "exempt") if counts[f]]
    ranked = sorted(order, key=lambda f: (-counts[f], order.index(f)))
    told = [f"{counts[f]} on the {_facet_name(f)}" for f in ranked]
    return {
        "incidents": len(by_incident),
        "of": len(content.incidents),
        "told": words.either(told, "and"),
        "facets": ranked,
    }


def lull_views(content: Content) -> dict[str, Any]:
    """Return the tests of quiet in words. Several tests on one past: the chance of a false alarm adds up."""
    titles = {r.id: r.title for r in content.agreement.readings}
    rows = []
    for lull in content.lulls:
        if lull.p_value is None or lull.observed is None or lull.rank is None:
            said = "Too few nights with a bulletin, or too few earlier windows, to test."
        else:
            quieter = "none was" if lull.rank == 0 else f"{lull.rank} {'was' if lull.rank == 1 else 'were'}"
            said = f"Of {lull.windows} earlier windows of as many nights, {quieter} as quiet or quieter."
        rows.append({"lull": lull, "reading": titles[lull.reading_id], "said": said})
    tested = sum(lull.p_value is not None for lull in content.lulls)
    return {"rows": rows, "tested": tested, "false_alarm": 1 - 0.95**tested}
