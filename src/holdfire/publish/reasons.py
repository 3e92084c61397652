"""Why a verdict is what it is: one sentence for each facet that decided it, or that would have to be known."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from holdfire.adjudicate import ClausePlan, Plan
from holdfire.publish import words
from holdfire.terms.codelist import ListName
from holdfire.terms.instants import Span

Incident = dict[str, Any]
Verdict = dict[str, Any]
_CODED: dict[str, tuple[ListName, str]] = {"act": ("act", "acts"), "target": ("target", "targets")}


def reasons(incident: Incident, verdict: Verdict, clause: ClausePlan, plan: Plan) -> list[str]:
    """Return the sentences for one verdict, in the order of the facets."""
    facets = [*verdict["deciding_facets"], *verdict["missing_facets"]]
    if verdict["verdict"] == "violation":
        return ["Every part of the clause applies, and no exemption does."]
    return [f"{words.facet(f).capitalize()}: {_why(f, incident, verdict[f], clause, plan)}." for f in facets]


def _why(facet: str, incident: Incident, answer: bool | None, clause: ClausePlan, plan: Plan) -> str:
    if facet == "exempt":
        names = words.either([f"“{c.clause.text.rstrip('.')}”" for c in _exemptions(clause, plan)])
        return f"it is covered by {names}" if answer else f"whether it is covered by {names} is not known"
    if answer is None and facet in incident["unproven_facets"] and stated(facet, incident):
        return "what is reported of it rests on less than the standard of proof"
    if facet == "time":
        return _time(incident["start"], incident["end"], answer, clause, plan)
    if facet == "place":
        return _place(incident, answer, clause, plan)
    if facet == "condition":
        return "no observation covers that place and day" if answer is None else "it was not met at that place and day"
    if facet == "actor":
        return _actor(incident, answer, clause, plan)
    return _coded(facet, incident, answer, clause, plan)


def stated(facet: str, incident: Incident) -> bool:
    """Tell whether anything was reported of what a facet asks about; what was not cannot rest on too little."""
    columns = {"act": "acts", "target": "targets", "actor": "actor", "time": "start"}
    return facet not in columns or bool(incident[columns[facet]])


def _exemptions(clause: ClausePlan, plan: Plan) -> list[ClausePlan]:
    return [c for c in plan.clauses if c.reading_id == clause.reading_id and c.clause_id in clause.exempted_by]


def _time(start: datetime | None, end: datetime | None, answer: bool | None, clause: ClausePlan, plan: Plan) -> str:
    when = words.interval(start, end, plan.zone)
    if start is None or end is None:
        return "no time was stated"
    opens, closes = clause.start or Span(None, None), clause.end or Span(None, None)
    if answer is False:
        if opens.earliest is not None and end <= opens.earliest:
            return f"it happened before the clause began ({when}; it began {words.at_bound(opens, plan.zone)})"
        return f"it happened after the clause had ended ({when}; it ended {words.at_bound(closes, plan.zone)})"
    vague = opens.latest is None or start < opens.latest
    side, span = ("starts", opens) if vague else ("ends", closes)
    edge = words.bound(span, plan.zone)
    if span.earliest == span.latest:
        return f"it may lie on either side of the time at which the clause {side} ({when}; it {side} at {edge})"
    return f"when it {side} was left vague ({edge}), and this happened {when}"


def _place(incident: Incident, answer: bool | None, clause: ClausePlan, plan: Plan) -> str:
    term = clause.clause.place
    assert term is not None
    core = words.either([words.place(p, plan.areas) for p in term.certainly])
    fringe = words.either([words.place(p, plan.areas) for p in term.possibly])
    named = incident["place_name"]
    code = incident["place_code"]
    area = words.place(code, plan.areas) if code else None
    where = f"{named} ({area})" if named and area and area != named else named or area or "an unknown place"
    if answer is False:
        beyond = f"{core}, and beyond even the fringe ({fringe})" if core and fringe else core or fringe
        return f"{where} is beyond {beyond}"
    if incident["lon"] is None and code is None:
        return "no place was stated that could be located"
    if incident["lon"] is None and code in [c for p in (*term.certainly,) for c in _around(p, plan)]:
        return f"only {where} is known, which is wider than {core}"
    return f"{where} may or may not lie in {core}" + (f" (possibly {fringe})" if fringe else "")


def _around(place: str, plan: Plan) -> tuple[str, ...]:
    found = plan.areas.find(place)
    return plan.areas.lineage(found.code)[1:] if found else ()


def _actor(incident: Incident, answer: bool | None, clause: ClausePlan, plan: Plan) -> str:
    term = clause.term("actor")
    assert term is not None
    bound = words.covered(term, "actor", plan.areas)
    if answer is None and incident["actor"] is None:
        disputed = "actor" in incident["disputes"]
        return "reports differ on who did it" if disputed else "who did it was not stated"
    return f"it is attributed to {words.label('actor', incident['actor'])}; the clause binds {bound}"


def _coded(facet: str, incident: Incident, answer: bool | None, clause: ClausePlan, plan: Plan) -> str:
    name, column = _CODED[facet]
    codes = incident[column]
    term = clause.term(facet)
    wanted = words.covered(term, name, plan.areas) if term else "what the clause names"
    told = words.labels(name, codes)
    if answer is False:
        return f"what was reported ({told}) is not {wanted}"
    if not codes:
        return f"what was hit was not stated; the clause speaks of {wanted}" if facet == "target" else "not stated"
    return f"what was reported ({told}) does not say whether it was {wanted}"
