"""The incidents of a case as the page lists them: what, where, when, each reading's verdict and the reasons."""

from __future__ import annotations

from typing import Any

from holdfire.adjudicate.contested import RANK
from holdfire.publish import words
from holdfire.publish.content import Content
from holdfire.publish.reasons import reasons
from holdfire.tables import FACETS


def incident_views(content: Content) -> list[dict[str, Any]]:
    """Return every incident that some reading does not put outside for sure.

    First those that one reading calls a violation and another does not, then the others; each by time, then by id.
    `verdicts` holds the gravest verdict of each reading; `detail` what the panel of the incident tells.
    """
    rows: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for row in content.verdicts.iter_rows(named=True):
        rows.setdefault(row["incident_id"], {}).setdefault(row["reading_id"], []).append(row)
    turning: dict[str, set[str]] = {}
    for incident_id, facets in content.contested.select("incident_id", "turning_facets").iter_rows():
        turning.setdefault(incident_id, set()).update(facets)
    reports = {r["report_id"]: r for r in content.reports.iter_rows(named=True)}
    views = []
    for incident in content.incidents.iter_rows(named=True):
        of_reading = rows.get(incident["incident_id"], {})
        gravest = {
            r.id: max((v["verdict"] for v in of_reading.get(r.id, [])), key=RANK.__getitem__, default="outside")
            for r in content.agreement.readings
        }
        if set(gravest.values()) <= {"outside"}:
            continue
        views.append(
            {
                **_summary(incident, content),
                "verdicts": gravest,
                "sharp": "violation" in gravest.values() and bool({"outside", "permitted"} & set(gravest.values())),
                "violated": sum(v == "violation" for v in gravest.values()),
                "open": sum(v == "undetermined" for v in gravest.values()),
                "turning": [f for f in (*FACETS, "exempt") if f in turning.get(incident["incident_id"], set())],
                "contested": incident["incident_id"] in turning,
                "detail": _detail(incident, of_reading, reports, content),
            }
        )
    return sorted(views, key=lambda v: (not v["sharp"], v["sort"], v["id"]))


def _summary(incident: dict[str, Any], content: Content) -> dict[str, Any]:
    code = incident["place_code"]
    area = words.place(code, content.areas) if code else None
    named = incident["place_name"]
    weapons = incident["weapons"]
    acts = words.labels("act", incident["acts"])
    what = acts if not weapons else f"{acts} ({words.labels('weapon', weapons)})"
    munitions = incident["munitions"]
    return {
        "id": incident["incident_id"],
        "sort": (incident["start"] is None, incident["start"], incident["end"])
        if incident["start"] is not None
        else (True,),
        "when": words.interval(incident["start"], incident["end"], content.plan.zone),
        "place": named or area or "not stated",
        "area": area if area != named else None,
        "what": what[:1].upper() + what[1:],
        "targets": words.labels("target", incident["targets"]),
        "munitions": None if munitions is None else words.count(munitions, "munition"),
        "ground": ground_told(incident),
        "tally": incident["tally"],
        "actor": words.label("actor", incident["actor"]) if incident["actor"] else "not stated",
        "groups": incident["groups"],
        "lon": incident["lon"],
        "lat": incident["lat"],
    }


def ground_told(incident: dict[str, Any]) -> str | None:
    """Return '3.2 km² (0.0 to 9.1)'; null where no ground changed hands, or nobody measured it."""
    figure, low, high = (incident[c] for c in ("area_km2", "area_km2_min", "area_km2_max"))
    if figure is None:
        return None
    return f"{figure:,.1f} km²" + ("" if low is None or high is None else f" ({low:,.1f} to {high:,.1f})")


def _detail(
    incident: dict[str, Any],
    of_reading: dict[str, list[dict[str, Any]]],
    reports: dict[str, dict[str, Any]],
    content: Content,
) -> dict[str, Any]:
    clauses = {(c.reading_id, c.clause_id): c for c in content.plan.clauses}
    reports_told = words.count(len(incident["report_ids"]), "report")
    groups_told = words.count(incident["groups"], "independent source group")
    facts = [
        ("Killed", words.reach(incident["killed_min"], incident["killed_max"])),
        ("Injured", words.reach(incident["injured_min"], incident["injured_max"])),
        ("Munitions", words.reach(incident["munitions_min"], incident["munitions_max"])),
        ("Ground that changed hands", ground_told(incident)),
        ("Sources", f"{reports_told}, {groups_told}"),
        (
            "Fires seen from satellites",
            None if not incident["fires"] else f"{incident['fires']}; no proof of an attack",
        ),
        ("Counted in", words.either(incident["part_of"] or [], "and") or None),
        ("Reports disagree on", words.either(incident["disputes"], "and") or None),
        ("Below the standard of proof", words.either(incident["unproven_facets"], "and") or None),
    ]
    return {
        "facts": [[k, v] for k, v in facts if v],
        "readings": [
            {
                "title": reading.title,
                "clauses": [
                    {
                        "text": clauses[reading.id, row["clause_id"]].clause.text,
                        "verdict": row["verdict"],
                        "reasons": reasons(incident, row, clauses[reading.id, row["clause_id"]], content.plan)
                        + unstable(row),
                    }
                    for row in of_reading.get(reading.id, [])
                ],
            }
            for reading in content.agreement.readings
        ],
        "reports": [_report(reports[r]) for r in incident["report_ids"]],
    }


def unstable(row: dict[str, Any]) -> list[str]:
    """Return how the verdict hangs on which reports are of one incident, where it does."""
    if row["stable"] is None or row["stable"] >= 1:
        return []
    return [f"Linked otherwise, its reports give the same verdict in {row['stable']:.0%} of plausible ways."]


def _report(report: dict[str, Any]) -> dict[str, Any]:
    url = report["url"]
    return {
        "id": report["report_id"],
        "outlet": report["outlet"] or "outlet not stated",
        "published": words.day(report["published"]) if report["published"] else "",
        "url": words.web(url),
        "ref": None if words.web(url) else url,
        "grade": (report["reliability"] or "") + (report["credibility"] or ""),
        "account": report["account"] or "",
    }
