"""The agreement: parties, statements and readings, each reading a full set of clauses."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, PrivateAttr, field_validator, model_validator

from holdfire.terms.instants import EXPECTED, Span, later, length, span, zone_named
from holdfire.terms.mechanism import Definition, Disputes, Verification, ViolationReporting
from holdfire.terms.parts import Cited, Condition, Identifier, Listed, Model, listed
from holdfire.terms.zones import Zone

Norm = Literal["prohibition", "obligation", "permission"]


def _written(value: Any) -> Any:
    """Take a YAML date or time as the text it was written as."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    return value.isoformat() if isinstance(value, date) else value


def _when(value: str) -> str:
    try:
        span(value, ZoneInfo("UTC"))
    except ValueError:
        raise ValueError(f"'{value}' is not a time; write {EXPECTED}") from None
    return value


def _lasting(value: str) -> str:
    length(value)
    return value


When = Annotated[str, BeforeValidator(_written), Field(description=EXPECTED)]
Length = Annotated[str, Field(description="'1 week', '3 days' or '72 hours'")]


class Party(Model):
    """A party to the agreement, or somebody who announced or observed it."""

    id: Identifier
    name: str
    actors: Listed = Field(default=[], description="actor codes of its forces; none for an observer")
    commands: Annotated[list[str] | None, BeforeValidator(listed)] = Field(
        None, description="the forces, groups and proxies that answer to it, by name; null: the agreement does not say"
    )


class Statement(Model):
    """Somebody said something, at a time, through an outlet, with a URL."""

    id: Identifier
    speaker: str = Field(description="who said it, by name or office")
    role: str | None = None
    party: str | None = Field(None, description="party of the speaker, as the source gives it")
    said_on: date = Field(description="day on which it was said")
    outlet: str = Field(description="the outlet that published it")
    url: str = Field(description="an address where it can be read")
    about: str = Field(description="what it is about: start, end, scope, targets, confirmation, denial...")
    value: str = Field(description="what was said, paraphrased")


class FuzzyBound(Cited):
    """A bound that was left vague: somewhere between two times."""

    no_earlier: When
    no_later: When

    @field_validator("no_earlier", "no_later")
    @classmethod
    def _is_time(cls, value: str) -> str:
        return _when(value)

    @model_validator(mode="after")
    def _in_order(self) -> FuzzyBound:
        zone = ZoneInfo("UTC")
        low, high = span(self.no_earlier, zone).earliest, span(self.no_later, zone).latest
        if low and high and low > high:
            raise ValueError("no_earlier lies after no_later; swap them")
        return self

    def within(self, zone: ZoneInfo) -> Span:
        return Span(span(self.no_earlier, zone).earliest, span(self.no_later, zone).latest)

    def later(self, days: int, zone: ZoneInfo) -> FuzzyBound:
        """Return the bound so many calendar days later, at the same times of day in the zone."""
        moved = {"no_earlier": later(self.no_earlier, days, zone), "no_later": later(self.no_later, days, zone)}
        return self.model_copy(update=moved)


class Window(Cited):
    """When a clause is in force: a start, and an end or a length."""

    starts: When | FuzzyBound = Field(description="first day or instant; a night or two bounds where it is vague")
    ends: When | FuzzyBound | None = Field(None, description="last day (included) or instant")
    lasts: Length | None = Field(None, description="counted from the start, instead of `ends`")

    @field_validator("starts", "ends")
    @classmethod
    def _is_time(cls, value: str | FuzzyBound | None) -> str | FuzzyBound | None:
        return _when(value) if isinstance(value, str) else value

    @field_validator("lasts")
    @classmethod
    def _is_length(cls, value: str | None) -> str | None:
        return None if value is None else _lasting(value)

    @model_validator(mode="after")
    def _whole(self) -> Window:
        if self.ends is not None and self.lasts is not None:
            raise ValueError("`ends` and `lasts` are both given; keep one")
        start, end = self.bounds(ZoneInfo("UTC"))
        if start.earliest and end.latest and start.earliest >= end.latest:
            raise ValueError("the window ends before it starts; check the dates")
        return self

    def bounds(self, zone: ZoneInfo) -> tuple[Span, Span]:
        """Return the start and the end as spans in UTC.

        A bare date that starts a window means the beginning of that day, one that ends it the end of
        that day. An end that nobody gave is unbounded.
        """
        start = self.opening(zone)
        return start, self.closing(start, zone)

    def opening(self, zone: ZoneInfo) -> Span:
        """Return the start as a span in UTC."""
        if isinstance(self.starts, FuzzyBound):
            return self.starts.within(zone)
        start = span(self.starts, zone)
        return start if self.starts.startswith("night") else Span(start.earliest, start.earliest)

    def closing(self, start: Span, zone: ZoneInfo) -> Span:
        """Return the end as a span in UTC; of a window that `lasts` for a while, counted from this start."""
        if self.lasts is not None:
            lasting = length(self.lasts)
            return Span(lasting.after(start.earliest, zone), lasting.after(start.latest, zone))
        if self.ends is None:
            return Span(None, None)
        if isinstance(self.ends, FuzzyBound):
            return self.ends.within(zone)
        end = span(self.ends, zone)
        return end if self.ends.startswith("night") else Span(end.latest, end.latest)

    def later(self, days: int, zone: ZoneInfo) -> Window:
        """Return the window so many calendar days later, at the same times of day in the zone: a night stays one."""

        def moved(bound: str | FuzzyBound | None) -> str | FuzzyBound | None:
            if isinstance(bound, FuzzyBound):
                return bound.later(days, zone)
            return None if bound is None else later(bound, days, zone)

        return self.model_copy(update={"starts": moved(self.starts), "ends": moved(self.ends)})


class Term(Cited):
    """What a facet asks for: what certainly counts, and what possibly does."""

    certainly: Listed = Field(default=[], description="codes or places that the term surely covers")
    possibly: Listed = Field(default=[], description="codes or places that it may cover; beyond them it does not apply")
    besides: Listed = Field(default=[], description="codes or places that it surely leaves out")

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"certainly": value} if isinstance(value, str | list) else value

    @model_validator(mode="after")
    def _says_something(self) -> Term:
        if not self.certainly and not self.possibly:
            raise ValueError("the term covers nothing; fill `certainly` or `possibly`, or leave the facet out")
        return self


class Clause(Model):
    """One norm with its facets. A facet that is left out asks nothing."""

    id: Identifier
    norm: Norm
    text: str = Field(description="the clause in plain words")
    cites: list[str] = Field(default=[], description="ids of the statements that say so")
    time: Window | None = Field(None, description="when it is in force; none means the whole period")
    actor: Term | None = Field(None, description="who is bound, by actor code")
    act: Term | None = Field(None, description="what may not, must or may be done, by act code")
    weapon: Term | None = Field(None, description="with what, by weapon code; part of the act facet")
    target: Term | None = Field(None, description="at what, by target code")
    place: Term | None = Field(None, description="where, by zone id, area code or gazetteer name")
    condition: Condition | None = Field(None, description="under which condition of the place and day")
    exempts_from: list[str] = Field(
        default=[], description="of a permission: ids of the prohibitions it exempts from; none means all"
    )
    deadline: When | None = Field(None, description="of an obligation: by when it must be met")
    limits: Listed = Field(
        default=[], description="of a permission: what bounds its use, in words; what has to be judged is a facet"
    )
    languages: dict[str, str] = Field(
        default={}, description="its text in each language version, by language code; nothing is judged by them"
    )

    @model_validator(mode="after")
    def _fits_norm(self) -> Clause:
        if self.norm == "obligation" and self.deadline is None:
            raise ValueError("an obligation needs a `deadline`")
        if self.norm == "obligation" and self.act is None:
            raise ValueError("an obligation needs an `act`: what must have been done by the deadline")
        if self.norm != "obligation" and self.deadline is not None:
            raise ValueError(f"a {self.norm} has no `deadline`; only an obligation does")
        if self.norm != "permission" and self.exempts_from:
            raise ValueError(f"a {self.norm} exempts from nothing; only a permission has `exempts_from`")
        if self.norm != "permission" and self.limits:
            raise ValueError(f"a {self.norm} has no `limits`; only a permission does")
        if self.deadline is not None:
            _when(self.deadline)
        return self


class Reading(Model):
    """One party's or observer's understanding of the agreement."""

    id: Identifier
    title: str
    held_by: str = Field(description="id of the party that understands it so")
    stated_on: date = Field(description="day on which this understanding was first stated")
    summary: str = Field(description="one sentence in plain words")
    cites: list[str] = Field(default=[], description="ids of the statements that it rests on")
    mutual: bool | None = Field(None, description="whether every party that fights is bound; null: it was not said")
    clauses: list[Clause] = Field(min_length=1)


class Agreement(Model):
    """One truce or pledge, written or verbal, with every reading of it side by side."""

    id: Identifier
    title: str
    announced_on: date = Field(description="day on which it was announced")
    form: Literal["verbal", "written"]
    monitored: bool | None = Field(
        None,
        description="whether it names a body that monitors or verifies it; left out, it does if `verification` says "
        "who, and else that is not known; never false beside `verification`",
    )
    time_zone: str = Field(description="IANA name; bare dates and nights are of this zone")
    time_zone_stated: bool | None = Field(
        None, description="whether the agreement itself names the zone; null: not known"
    )
    parties: list[Party] = Field(min_length=1)
    statements: list[Statement] = Field(default=[])
    zones: list[Zone] = Field(default=[], description="grounds that clauses name as places")
    definitions: dict[str, Definition] = Field(default={}, description="words that the agreement defines")
    map: str | None = Field(None, description="map that is part of the agreement: document and sheet, or address")
    verification: Verification | None = Field(None, description="who establishes what happened; null: nobody is named")
    reporting: ViolationReporting | None = Field(
        None, description="how an alleged violation is reported; null: it is not said"
    )
    disputes: Disputes | None = Field(None, description="how a dispute over a term is settled; null: it is not said")
    readings: list[Reading] = Field(min_length=1)
    _folder: Path | None = PrivateAttr(None)

    @field_validator("time_zone")
    @classmethod
    def _zone_exists(cls, value: str) -> str:
        return zone_named(value).key

    @property
    def folder(self) -> Path:
        """The folder of its file, where the outlines of its zones lie; the current one if it was not read."""
        return self._folder or Path()

    def lying_in(self, folder: Path) -> Agreement:
        """Return the agreement as one whose file lies in a folder."""
        copy = self.model_copy()
        copy._folder = folder
        return copy

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def statement(self, id: str) -> Statement:
        """Return a statement by id. Raises KeyError if there is none."""
        return {s.id: s for s in self.statements}[id]


def deadline(clause: Clause, zone: ZoneInfo) -> datetime | None:
    """Return the instant by which an obligation must be met: the end of the day where a day is given."""
    if clause.deadline is None:
        return None
    latest = span(clause.deadline, zone).latest
    return None if latest is None else latest.astimezone(UTC)
