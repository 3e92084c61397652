"""Public claims and what answers them, as ClaimReview of schema.org (https://schema.org/ClaimReview).

The rating follows from the finding, or from the verdict on one incident, under one reading; nobody chooses it.
"""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from holdfire.publish import words
from holdfire.publish.content import Content
from holdfire.terms.claims import Claim, Claims

SUPPORTED, CONTRADICTED = 2, 1
_ANSWERS = {"violated": True, "violation": True, "held": False, "permitted": False, "outside": False}
_NAMES = {SUPPORTED: "Supported", CONTRADICTED: "Contradicted", None: "Unproven"}


def rating(says: str, answer: str) -> int | None:
    """Return the rating of a claim that a clause was `violated` or `held`, given a finding's status or a verdict.

    2: supported. 1: contradicted. Null: neither can be said, as where the finding is unproven.
    """
    violated = _ANSWERS.get(answer)
    if violated is None:
        return None
    return SUPPORTED if violated == (says == "violated") else CONTRADICTED


def claim_reviews(claims: Claims, content: Content) -> str:
    """Return one ClaimReview for every claim and every clause that answers it, as JSON-LD."""
    reviews = [_review(claim, name, claims, content) for claim in claims.claims for name in claim.clauses]
    document = {"@context": "https://schema.org", "@graph": reviews}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _review(claim: Claim, name: str, claims: Claims, content: Content) -> dict[str, Any]:
    statement = content.agreement.statement(claim.statement)
    answer, why = _answered(claim, name, content)
    value = rating(claim.says, answer)
    reading = next(r for r in content.agreement.readings if r.id == name.split("/")[0])
    under = f"under the reading “{reading.title}”, at the standard of proof “{content.standard}”"
    rated: dict[str, Any] = {"@type": "Rating"}
    if value is not None:
        rated |= {"ratingValue": value, "worstRating": CONTRADICTED, "bestRating": SUPPORTED}
    rated |= {"alternateName": f"{_NAMES[value]}, {under}", "ratingExplanation": why}
    author: dict[str, Any] = {"@type": "Person", "name": statement.speaker}
    if statement.role:
        author["jobTitle"] = statement.role
    appearance = {"@type": "CreativeWork", "publisher": {"@type": "Organization", "name": statement.outlet}}
    if words.web(statement.url):
        appearance["url"] = statement.url
    reviewer = {"@type": "Organization", "name": claims.reviewer.name}
    if claims.reviewer.url:
        reviewer["url"] = claims.reviewer.url
    review = {
        "@type": "ClaimReview",
        "identifier": f"{claim.id}/{name}",
        "claimReviewed": claim.text,
        "author": reviewer,
        **({"datePublished": claims.reviewed_on.isoformat()} if claims.reviewed_on else {}),
        "itemReviewed": {
            "@type": "Claim",
            "author": author,
            "datePublished": statement.said_on.isoformat(),
            "appearance": appearance,
        },
        "reviewRating": rated,
    }
    return review | ({"reviewBody": claim.note} if claim.note else {})


def _answered(claim: Claim, name: str, content: Content) -> tuple[str, str]:
    """Return the finding's status, or the verdict, that answers a claim, and what it rests on in words."""
    reading_id, clause_id = name.split("/")
    mine = (pl.col("reading_id") == reading_id) & (pl.col("clause_id") == clause_id)
    if claim.incident is None:
        finding = next(f for f in content.findings if (f.reading_id, f.clause_id) == (reading_id, clause_id))
        status = words.STATUS[finding.status]
        if finding.norm == "obligation":
            return finding.status, f"The clause {name} is {status}."
        least, most = finding.violations - finding.absorbed, finding.violations + finding.undetermined
        found = f"{words.reach(least, most)} of the reported incidents violate it" if most else "no violation is known"
        violating = content.verdicts.filter(mine & (pl.col("verdict") == "violation"))["incident_id"]
        groups = content.incidents.filter(pl.col("incident_id").is_in(violating.implode()))["groups"].to_list()
        return finding.status, f"The clause {name} is {status}: {found}{_alone(groups)}."
    incident = content.incidents.filter(pl.col("report_ids").list.contains(claim.incident))
    if incident.is_empty():
        return "unknown", f"The case knows of no incident with the report {claim.incident}."
    own = incident["incident_id"][0]
    verdict = content.verdicts.filter(mine & (pl.col("incident_id") == own))["verdict"][0]
    told = {"violation": "a violation of", "permitted": "permitted under", "outside": "outside of"}
    said = f"is {told[verdict]} {name}" if verdict in told else f"may violate {name} or not"
    return verdict, f"The incident {own} {said}{_alone(incident['groups'].to_list())}."


def _alone(groups: list[int]) -> str:
    """Return that nothing of it has a second source, where nothing has."""
    return ", on the word of a single source group" if groups and max(groups) <= 1 else ""
