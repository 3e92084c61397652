"""Talks: their rounds, what is on the agenda, and what each party said of it, each word with its statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from holdfire.problems import InputError, Problem, suggest
from holdfire.terms.codelist import code_list
from holdfire.terms.model import Agreement, Statement, Window
from holdfire.terms.parts import Identifier, Model
from holdfire.terms.validation import validate
from holdfire.terms.yamlfile import line_of, read_yaml

Stance = Literal[
    "proposes",
    "asks",
    "conditional",
    "accepts",
    "rejects",
    "reports_agreement",
    "denies_agreement",
    "mentions",
    "no_comment",
]
Notice = Literal[
    "announces", "confirms", "doubts", "postpones", "cancels", "held", "not_held", "mentions", "no_comment"
]


class Said(Model):
    """One statement, and for whom it speaks."""

    statement: str = Field(description="id of the statement")
    party: str | None = Field(
        None, description="id of the party that the speaker speaks for; the statement's own where left out"
    )
    on_record: bool = Field(True, description="false where the speaker is not named: it is shown and decides nothing")


class Position(Said):
    """What a party said of an item of the agenda."""

    says: Stance = Field(description="what it says of the item, as a code")


class Word(Said):
    """What somebody said of whether and when a round takes place."""

    says: Notice = Field(description="what it says of the round, as a code")


class Subject(Model):
    """What rounds and items share."""

    id: Identifier
    title: str
    cites: list[str] = Field(default=[], description="ids of the statements that name it")
    due: list[str] = Field(default=[], description="obligations that it is to bring about, as READING/CLAUSE")
    note: str | None = Field(None, description="what a reader should know of it")


class Round(Subject):
    """One meeting: where, when, of whom. A date or place rests on the statements that it cites."""

    place: str | None = Field(None, description="where, as people call it; left out where nobody said")
    time: Window | None = Field(None, description="when, as vague as it was said; left out where nobody said")
    parties: list[str] = Field(default=[], description="ids of the parties that meet; those of the talks if left out")
    mediators: list[str] = Field(default=[], description="ids of those among them that mediate")
    said: list[Word] = Field(default=[], description="who said what of it")


class Item(Subject):
    """One item of the agenda."""

    topic: str = Field(description="code of the topic list")
    parties: list[str] = Field(default=[], description="whose word it takes; the parties of the talks if left out")
    rounds: list[str] = Field(default=[], description="ids of the rounds that it is or was on the agenda of")
    said: list[Position] = Field(default=[], description="who said what of it")


class Talks(Model):
    """Talks over a truce or what comes after it: rounds and agenda."""

    title: str
    parties: list[str] = Field(min_length=1, description="ids of the parties of the agreement whose word it takes")
    rounds: list[Round] = Field(default=[])
    items: list[Item] = Field(default=[])

    def as_of(self, day: date, agreement: Agreement) -> Talks:
        """Return what was known of the talks by the end of a day: what no statement by then names is left out.

        So are notes, of which nobody can say what they rest on.
        """
        known = {s.id for s in agreement.statements if s.said_on <= day}

        def by_then(subject: Subject, said: Iterable[Said]) -> dict[str, Any]:
            return {
                "cites": [c for c in subject.cites if c in known],
                "said": [s for s in said if s.statement in known],
                "note": None,
            }

        def timed(meeting: Round) -> dict[str, Any]:
            time = meeting.time
            if time is None or not time.cites:
                return {}
            cites = [c for c in time.cites if c in known]
            return {"time": time.model_copy(update={"cites": cites}) if cites else None}

        rounds = [
            r.model_copy(update={**by_then(r, r.said), **timed(r)})
            for r in self.rounds
            if not _cited(r).isdisjoint(known)
        ]
        items = [i.model_copy(update=by_then(i, i.said)) for i in self.items if not _cited(i).isdisjoint(known)]
        kept = {r.id for r in rounds}
        items = [i.model_copy(update={"rounds": [r for r in i.rounds if r in kept]}) for i in items]
        return self.model_copy(update={"rounds": rounds, "items": items})


def _cited(subject: Round | Item) -> set[str]:
    return {*subject.cites, *(s.statement for s in subject.said)}


def speaks_for(said: Said, statement: Statement, agreement: Agreement) -> str | None:
    """Return the id of the party that a statement speaks for; null for a speaker of none of them."""
    if said.party is not None:
        return said.party
    wanted = (statement.party or "").casefold()
    return next((p.id for p in agreement.parties if wanted in (p.id.casefold(), p.name.casefold())), None)


def read_talks(path: Path, agreement: Agreement) -> Talks:
    """Read the talks over an agreement. Raises InputError with file and line for every mistake."""
    data = read_yaml(path)
    talks = validate(Talks, data, path)
    problems = [
        Problem(f"{path}:{line_of(data, loc)}", found, expected, remedy)
        for loc, found, expected, remedy in _mistakes(talks, agreement)
    ]
    if problems:
        raise InputError(dict.fromkeys(problems))
    return talks


Mistake = tuple[tuple[Any, ...], str, str, str]


def _mistakes(talks: Talks, agreement: Agreement) -> Iterator[Mistake]:
    yield from _unknown("party", talks.parties, [p.id for p in agreement.parties], ("parties",))
    both: tuple[tuple[str, Sequence[Round | Item]], ...] = (("rounds", talks.rounds), ("items", talks.items))
    for kind, subjects in both:
        for n, subject in enumerate(subjects):
            if subject.id in [s.id for s in subjects[:n]]:
                yield (kind, n, "id"), f"id '{subject.id}' stands twice", "ids that differ", "Rename one."
            yield from _of_subject(subject, agreement, (kind, n))
    for n, meeting in enumerate(talks.rounds):
        loc = "rounds", n
        yield from _unknown("party", meeting.mediators, [p.id for p in agreement.parties], (*loc, "mediators"))
        dated = meeting.time.cites if meeting.time else []
        yield from _unknown("statement", dated, [s.id for s in agreement.statements], (*loc, "time"))
        if not meeting.cites and (meeting.place or meeting.parties or (meeting.time and not dated)):
            found = f"round '{meeting.id}' cites no statement"
            yield loc, found, "who named its time, place and parties", "Add `cites:`."
    for n, item in enumerate(talks.items):
        loc = "items", n
        yield from _unknown("topic", [item.topic], [c.code for c in code_list("topic").codes], (*loc, "topic"))
        yield from _unknown("round", item.rounds, [r.id for r in talks.rounds], (*loc, "rounds"))
        if not _cited(item) and not item.note:
            found = f"nobody is named who put '{item.id}' on the agenda"
            yield loc, found, "a statement, or a note", "Add `cites:`, or say in `note:` where it is named."


def _of_subject(subject: Round | Item, agreement: Agreement, loc: tuple[Any, ...]) -> Iterator[Mistake]:
    """Yield what is wrong with what rounds and items share."""
    parties = {p.id: p.name for p in agreement.parties}
    statements = {s.id: s for s in agreement.statements}
    duties = {f"{r.id}/{c.id}": c.norm for r in agreement.readings for c in r.clauses}
    obligations = [d for d, norm in duties.items() if norm == "obligation"]
    yield from _unknown("party", subject.parties, parties, (*loc, "parties"))
    yield from _unknown("statement", subject.cites, statements, (*loc, "cites"))
    for due in subject.due:
        if due in duties and due not in obligations:
            found = f"'{due}' is a {duties[due]}, which has no deadline"
            yield (*loc, "due"), found, "an obligation", "Name an obligation, or leave it out."
    yield from _unknown("clause", [d for d in subject.due if d not in duties], obligations, (*loc, "due"))
    for n, said in enumerate(subject.said):
        at = (*loc, "said", n)
        yield from _unknown("statement", [said.statement], statements, (*at, "statement"))
        yield from _unknown("party", [said.party] if said.party else [], parties, (*at, "party"))
        statement = statements.get(said.statement)
        if statement is None or (said.party and said.party not in parties):
            continue
        own = speaks_for(Said(statement=said.statement), statement, agreement)
        if said.party and own and own != said.party:
            found = f"'{said.statement}' is by a speaker of {parties[own]}, not of {parties[said.party]}"
            yield at, found, "a statement of the party itself", "Nobody's position is taken from another's mouth."
        elif isinstance(said, Position) and (said.party or own) is None:
            found = f"'{said.statement}' is by a speaker of no party of the agreement ('{statement.party}')"
            yield at, found, "a statement of a party", "Name the `party` it speaks for, or leave the row out."


def _unknown(kind: str, names: Iterable[str], known: Iterable[str], loc: tuple[Any, ...]) -> Iterator[Mistake]:
    known = list(known)
    for name in names:
        if name not in known:
            remedy = suggest(name, known) if known else f"The agreement has no such {kind}."
            yield loc, f"unknown {kind} '{name}'", f"a {kind} that is there", remedy
