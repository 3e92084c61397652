"""Everything that is told of a run, by the name of its file."""

from __future__ import annotations

import polars as pl

from holdfire.publish.claims import claim_reviews
from holdfire.publish.content import Content
from holdfire.publish.page import render
from holdfire.publish.prov import provenance_graph
from holdfire.publish.talks import talks_table
from holdfire.publish.talks_events import talks_calendar


def documents(content: Content) -> dict[str, str | pl.DataFrame]:
    """Return the page, the graph of where all of it comes from, and what a case has of talks and of reviewed claims."""
    told: dict[str, str | pl.DataFrame] = {
        "report.html": render(content),
        "provenance.jsonld": provenance_graph(content),
    }
    if content.talks is not None:
        told["talks.csv"] = talks_table(content)
        told["talks.ics"] = talks_calendar(content)
    if content.claims is not None:
        told["claimreview.json"] = claim_reviews(content.claims, content)
    return told
