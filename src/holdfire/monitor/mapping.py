"""A mapping file: what the columns and codes of somebody else's table mean, so that it is read without code."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from holdfire.problems import InputError, Problem, UnfitError, suggest
from holdfire.terms import code_list, read_yaml, validate
from holdfire.terms.codelist import ListName
from holdfire.terms.instants import zone_named

Precision = Literal["instant", "hour", "day", "night", "night_to"]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Coded(Part):
    """A fact that is a code: `value` for every row, or a `column` with what its values mean (`codes`).

    A value that `codes` does not name counts as something unknown, and one to which it gives null as not stated.
    Without `codes`, a value must be a code of the list or one of its names; with `words`, the column is text, and what
    it mentions counts.
    """

    column: str | None = None
    value: str | list[str] | None = None
    codes: dict[str, str | list[str] | None] | None = None
    separator: str | None = Field(None, description="between several values in one cell")
    words: bool = Field(False, description="whether the column is text to look for names in")

    @model_validator(mode="after")
    def _one_way(self) -> Coded:
        if (self.column is None) == (self.value is None):
            raise ValueError("give either 'column' or 'value'")
        if self.words and (self.codes is not None or self.column is None):
            raise ValueError("'words' goes with 'column' alone")
        return self


class Range(Part):
    """A figure given as a lower and an upper one; either may be left out."""

    min: str | None = None
    max: str | None = None


class When(Part):
    """When it happened: one column, or a start and an end, in the first format that fits.

    `precision` is how far to trust it: an instant, the hour from it on, the local day, the night that begins on the day
    (`night`) or that ends on its morning (`night_to`). `give_or_take_hours` widens either side.
    """

    start: str
    end: str | None = None
    formats: list[str] = Field(default=[], description="as of strptime; ISO 8601 where left out")
    precision: Precision = "day"
    give_or_take_hours: Annotated[float, Field(ge=0, le=24 * 366)] = 0


class Where(Part):
    """Where it was: a name, an area, a point with its radius in km, or the radius by the source's own precision."""

    name: str | None = None
    area: str | None = None
    lon: str | None = None
    lat: str | None = None
    radius_km: Annotated[float, Field(gt=0, le=500)] | None = None
    precision: str | None = Field(None, description="column that tells how exact the place is")
    radius_by_precision: dict[str, Annotated[float, Field(gt=0, le=500)] | None] = Field(
        default={}, description="km by value of that column; null where the point is a stand-in for an area"
    )

    @model_validator(mode="after")
    def _whole(self) -> Where:
        if (self.lon is None) != (self.lat is None):
            raise ValueError("give both 'lon' and 'lat', or neither")
        if self.lon is not None and self.radius_km is None and not self.radius_by_precision:
            raise ValueError("a point needs 'radius_km', or 'radius_by_precision': how far off may it be?")
        if bool(self.radius_by_precision) != (self.precision is not None):
            raise ValueError("'precision' and 'radius_by_precision' go together")
        return self


class Reporting(Part):
    """On which days the source did report: those that have a row, for the area."""

    place: str


class Mapping(Part):
    """What a table of somebody else means. Names on the right are columns of the table."""

    sheet: str | None = Field(None, description="of a workbook; the first where left out")
    header_row: Annotated[int, Field(ge=1)] = Field(1, description="row of a workbook with the names of the columns")
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    records: str | None = Field(None, description="path to the list in a JSON file, as in data.items")
    time_zone: str | None = Field(None, description="IANA name; the case's where left out")
    report_id: list[str] = Field(default=[], description="columns that tell rows apart; all of them where left out")
    time: When
    place: Where = Where()
    actor: Coded | None = None
    act: Coded | None = None
    weapon: Coded | None = None
    target: Coded | None = None
    munitions: str | None = None
    intercepted: str | None = None
    count: str | None = Field(None, description="how many separate incidents a row counts")
    killed: str | Range | None = None
    injured: str | Range | None = None
    tally: bool | str = Field(False, description="whether rows count rather than locate; or a column, yes or no")
    outlet: str | None = None
    url: str | None = None
    published: str | None = None
    groups: str | None = Field(None, description="column of independent origins, separated by semicolons")
    reliability: str | None = None
    credibility: str | None = None
    account: list[str] = []
    reports_on: Reporting | None = None

    def columns(self) -> tuple[str, ...]:
        """Return every column that is named, in order."""
        named = [*self.report_id, self.time.start, self.time.end, *self.account]
        named += [self.place.name, self.place.area, self.place.lon, self.place.lat, self.place.precision]
        named += [part.column for part in (self.actor, self.act, self.weapon, self.target) if part]
        named += [self.munitions, self.intercepted, self.count, self.outlet, self.url, self.published, self.groups]
        named += [self.reliability, self.credibility, self.tally if isinstance(self.tally, str) else None]
        for part in (self.killed, self.injured):
            named += [part.min, part.max] if isinstance(part, Range) else [part]
        return tuple(dict.fromkeys(n for n in named if n))


def read_mapping(path: Path) -> Mapping:
    """Read a mapping file. Raises InputError with file and line for every mistake, unknown codes included."""
    mapping = validate(Mapping, read_yaml(path), path)
    problems: list[Problem] = []
    listed: tuple[tuple[ListName, Coded | None], ...] = (
        ("actor", mapping.actor),
        ("act", mapping.act),
        ("weapon", mapping.weapon),
        ("target", mapping.target),
    )
    for name, part in listed:
        known = {c.code for c in code_list(name).codes}
        for code in _codes(part):
            if code not in known:
                found = f"'{name}' names the code '{code}'"
                problems.append(Problem(str(path), found, f"a code of the {name} list", suggest(code, known)))
    if mapping.time_zone is not None:
        try:
            zone_named(mapping.time_zone)
        except UnfitError as unfit:
            problems.append(unfit.at(str(path)))
    if problems:
        raise InputError(problems)
    return mapping


def _codes(part: Coded | None) -> list[str]:
    if part is None:
        return []
    stated = [part.value, *(part.codes or {}).values()]
    return [c for s in stated if s is not None for c in (s if isinstance(s, list) else [s])]
