"""The report page: one HTML file that needs no network, made from a run's content."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from holdfire.publish import words
from holdfire.publish.base_rate import base_rate_views
from holdfire.publish.claims import claims_view
from holdfire.publish.content import Content
from holdfire.publish.displacement import displacement_lead, displacement_views
from holdfire.publish.exposure import exposure_view
from holdfire.publish.ground import ground_views
from holdfire.publish.incidents import incident_views
from holdfire.publish.lull import lull_views
from holdfire.publish.matrix import matrix_view
from holdfire.publish.obligations import contested_views
from holdfire.publish.outlook import outlook_views
from holdfire.publish.places import map_view
from holdfire.publish.readings import contested_sentences, reading_views, windows_differ
from holdfire.publish.rebound import rebound_views
from holdfire.publish.settling import Wording, sentences
from holdfire.publish.talks import talks_view
from holdfire.publish.undercount import kept_out, undercount_views
from holdfire.publish.zones import shown_zones, zones_of_clauses


def render(content: Content) -> str:
    """Return the page as HTML. The same content gives the same bytes."""
    return environment().get_template("report.html.j2").render(view(content))


@cache
def environment() -> Environment:
    """Return where the templates of all pages are, with the filters that they share."""
    loader = PackageLoader("holdfire.publish", "template")
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters.update(day=words.day, dated=words.dated, number=words.number, facet=words.facet)
    return made


def view(content: Content) -> dict[str, Any]:
    """Return everything that the template shows, in words."""
    incidents = incident_views(content)
    lulls = lull_views(content)
    zones = shown_zones(content)
    return {
        "content": content,
        "readings": reading_views(content),
        "windows_differ": windows_differ(content),
        "contested": contested_sentences(content),
        "settling": _settling(content),
        "contested_obligations": contested_views(content),
        "matrix": matrix_view(content),
        "map": map_view(content, incidents, zones),
        "zones": zones_of_clauses(content, zones),
        "ground": ground_views(content),
        "incidents": incidents,
        "lulls": lulls,
        "base_rates": base_rate_views(content),
        "undercounts": undercount_views(content),
        "kept_out": kept_out(content.assessment.undercount),
        "displacement": displacement_views(content),
        "displacement_lead": displacement_lead(content),
        "rebound": rebound_views(content),
        "exposure": exposure_view(content),
        "outlook": outlook_views(content),
        "claims": claims_view(content),
        "talks": talks_view(content),
        "coverage": _coverage(content),
        "counts": _counts(content),
        "details": _island({i["id"]: i["detail"] for i in incidents}),
        "style": asset("report.css"),
        "script": asset("report.js"),
        "words": words,
    }


def _settling(content: Content) -> list[str]:
    """Return what would settle the incidents that the readings contest."""
    told = content.assessment.settling
    if told is None:
        return []
    return sentences(told, Wording(content.agreement, content.plan, content.areas))


def asset(name: str) -> Markup:
    text = resources.files("holdfire.publish").joinpath("template", name).read_text(encoding="utf-8")
    return Markup(text)


def _island(value: Any) -> Markup:
    """Return JSON that can stand within a script element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))


def _coverage(content: Content) -> list[dict[str, Any]]:
    return [
        {
            "source": s,
            "missing": words.either([words.day(d) for d in s.missing_days], "and"),
            "refused": [
                f"{found}: {words.count(n, 'row')}" for found, n in Counter(map(_kind, s.refused)).most_common(5)
            ],
        }
        for s in content.sources
    ]


def _kind(found: str) -> str:
    """Return why a row was refused without what only this row holds."""
    return re.sub(r"'[^']*'", "…", re.sub(r"[0-9]+", "…", found))


def _counts(content: Content) -> dict[str, Any]:
    """Return the nights on which sources that count them disagree, and those that only some of them have."""
    titles = {s.source_id: s.title for s in content.sources}
    differ, lacking, compared = [], [], 0
    for (day, kind), rows in content.assessment.counts.group_by("day", "kind", maintain_order=True):
        given = [(titles[s], n) for s, n in rows.select("source_id", "munitions").iter_rows()]
        if len(given) < 2:
            continue
        told = [f"{title}: {'no report' if n is None else words.number(n)}" for title, n in given]
        compared += 1
        if rows["agree"].any(ignore_nulls=False) is False:
            differ.append({"day": day, "kind": kind, "told": told})
        elif any(n is None for _, n in given):
            lacking.append({"day": day, "kind": kind, "told": told})
    return {"differ": differ, "lacking": lacking, "compared": compared}
