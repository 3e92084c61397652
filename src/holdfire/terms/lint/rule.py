"""What a rule is, and what it says of an agreement."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar
from zoneinfo import ZoneInfo

from holdfire.terms.located import Parts
from holdfire.terms.model import Agreement, Clause, Reading

Severity = Literal["trap", "gap", "note"]
SEVERITIES: tuple[Severity, ...] = ("trap", "gap", "note")
"""Gravest first. A trap was said and will be fought over, a gap was left unsaid, a note is worth knowing."""

Subject = TypeVar("Subject")


@dataclass(frozen=True)
class Source:
    """Something published that a rule rests on, or that tells of a precedent: an address, or a document's symbol."""

    title: str
    url: str


@dataclass(frozen=True)
class Precedent:
    """A truce in which it mattered, told as facts, and who tells them."""

    told: str
    source: Source


@dataclass(frozen=True)
class Example:
    """Two fragments of YAML, one that the rule remarks on and one that it does not.

    `part` says what of a small valid agreement the keys of a fragment take the place of: keys of the agreement, of its
    one reading, of the one clause of that, or of the case around it.
    """

    part: Literal["agreement", "reading", "clause", "case"]
    fails: str
    passes: str


@dataclass(frozen=True)
class Place:
    """Where a rule applies, and what was found there. Parts of lists are named by their ids."""

    parts: Parts
    found: str


@dataclass(frozen=True)
class Rule(Generic[Subject]):
    """One gap or trap: why it matters, where it did, what would close it, and how it is found.

    What stands in brackets in `wording` is the drafter's to fill in; of an agreement, `wording.worded` fills in what it
    says itself.
    """

    id: str
    title: str
    severity: Severity
    why: str
    precedent: Precedent
    sources: tuple[Source, ...]
    wording: str
    example: Example
    applies: Callable[[Subject], Iterable[Place]]


@dataclass(frozen=True)
class Remark:
    """One rule at one place."""

    rule: Rule[Any]
    place: Place


def asked(rules: Iterable[Rule[Subject]], subject: Subject) -> list[Remark]:
    """Return what rules remark on, in the order of the rules."""
    return [Remark(rule, place) for rule in rules for place in rule.applies(subject)]


def nameless(text: str, agreement: Agreement) -> str:
    """Return a text without the names of the parties: the Front of a name is no line."""
    names = sorted((p.name.removeprefix("The ") for p in agreement.parties), key=len, reverse=True)
    return re.sub("|".join(rf"\b{re.escape(name)}\b" for name in names), "", text) if names else text


def clauses(agreement: Agreement, *norms: str) -> Iterator[tuple[Parts, Reading, Clause]]:
    """Return the clauses of all readings, of some norms if any are named, each with where it stands."""
    for reading in agreement.readings:
        for clause in reading.clauses:
            if not norms or clause.norm in norms:
                yield ("readings", reading.id, "clauses", clause.id), reading, clause


def moment(instant: datetime, zone: ZoneInfo) -> str:
    """Return '29 Jan 2026 18:00' in local time."""
    local = instant.astimezone(zone)
    return f"{local.day} {local:%b %Y %H:%M}"
