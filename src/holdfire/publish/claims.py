"""Public claims and what answers them, on the page and as ClaimReview of schema.org (https://schema.org/ClaimReview).

The rating follows from the finding, or from the verdict on one incident, under one reading; nobody chooses it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import polars as pl

from holdfire.publish import words
from holdfire.publish.content import Content
from holdfire.terms.claims import Claim, Claims

SUPPORTED, CONTRADICTED = 2, 1
_ANSWERS = {"violated": True, "violation": True, "held": False, "permitted": False, "outside": False}
_NAMES = {SUPPORTED: "Supported", CONTRADICTED: "Contradicted", None: "Unproven"}
# Red and green are kept for findings: that a claim is supported is neither good nor bad.
_LOOK = {SUPPORTED: "pending", CONTRADICTED: "pending", None: "unproven"}


def rating(says: str, answer: str) -> int | None:
    """Return the rating of a claim that a clause was `violated` or `held`, given a finding's status or a verdict.

    2: supported. 1: contradicted. Null: neither can be said, as where the finding is unproven.
    """
    violated = _ANSWERS.get(answer)
    if violated is None:
        return None
    return SUPPORTED if violated == (says == "violated") else CONTRADICTED


def claims_view(content: Content) -> dict[str, Any] | None:
    """Return what the page tells of the claims, in the order in which they were made; null where the case has none."""
    if content.claims is None or not content.claims.claims:
        return None
    made = [(content.agreement.statement(c.statement), c) for c in content.claims.claims]
    claims, told = [], []
    for statement, claim in sorted(made, key=lambda m: (m[0].said_on, m[0].id, m[1].id)):
        answers = [_answer(claim, name, content) for name in claim.clauses]
        who = ", ".join(part for part in (statement.role, statement.party) if part)
        claims.append({"claim": claim, "statement": statement, "who": who, "answers": answers})
        told.append({str(a["rating"]) for a in answers})
    return {"lead": lead(told), "claims": claims, "by": content.claims.reviewer, "on": content.claims.reviewed_on}


def lead(told: Sequence[set[str]]) -> str:
    """Return the sentence to quote, from the ratings of each claim: on how many all readings answer alike, and how."""
    alike = [(name.lower(), told.count({name})) for name in _NAMES.values()]
    parts = [f"{words.number(n)} {'is' if n == 1 else 'are'} {name}" for name, n in alike if n]
    differ = sum(len(names) > 1 for names in told)
    if not parts:
        return f"On {words.count(differ, 'public claim')}, the answer depends on the reading."
    rest = f"; on {words.number(differ)} the answer depends on the reading" if differ else ""
    of = f"Of {words.count(len(told), 'public claim')}, {words.either(parts, 'and')}"
    return f"{of} under every reading that it is held against{rest}."


def _answer(claim: Claim, name: str, content: Content) -> dict[str, Any]:
    """Return one answer to a claim: its rating, the reading that it holds under, why, and where the page has more."""
    reading_id, clause_id = name.split("/")
    reading = next(r for r in content.agreement.readings if r.id == reading_id)
    text = next(c.text for c in reading.clauses if c.id == clause_id).rstrip(".")
    status, why = _answered(claim, name, content, f"“{text}”")
    value = rating(claim.says, status)
    return {
        "rating": _NAMES[value],
        "look": _LOOK[value],
        "reading": reading,
        "why": why,
        "incident": _incident(claim, content),
    }


def claim_reviews(claims: Claims, content: Content) -> str:
    """Return one ClaimReview for every claim and every clause that answers it, as JSON-LD."""
    reviews = [_review(claim, name, claims, content) for claim in claims.claims for name in claim.clauses]
    document = {"@context": "https://schema.org", "@graph": reviews}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _review(claim: Claim, name: str, claims: Claims, content: Content) -> dict[str, Any]:
    statement = content.agreement.statement(claim.statement)
    answer, why = _answered(claim, name, content, name)
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


def _incident(claim: Claim, content: Content) -> str | None:
    """Return the incident that a claim speaks of; null where it speaks of the whole period, or the case knows none."""
    found = content.incidents.filter(pl.col("report_ids").list.contains(claim.incident or ""))["incident_id"]
    return None if found.is_empty() else str(found[0])


def _answered(claim: Claim, name: str, content: Content, called: str) -> tuple[str, str]:
    """Return the finding's status, or the verdict, that answers a claim, and what it rests on in words.

    `called` is what the clause is called there.
    """
    reading_id, clause_id = name.split("/")
    mine = (pl.col("reading_id") == reading_id) & (pl.col("clause_id") == clause_id)
    if claim.incident is None:
        finding = next(f for f in content.findings if (f.reading_id, f.clause_id) == (reading_id, clause_id))
        status = words.STATUS[finding.status]
        if finding.norm == "obligation":
            return finding.status, f"The clause {called} is {status}."
        least, most = finding.violations - finding.absorbed, finding.violations + finding.undetermined
        found = f"{words.reach(least, most)} of the reported incidents violate it" if most else "no violation is known"
        violating = content.verdicts.filter(mine & (pl.col("verdict") == "violation"))["incident_id"]
        groups = content.incidents.filter(pl.col("incident_id").is_in(violating.implode()))["groups"].to_list()
        return finding.status, f"The clause {called} is {status}: {found}{_alone(groups)}."
    own = _incident(claim, content)
    if own is None:
        return "unknown", f"The case knows of no incident with the report {claim.incident}."
    verdict = content.verdicts.filter(mine & (pl.col("incident_id") == own))["verdict"][0]
    told = {"violation": "a violation of", "permitted": "permitted under", "outside": "outside of"}
    said = f"is {told[verdict]} {called}" if verdict in told else f"may violate {called} or not"
    groups = content.incidents.filter(pl.col("incident_id") == own)["groups"].to_list()
    return verdict, f"The incident {own} {said}{_alone(groups)}."


def _alone(groups: list[int]) -> str:
    """Return that nothing of it has a second source, where nothing has."""
    return ", on the word of a single source group" if groups and max(groups) <= 1 else ""
