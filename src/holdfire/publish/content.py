"""What the page is told: everything a run found, gathered before a word of it is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from holdfire.adjudicate import DayFinding, Finding, Plan
from holdfire.assess import Assessment
from holdfire.places import Areas
from holdfire.terms import Agreement
from holdfire.terms.claims import Claims
from holdfire.terms.talks import Talks


@dataclass(frozen=True)
class DayContext:
    """Launches in the night that ended on a day, its lowest temperature in degrees C, and its hours under alert.

    Null launches: no bulletin for that night. Null temperature: neither observed, analysed nor forecast anywhere. The
    hours of air-raid alert are the mean of the areas of which they are known; null where they are of none.
    """

    day: date
    drones: int | None
    missiles: int | None
    temperature_min: float | None
    temperature_kind: str | None
    alert_hours: float | None


@dataclass(frozen=True)
class SourceNote:
    """One source: what it is, how much of the period it covers, and what it cannot tell.

    `days_total` is 0 for a source that has no reporting calendar. `refused` is why each row that was not taken was not.
    `files` are its files, by their names among the inputs.
    """

    source_id: str
    title: str
    publisher: str
    url: str | None
    licence: str
    reports: int
    days_reported: int
    days_total: int
    missing_days: tuple[date, ...]
    limits: str
    refused: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Content:
    """A run, ready to be told. Tables are those of `holdfire.tables`."""

    title: str
    period: tuple[date, date]
    standard: str
    version: str
    inputs: dict[str, str]
    agreement: Agreement
    plan: Plan
    areas: Areas
    incidents: pl.DataFrame
    reports: pl.DataFrame
    conditions: pl.DataFrame
    verdicts: pl.DataFrame
    contested: pl.DataFrame
    findings: list[Finding]
    days: list[DayFinding]
    context: list[DayContext]
    assessment: Assessment
    sources: list[SourceNote]
    repeated: pl.DataFrame
    limits: list[str]
    talks: Talks | None = None
    claims: Claims | None = None
