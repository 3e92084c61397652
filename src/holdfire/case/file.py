"""case.yaml: what a case looks at, from which sources, and what it asks to be measured."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from holdfire.assess.undercount import LEAST_LISTS, MOST_LISTS
from holdfire.monitor import SourceEntry
from holdfire.verify import Standard

LONGEST_PERIOD = timedelta(days=3660)


class Period(BaseModel):
    """The days that the case looks at, both included."""

    model_config = ConfigDict(extra="forbid")

    first: date
    last: date

    @model_validator(mode="after")
    def _in_order(self) -> Period:
        if self.last < self.first:
            raise ValueError("the period ends before it starts; swap the dates")
        if self.last - self.first > LONGEST_PERIOD:
            raise ValueError("the period is longer than 10 years; shorten it")
        return self


class Truce(Period):
    """An earlier truce. Its nights are named by the local day of their morning; first and last are included."""

    title: str


class Recapture(BaseModel):
    """Which independent lists of incidents to estimate from what all of them miss."""

    model_config = ConfigDict(extra="forbid")

    lists: dict[str, Annotated[list[str], Field(min_length=1)]] = Field(
        description="three or four lists: of each, the source groups or sources that make it up"
    )
    places: list[str] = Field(default=[], description="area codes, one estimate each; everywhere where left out")
    first: date | None = Field(None, description="first day; that of the period where left out")
    last: date | None = Field(None, description="last day, included; that of the period where left out")

    @model_validator(mode="after")
    def _apart(self) -> Recapture:
        if not LEAST_LISTS <= len(self.lists) <= MOST_LISTS:
            raise ValueError(
                f"{len(self.lists)} lists; it takes {LEAST_LISTS} or {MOST_LISTS}. Join those that are most alike"
            )
        times = Counter(name for own in self.lists.values() for name in own)
        twice = sorted(name for name, n in times.items() if n > 1)
        if twice:
            raise ValueError(f"'{twice[0]}' stands in two lists, which are then not independent; keep it in one")
        if self.first and self.last and self.last < self.first:
            raise ValueError("the window ends before it starts; swap the dates")
        return self


class BuildingSize(BaseModel):
    """How many people live in a building, as bounds, and who says so."""

    model_config = ConfigDict(extra="forbid")

    at_least: float = Field(gt=0)
    at_most: float = Field(gt=0)
    source: str = Field(description="where that is from; shown beside every figure that rests on it")

    @model_validator(mode="after")
    def _in_order(self) -> BuildingSize:
        if self.at_most < self.at_least:
            raise ValueError("`at_most` lies below `at_least`; swap them")
        return self


class ExposureFile(BaseModel):
    """What a case says of its exposure."""

    model_config = ConfigDict(extra="forbid")

    below_c: list[float] = Field(
        [-10.0],
        min_length=1,
        description="degrees C: it is cold below these; sentences on the page go by the first",
    )
    population: str | None = Field(
        None,
        description="CSV `place,people_min,people_max,as_of,url` of settlements; goes before the gazetteer",
    )
    people_per_building: BuildingSize | None = Field(None, description="buildings stay buildings where left out")
    as_if_cold: list[str] = Field(
        default=[],
        description="prohibitions READING/CLAUSE without a temperature, shown as if they bound only where it is cold",
    )


class CaseFile(BaseModel):
    """What case.yaml holds."""

    model_config = ConfigDict(extra="forbid")

    title: str
    period: Period
    time_zone: str | None = Field(None, description="IANA name; the agreement's where left out")
    agreement: str = Field("agreement.yaml", description="agreement file, relative to the case folder")
    standard: Standard = Field("reported", description="standard of proof")
    sources: list[SourceEntry] = []
    retells: dict[str, str] = Field(
        default={},
        description="who retells whom: a source group or outlet, and the source group whose claims it repeats",
    )
    links: str | None = Field(None, description="CSV of links that people confirmed or refused")
    same_as: Literal["decided", "ignored"] = Field(
        "decided", description="whether what a list says of its own duplicates is taken as decided"
    )
    weights: str | None = Field(None, description="weights.json to link by; learnt from the reports where left out")
    earlier_truces: list[Truce] = Field(
        default=[], description="truces before this one; from their nights the test of quiet learns nothing"
    )
    exposure: ExposureFile = Field(default=ExposureFile(), description="asks of cold, heat and power: see exposure.md")
    areas: list[str] = Field(default=[], description="area files beside those that ship with holdfire")
    gazetteers: list[str] = Field(default=[], description="place files beside those that ship with holdfire")
    undercount: Recapture | None = Field(None, description="estimate how many incidents no list has; see undercount.md")
    talks: str | None = Field(None, description="file of the talks: rounds, agenda, who said what; see talks.md")
    claims: str | None = Field(None, description="file of the public claims to be checked; see provenance.md")

    @field_validator("retells")
    @classmethod
    def _ends_somewhere(cls, value: dict[str, str]) -> dict[str, str]:
        for name in value:
            seen = [name]
            while seen[-1] in value:
                seen.append(value[seen[-1]])
                if seen[-1] in seen[:-1]:
                    raise ValueError(f"'{name}' comes to retell itself ({' > '.join(seen)}); take one of these out")
        return value
