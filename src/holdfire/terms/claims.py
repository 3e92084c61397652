"""Public claims that a case checks: that a clause was violated, or was held, each with the statement that makes it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from holdfire.problems import InputError, Problem, suggest
from holdfire.terms.model import Agreement
from holdfire.terms.parts import Identifier, Model
from holdfire.terms.validation import validate
from holdfire.terms.yamlfile import line_of, read_yaml


class Claim(Model):
    """One public claim. It has no rating: that follows from the findings, or the verdict, that answer it."""

    id: Identifier
    text: str = Field(description="the claim in own words")
    statement: str = Field(description="id of the statement that makes it")
    says: Literal["violated", "held"] = Field(description="what it says of the clauses")
    incident: str | None = Field(
        None, description="id of a report of the incident that it speaks of; the whole period where left out"
    )
    note: str | None = Field(None, description="what of the claim is reviewed and what is not")
    clauses: list[str] = Field(min_length=1, description="clauses that answer it, as READING/CLAUSE; a review of each")


class Reviewer(Model):
    """Who answers for the reviews."""

    name: str
    url: str | None = None


class Claims(Model):
    """The claims of a case, and who reviews them."""

    reviewer: Reviewer
    reviewed_on: date | None = Field(None, description="day of the review; left out of it where not given")
    claims: list[Claim] = Field(default=[])

    def as_of(self, day: date, agreement: Agreement) -> Claims:
        """Return the claims that had been made by the end of a day, under the readings of an agreement."""
        known = {s.id for s in agreement.statements if s.said_on <= day}
        clauses = {f"{r.id}/{c.id}" for r in agreement.readings for c in r.clauses}
        made = [
            c.model_copy(update={"clauses": [n for n in c.clauses if n in clauses]})
            for c in self.claims
            if c.statement in known
        ]
        return self.model_copy(update={"claims": [c for c in made if c.clauses]})


def read_claims(path: Path, agreement: Agreement) -> Claims:
    """Read the claims of a case. Raises InputError with file and line for every mistake."""
    data = read_yaml(path)
    claims = validate(Claims, data, path)
    problems = [
        Problem(f"{path}:{line_of(data, loc)}", found, expected, remedy)
        for loc, found, expected, remedy in _mistakes(claims, agreement)
    ]
    if problems:
        raise InputError(problems)
    return claims


def _mistakes(claims: Claims, agreement: Agreement) -> Iterator[tuple[tuple[Any, ...], str, str, str]]:
    statements = [s.id for s in agreement.statements]
    norms = {f"{r.id}/{c.id}": c.norm for r in agreement.readings for c in r.clauses}
    judged = [name for name, norm in norms.items() if norm != "permission"]
    for n, claim in enumerate(claims.claims):
        loc = "claims", n
        if claim.id in [c.id for c in claims.claims[:n]]:
            yield (*loc, "id"), f"claim id '{claim.id}' stands twice", "ids that differ", "Rename one."
        if claim.statement not in statements:
            remedy = suggest(claim.statement, statements)
            yield (*loc, "statement"), f"unknown statement '{claim.statement}'", "a statement's id", remedy
        for name in claim.clauses:
            if name not in judged:
                found = f"'{name}' is a permission" if name in norms else f"unknown clause '{name}'"
                yield (*loc, "clauses"), found, "a prohibition or an obligation", suggest(name, judged)
            elif claim.incident is not None and norms[name] == "obligation":
                found = f"'{name}' is an obligation, of which no single incident is judged"
                yield (*loc, "clauses"), found, "a prohibition", "Leave out `incident`, or name a prohibition."
