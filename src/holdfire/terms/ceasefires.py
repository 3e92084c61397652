"""The ETH/PRIO ceasefires, one record each: what was agreed, and how and when it ended.

Clayton and others 2022 (doi 10.1177/00220027221129195). The file has one row per actor of a ceasefire, and -1 for what
is not known. Rows of one ceasefire are collapsed fact by fact: what all rows that know it agree on, else null. The
codes of how a ceasefire ended are read as docs/base_rate.md says, with what in the file speaks for each meaning.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from holdfire.problems import bad
from holdfire.terms.catalogues import ETH, ETH_FORM, UNKNOWN, cell, opened

Ending = Literal["in_force", "ran_out", "broken_off", "never_began", "replaced"]
NEEDED = (
    *ETH,
    *("cf_effect_yr", "cf_effect_month", "cf_effect_day", "side", "fixed", "fixed_time", "implement"),
    *("p_humanitarian", "p_peaceprocess", "p_holiday", "p_election", "ended", "end_yr", "end_month", "end_day"),
)
ENDED: dict[str, Ending] = {
    "0": "in_force",
    "1": "ran_out",
    "2": "broken_off",
    "3": "never_began",
    "4": "replaced",
}
SIDES: dict[str, Literal["one-sided", "mutual"]] = {"1": "one-sided", "2": "mutual", "3": "mutual"}
PURPOSES = ("humanitarian", "peaceprocess", "holiday", "election")
LAST_DAY = date(2020, 12, 31)

Row = Mapping[str, str | None]


@dataclass(frozen=True)
class Ceasefire:
    """One ceasefire. Every null is something that the file does not know, or on which its rows disagree.

    `id` is that of `read_catalogue`. `open_ended` tells that no length was planned; `planned_days` is the length where
    one was. `monitored` tells whether a mechanism to monitor or carry it out was agreed. `starts` and `ends` are the
    earliest and the latest day that it can have been. `disputed` names the facts on which rows disagree.
    """

    id: str
    country: str
    form: Literal["verbal", "written"] | None
    sides: Literal["one-sided", "mutual"] | None
    open_ended: bool | None
    planned_days: int | None
    monitored: bool | None
    purposes: tuple[str, ...]
    ending: Ending | None
    starts: tuple[date, date] | None
    ends: tuple[date, date] | None
    disputed: tuple[str, ...] = ()


def read_ceasefires(path: Path) -> list[Ceasefire]:
    """Read the publisher's CSV: ceasefires sorted by id. Raises InputError for a file that is another."""
    header, rows = opened(path)
    missing = [c for c in NEEDED if c not in header]
    if missing:
        expected = "the columns of the ETH/PRIO ceasefires"
        raise bad(f"{path}:1", f"no column {', '.join(missing)}", expected, "Take the publisher's CSV.")
    by_id: dict[str, list[Row]] = {}
    for __, row in rows:
        country, number = cell(row, "cc"), cell(row, "cf_id")
        if country and number and "" not in row:
            by_id.setdefault(f"{country}-{number}", []).append(row)
    if not by_id:
        raise bad(str(path), "no ceasefire in it", "one row per actor", "Take the publisher's CSV.")
    return [_collapsed(id, by_id[id]) for id in sorted(by_id)]


def _collapsed(id: str, rows: Sequence[Row]) -> Ceasefire:
    disputed: list[str] = []

    def agreed(*columns: str) -> tuple[str, ...] | None:
        told = {tuple(cell(r, c) for c in columns) for r in rows}
        # Of a date that some rows know to the month and others to the day, the day says more.
        known = sorted(t for t in told if t[0] not in UNKNOWN)
        fullest = [t for t in known if not any(o != t and _refines(o, t) for o in known)]
        if len(fullest) > 1:
            disputed.append(columns[0])
        return fullest[0] if len(fullest) == 1 else None

    def code(column: str) -> str | None:
        return (agreed(column) or (None,))[0]

    ending, began = ENDED.get(code("ended") or ""), agreed("cf_effect_yr", "cf_effect_month", "cf_effect_day")
    if began is not None and began[0] == "0" and ending is None:
        ending = "never_began"
    fixed, planned = code("fixed"), code("fixed_time")
    return Ceasefire(
        id,
        cell(rows[0], "location"),
        ETH_FORM.get(code("written") or ""),  # type: ignore[arg-type]
        SIDES.get(code("side") or ""),
        {"0": True, "1": False}.get(fixed or ""),
        int(planned) if fixed == "1" and planned and planned.isdecimal() and 0 < int(planned) < 100_000 else None,
        {"1": True, "0": False}.get(code("implement") or ""),
        tuple(w for w in PURPOSES if code(f"p_{w}") == "1"),
        ending,
        _days(began),
        _days(agreed("end_yr", "end_month", "end_day")),
        tuple(disputed),
    )


def _refines(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return all(a == b or b in UNKNOWN for a, b in zip(one, other, strict=True))


def _days(parts: tuple[str, ...] | None) -> tuple[date, date] | None:
    """Return the earliest and latest day of a date of which month and day may be unknown; null without a year."""
    numbers = [int(p) if p.isascii() and p.isdecimal() and len(p) <= 4 else 0 for p in parts or ()]
    if not numbers or not numbers[0]:
        return None
    year, month, day = numbers
    first, last = (month, month) if 1 <= month <= 12 else (1, 12)
    end = calendar.monthrange(year, last)[1]
    if first == last and 1 <= day <= end:
        return date(year, month, day), date(year, month, day)
    return date(year, first, 1), date(year, last, end)
