"""The rehearsal page: what a draft would have come to in the past, for a room in which it is negotiated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

import polars as pl

from holdfire.adjudicate import Option, Plan, ReadingRehearsed, Rehearsal, Spread, Version
from holdfire.places import Areas
from holdfire.publish import words
from holdfire.publish.page import asset, environment
from holdfire.publish.settling import Wording, figure, gone, sentences
from holdfire.terms import Agreement

WIDTH, HEIGHT = 960, 90


@dataclass(frozen=True)
class SourceSeen:
    """What one source tells of the past: on how many of its days, and of what.

    `days_reported` is null for a source that does not say what it covers; `place` and `acts` are what it covers.
    `first` and `last` are the days of its first and last report.
    """

    source_id: str
    title: str
    place: str | None
    acts: tuple[str, ...]
    days_reported: int | None
    days_total: int
    reports: int
    tallies: int
    first: date | None
    last: date | None
    limits: str


@dataclass(frozen=True)
class Rehearsing:
    """A rehearsal, ready to be told. `unseen` are acts that a reading forbids and no covering source reports."""

    agreement: Agreement
    plan: Plan
    areas: Areas
    rehearsal: Rehearsal
    sources: list[SourceSeen]
    unseen: Mapping[str, list[str]]
    standard: str
    version: str
    inputs: Mapping[str, str]

    @property
    def wording(self) -> Wording:
        return Wording(self.agreement, self.plan, self.areas)


def render_rehearsal(content: Rehearsing) -> str:
    """Return the page as HTML. The same content gives the same bytes."""
    return environment().get_template("rehearsal.html.j2").render(_view(content))


def rehearsal_headline(content: Rehearsing) -> list[str]:
    """Return what can be quoted: how much is contested, and what would settle it."""
    told = content.rehearsal
    past = f"from {words.dated(told.first)} to {words.dated(told.last)}"
    if not told.used or told.contested.mean is None or told.judged.mean is None:
        return [
            f"Nothing can be said: none of {words.count(told.placements, 'window')} {past} was covered well enough."
        ]
    if len(told.readings) < 2:
        return [f"There is one reading of this draft, so that nothing is contested ({past})."]
    share = f"{figure(told.contested.mean)} of {figure(told.judged.mean)}"
    laid = f"Laid over any {words.count(told.days, 'day')} {past}"
    first = f"{laid}, the readings of this draft would have disagreed on {share} reported incidents on average."
    return [first, *sentences(told.settling, content.wording, told.used)]


def _view(content: Rehearsing) -> dict[str, Any]:
    told = content.rehearsal
    titles = {r.id: r.title for r in content.agreement.readings}
    wording = content.wording
    return {
        "content": content,
        "told": told,
        "headline": rehearsal_headline(content),
        "readings": [
            {"told": r, "title": titles[r.reading_id], "lacking": _lacking(r), "unseen": _unseen(content, r.reading_id)}
            for r in told.readings
        ],
        "terms": _terms(told, wording),
        "pairs": [_option(o, wording, told.used) for o in told.settling.best_pair],
        "shares": _shares(told, wording, titles),
        "charts": _charts(told, titles),
        "sources": [_source(s, content.areas) for s in content.sources],
        "spread": _spread,
        "figure": figure,
        "style": asset("report.css"),
        "words": words,
    }


def _spread(value: Spread) -> dict[str, str | None]:
    """Return a mean, what the middle 80 % of placements lie between, and the bounds of the mean; null: not known."""

    def reach(low: float | None, high: float | None) -> str | None:
        if low is None or high is None:
            return None
        lower, upper = figure(low), figure(high)
        return lower if lower == upper else f"{lower} to {upper}"

    return {
        "mean": None if value.mean is None else figure(value.mean),
        "middle": reach(value.low, value.high),
        "of_mean": reach(value.mean_low, value.mean_high),
    }


def _lacking(reading: ReadingRehearsed) -> str:
    """Return what one would have to know of a reading's undetermined incidents, most frequent first."""
    ranked = sorted(reading.lacking.items(), key=lambda item: (-item[1], item[0]))
    return words.either([f"the {words.facet(f)} of {share:.0%}" for f, share in ranked if share >= 0.005], "and")


def _unseen(content: Rehearsing, reading: str) -> str:
    return words.either([words.label("act", a) for a in content.unseen.get(reading, [])])


def _terms(told: Rehearsal, wording: Wording) -> list[dict[str, Any]]:
    """Return the versions of every term with what they settle, terms that settle most first."""
    most = max((abs(o.settled.contested) for o in told.settling.singles), default=0)
    groups = []
    for slot, options in groupby(told.settling.singles, key=lambda o: o.versions[0].slot):
        rows = [_option(o, wording, told.used, most) for o in options]
        groups.append({"term": wording.term(slot), "rows": rows, "best": max(r["settled"] for r in rows)})
    return sorted(groups, key=lambda g: -g["best"])


def _option(option: Option, wording: Wording, each: int, most: int = 0) -> dict[str, Any]:
    def version(v: Version) -> dict[str, str]:
        return {"term": wording.term(v.slot), "holders": wording.holders(v), "says": wording.says(v)}

    settled = option.settled.contested
    return {
        "versions": [version(v) for v in option.versions],
        "settled": settled,
        "each": figure(settled / each) if each else None,
        "gone": gone(option, each) if each else "",
        "bar": round(100 * max(settled, 0) / most, 1) if most else 0.0,
        "possible": option.possible,
    }


def _shares(told: Rehearsal, wording: Wording, titles: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the share of every term in what all of a reading's terms settle; they sum up to what is contested."""
    shares = told.settling.shares
    if shares is None or not told.used or not told.settling.before.contested:
        return None
    slots = list(dict.fromkeys(slot for own in shares.values() for slot in own))
    rows = [
        {
            "term": wording.term(slot),
            "cells": [None if slot not in own else figure(float(own[slot]) / told.used) for own in shares.values()],
        }
        for slot in slots
    ]
    return {
        "titles": [titles[r] for r in shares],
        "rows": rows,
        "sum": figure(told.settling.before.contested / told.used),
    }


def _charts(told: Rehearsal, titles: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return a strip for each reading: violations and undetermined incidents a week, by the first day of the window."""
    table = told.table.drop_nulls("reading_id")
    top = table.select((pl.col("violations_per_week") + pl.col("undetermined_per_week")).max()).item() or 1.0
    strips = []
    for reading in told.readings:
        mine = table.filter(pl.col("reading_id") == reading.reading_id)
        wide = WIDTH / len(mine)
        paths: dict[str, str] = {"sure": "", "open": "", "gap": ""}
        weeks = mine.select("violations_per_week", "undetermined_per_week").rows()
        for n, (sure, open_) in enumerate(weeks):
            if sure is None:
                paths["gap"] += _bar(n * wide, wide, 0, HEIGHT)
            else:
                paths["sure"] += _bar(n * wide, wide, 0, HEIGHT * sure / top)
                paths["open"] += _bar(n * wide, wide, HEIGHT * sure / top, HEIGHT * open_ / top)
        ends = mine["first"][0], mine["first"][-1]
        strips.append({"title": titles[reading.reading_id], "paths": paths, "ends": ends, "top": figure(top)})
    return strips


def _bar(left: float, wide: float, above: float, tall: float) -> str:
    """Return a bar as a part of a path; bars of one kind overlap by a hair, so that no seams show."""
    return f"M{left:.1f} {HEIGHT - above:.1f}v{-tall:.1f}h{wide + 0.2:.1f}v{tall:.1f}z" if tall > 0 else ""


def _source(source: SourceSeen, areas: Areas) -> dict[str, Any]:
    acts = words.either([words.label("act", a) for a in source.acts], "and")
    covers = f"{acts} in {words.place(source.place, areas)}" if source.place else None
    return {"told": source, "covers": covers}
