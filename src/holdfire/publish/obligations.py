"""Obligations in words: by when they were due, and whether they were met."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from holdfire.adjudicate import DayFinding, Finding, contested_obligations
from holdfire.publish import words
from holdfire.publish.content import Content

Figures = tuple[float, float | None]
MET = {"held": "met", "violated": "not met", "unproven": "not known", "pending": "pending"}
SHOWN = 6


def due_by(deadline: datetime | None, zone: ZoneInfo) -> str:
    """Return 'Due by 3 Feb', or with its time where it is not the end of a day."""
    if deadline is None:
        return "Due by a time that was not said"
    local = deadline.astimezone(zone)
    if local.time() == time():
        return f"Due by {words.day(local.date() - timedelta(days=1))}"
    return f"Due by {words.moment(deadline, zone)}"


def sentence(finding: Finding, content: Content) -> str:
    """Return what came of an obligation."""
    if finding.status == "not_in_force":
        return "It bound on no day of the period."
    days = [d for d in content.days if (d.reading_id, d.clause_id) == (finding.reading_id, finding.clause_id)]
    why = _done(finding, days, content) if finding.area_km2 is None else _kept(finding, days)
    return f"{due_by(finding.deadline, content.plan.zone)}; {MET[finding.status]}{why}."


def _kept(finding: Finding, days: list[DayFinding]) -> str:
    binding = [d for d in days if d.total]
    if finding.status == "held":
        return f": no ground of the place was held on any of the {words.count(len(binding), 'day')} from then on"
    if finding.status == "pending":
        known = [d for d in days if d.area_km2 is not None]
        return f"; {ground(known[-1].area_km2)} held there on {words.day(known[-1].day)}" if known else ""
    if finding.status == "violated":
        broken = [d for d in binding if d.violations]
        still = "still held" if broken[0] is binding[0] else "held"
        said = f": {ground(broken[0].area_km2)} of the place {still} on {words.day(broken[0].day)}"
        last = [d for d in binding if d.area_km2 is not None][-1]
        if last.day != broken[0].day:
            then = "as much" if last.area_km2 == broken[0].area_km2 else ground(last.area_km2)
            said += f", {then} on {words.day(last.day)}"
        return f"{said}; surely broken on {len(broken)} of {words.count(len(binding), 'day')}"
    open_ = [d for d in binding if d.undetermined and d.area_km2 is not None]
    if open_:
        return f": {ground(open_[0].area_km2)} of the place may have been held on {words.day(open_[0].day)}"
    return f": enough maps tell of {finding.covered} of {words.count(finding.total, 'day')} only"


def ground(bounds: Figures | None) -> str:
    """Return '8 to 20 km²', 'none' or 'an unknown amount of ground'."""
    if bounds is None:
        return "an unknown amount of ground"
    least, most = round(bounds[0], 1), None if bounds[1] is None else round(bounds[1], 1)
    if most == 0:
        return "less than 0.1 km²" if bounds[1] else "none"
    return f"{words.reach(least, most)} km²"


def _done(finding: Finding, days: list[DayFinding], content: Content) -> str:
    done = [d.day for d in days if d.status == "held"]
    if finding.status == "held":
        return f" on {words.day(done[0])}" if done else " before"
    if finding.status == "violated":
        said = ": it was not reported, and sources that would have told covered all of its time"
        late = _late(finding, content)
        return f": it was done on {words.day(late)}, too late" if late else said
    if finding.status == "unproven" and not finding.undetermined:
        return ": no report tells of it, and sources that would have told did not cover all of its time"
    if finding.undetermined:
        return f"; {words.count(finding.undetermined, 'reported incident')} may be it"
    return ""


def _late(finding: Finding, content: Content) -> date | None:
    ends = {i: e for i, e in content.incidents.select("incident_id", "end").iter_rows() if e is not None}
    late = [ends[i] for i in finding.evidence or [] if i in ends]
    return (min(late) - timedelta(microseconds=1)).astimezone(content.plan.zone).date() if late else None


def basis(finding: Finding) -> str:
    """Return what a finding rests on, and what each source of lines of control says."""
    said = []
    if finding.area_km2 is not None:
        if finding.total:
            said.append(f"Maps tell of {finding.covered} of {words.count(finding.total, 'day')}.")
        several = finding.area_km2.by_source.items() if len(finding.area_km2.by_source) > 1 else ()
        said += [f"By {source}: {ground(then.at_deadline or then.at_end)}." for source, then in several]
    else:
        share = f"{words.number(finding.covered)} of {words.number(finding.total)}"
        said.append(f"Sources would have told of it on {share} place-days.")
    ids = finding.evidence or []
    if ids:
        more = [f"{len(ids) - SHOWN} more"] if len(ids) > SHOWN else []
        said.append(f"It rests on {words.either([*ids[:SHOWN], *more], 'and')}.")
    return " ".join(said)


def cell(finding: DayFinding) -> str:
    """Return what is told of one day."""
    told = MET.get(finding.status, words.STATUS[finding.status])
    return told if finding.area_km2 is None else f"{told}, {ground(finding.area_km2)} held"


def contested_views(content: Content) -> list[str]:
    """Return a sentence for each obligation on which two readings disagree."""
    titles = {r.id: r.title for r in content.agreement.readings}
    texts: dict[Any, str] = {(c.reading_id, c.clause_id): c.clause.text for c in content.plan.clauses}
    out = []
    for c in contested_obligations(content.findings, content.plan):
        facets = words.either([words.facet(f) for f in c.differing_facets], "and")
        differ = f"their terms differ in the {facets}" if facets else "their terms are the same"
        said = f"{titles[c.reading_a]}: {_status(c.status_a)}; {titles[c.reading_b]}: {_status(c.status_b)}"
        out.append(f"“{texts[c.reading_a, c.clause_a].rstrip('.')}”. {said}; {differ}.")
    return out


def _status(status: str) -> str:
    return MET.get(status, words.STATUS[status])
