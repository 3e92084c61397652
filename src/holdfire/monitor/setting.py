"""What a source needs to know of its case, and what it hands back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, model_validator

from holdfire import tables
from holdfire.places import Areas, Gazetteer

WEATHER = ("ghcn_daily", "meteostat", "open_meteo")


class Coverage(BaseModel):
    """What a source claims to see whenever it reports: these acts, in these areas."""

    model_config = ConfigDict(extra="forbid")

    place: str = Field(description="ISO 3166 code of the area it reports on")
    acts: list[str] = Field(min_length=1, description="act codes that it would report")


class SourceEntry(BaseModel):
    """One source of a case."""

    model_config = ConfigDict(extra="forbid")

    id: str
    kind: str = Field(description="the reader: attack_bulletins, incident_list, alert_intervals, ...")
    title: str
    path: str = Field(description="file, or folder of dated files, relative to the case folder")
    publisher: str
    url: str | None = Field(None, description="where the source is published")
    licence: str
    api: str | None = Field(None, description="address of the API; the provider's own where left out")
    query: dict[str, str] = Field(default={}, description="further parameters of requests to the API")
    group: str | None = Field(None, description="source group of its reports, where the rows name none")
    actor: str | None = Field(None, description="actor code of what it reports, where the rows name none")
    act: str | None = Field(None, description="act code of whatever it reports, where the rows name none narrower")
    place: str | None = Field(None, description="area code of its rows, where they name none")
    mapping: str | None = Field(None, description="mapping file of kind `table`, relative to the case folder")
    reliability: Literal["A", "B", "C", "D", "E", "F"] | None = Field(
        None, description="Admiralty grade of the source, where the rows give none"
    )
    holder: str | None = Field(None, description="`control_maps`: actor code of those whose ground is drawn")
    against: str | None = Field(None, description="`control_maps`: actor code of those who hold the rest")
    uncertainty_km: float | None = Field(
        None,
        gt=0,
        le=100,
        description="`control_maps`: how far the drawn line may lie from the true one, in km; there is no default",
    )
    unchanged: Literal["no report", "no change"] = Field(
        "no report",
        description="of `control_maps`: whether a map equal to the one before says nothing, or that nothing changed",
    )
    places: list[str] = Field(
        default=[], description="weather: settlements to tell of; each takes the nearest station or grid cell"
    )
    stations: str | None = Field(
        None, description="weather: the provider's list of stations with their positions, relative to the case folder"
    )
    within_km: float = Field(
        25, gt=0, le=200, description="weather: how far from a settlement that may lie; beyond, nothing is known"
    )
    once: Literal["source", "page"] | None = Field(
        None, description="whether it lists an incident once at most: in all, or from any one page"
    )
    covers: Coverage | None = Field(None, description="none: a day without a row says nothing at all")
    verifies: bool = Field(False, description="whether it is a monitor or court-grade investigation")
    limits: str = Field("", description="what a reader should know of it")

    @model_validator(mode="after")
    def _says_for_which_places(self) -> SourceEntry:
        if self.kind in WEATHER and not self.places:
            raise ValueError(f"a source of kind '{self.kind}' needs `places`; name the settlements to tell of")
        if self.kind == "meteostat" and self.stations is None:
            raise ValueError("a source of kind 'meteostat' needs `stations`; its files do not say where a station is")
        return self

    @model_validator(mode="after")
    def _says_whose_ground(self) -> SourceEntry:
        if self.kind != "control_maps":
            return self
        if self.holder is None or self.uncertainty_km is None:
            raise ValueError("a source of kind 'control_maps' needs `holder` and `uncertainty_km`; add what is missing")
        if self.holder == self.against:
            raise ValueError("`holder` and `against` are the same; name the other side, or leave `against` out")
        return self


@dataclass(frozen=True)
class Setting:
    """The case around a source: its folder, its zone and period, and where its places are."""

    folder: Path
    zone: ZoneInfo
    first: date
    last: date
    areas: Areas
    gazetteer: Gazetteer


@dataclass(frozen=True)
class Observed:
    """What one source saw: reports, the days on which it reported, conditions, what sensors detected, and refused rows.

    `rows` is how many rows there were to read, where a file is read row by row; each is a report, a detection, refused,
    or among the `used` ones, which became something else: an alert, or hours in which somebody watched.
    """

    reports: pl.DataFrame = field(default_factory=lambda: tables.empty(tables.REPORTS))
    calendar: pl.DataFrame = field(default_factory=lambda: tables.empty(tables.CALENDAR))
    conditions: pl.DataFrame = field(default_factory=lambda: tables.empty(tables.CONDITIONS))
    refused: pl.DataFrame = field(default_factory=lambda: tables.empty(tables.REFUSED))
    detections: pl.DataFrame = field(default_factory=lambda: tables.empty(tables.DETECTIONS))
    lines: pl.DataFrame = field(default_factory=lambda: tables.empty(tables.LINES))
    temperatures: pl.DataFrame = field(default_factory=lambda: tables.empty(tables.TEMPERATURES))
    rows: int = 0
    used: int = 0
