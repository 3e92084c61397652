"""What an article can hold: statements, pledges, understandings, incidents, facts, talks and named documents.

Every field is null where the article does not say. Every value carries the characters it was read from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, ClassVar

Value = str | int | float | bool


@dataclass(frozen=True)
class Found:
    """One value, the span [start, end) of the article's text it was read from, and why it was read so."""

    value: Value
    start: int
    end: int
    reason: str


Many = tuple[Found, ...]


@dataclass(frozen=True)
class Item:
    """Something an article says, and the span of the sentence that says it."""

    kind: ClassVar[str]
    start: int
    end: int
    reason: str

    def found(self) -> Iterator[tuple[str, Found]]:
        """Yield every value with the name of its field; a field of several values comes several times."""
        for field in fields(self):
            value = getattr(self, field.name)
            for one in value if isinstance(value, tuple) else (value,):
                if isinstance(one, Found):
                    yield field.name, one


@dataclass(frozen=True)
class Statement(Item):
    """Somebody said something on a truce: who, in what role, for which party, on which day, where, about what."""

    kind: ClassVar[str] = "statement"
    speaker: Found | None = None
    role: Found | None = None
    party: Found | None = None
    said_on: Found | None = None
    via: Found | None = None
    about: Many = ()


@dataclass(frozen=True)
class Pledge(Item):
    """A promise to hold fire.

    `announced_on` is the day on which the announcer is said to have spoken. `status` is `pledged`, `conditional` or
    `proposed`. `pledger` names persons, `parties` the sides they bind. `lasts` is a length such as `1 week`; `starts`
    and `ends` are days or nights as agreement files write them.
    """

    kind: ClassVar[str] = "pledge"
    announcer: Found | None = None
    announced_on: Found | None = None
    pledger: Many = ()
    parties: Many = ()
    status: Found | None = None
    starts: Found | None = None
    ends: Found | None = None
    lasts: Found | None = None
    acts: Many = ()
    targets: Many = ()
    place: Many = ()
    cause: Found | None = None
    mutual: Found | None = None


@dataclass(frozen=True)
class Understanding(Item):
    """What one side takes a truce to cover: the stuff of a reading. `allows_*` is what stays allowed under it."""

    kind: ClassVar[str] = "reading"
    holder: Found | None = None
    starts: Found | None = None
    ends: Found | None = None
    lasts: Found | None = None
    acts: Many = ()
    targets: Many = ()
    places: Many = ()
    mutual: Found | None = None
    allows_acts: Many = ()
    allows_targets: Many = ()
    said_by: Found | None = None


@dataclass(frozen=True)
class Incident(Item):
    """A reported act of violence. Tolls and launches are bounds; `day` may be a night."""

    kind: ClassVar[str] = "incident"
    day: Found | None = None
    place: Found | None = None
    actor: Found | None = None
    weapon: Many = ()
    target: Many = ()
    killed_min: Found | None = None
    killed_max: Found | None = None
    injured_min: Found | None = None
    injured_max: Found | None = None
    launched: Found | None = None
    said_by: Found | None = None


@dataclass(frozen=True)
class Fact(Item):
    """Cold (degrees C) or an outage (a count of people, homes, ... without something)."""

    kind: ClassVar[str] = "fact"
    fact: Found | None = None
    quantity: Found | None = None
    value_min: Found | None = None
    value_max: Found | None = None
    place: Found | None = None
    day: Found | None = None
    forecast: Found | None = None
    said_by: Found | None = None


@dataclass(frozen=True)
class Talks(Item):
    """Talks to come: `status` is `scheduled`, `proposed`, `postponed` or `cancelled`."""

    kind: ClassVar[str] = "talks"
    day: Found | None = None
    place: Found | None = None
    parties: Many = ()
    topics: Many = ()
    status: Found | None = None


@dataclass(frozen=True)
class Document(Item):
    """An agreement that the article names, and how far it has come."""

    kind: ClassVar[str] = "document"
    name: Found | None = None
    status: Found | None = None


KINDS: dict[str, type[Item]] = {c.kind: c for c in (Statement, Pledge, Understanding, Incident, Fact, Talks, Document)}


def value_of(found: Found | None) -> Any:
    """Return the value that was read; null where nothing was."""
    return None if found is None else found.value


def values_of(found: Many) -> list[Any]:
    """Return the values that were read."""
    return [f.value for f in found]
