"""Pledges out of catalogues of agreements: PA-X (peace agreements), and the ETH/PRIO ceasefires.

A catalogue gives who, when and in what form, and at best where the text is. It holds no clauses: those are for a person
to write. PA-X: Bell and Badanjak 2019 (doi 10.1177/0022343318819123). ETH/PRIO: Clayton and others 2022 (doi
10.1177/00220027221129195), one row per actor, -1 for what is not known.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

from holdfire.problems import InputError, Problem, bad, suggest
from holdfire.terms.textfile import read_text

LARGEST = 200_000_000
PAX = ("AgtId", "Agt", "Dat", "Con")
ETH = ("cc", "cf_id", "location", "actor_name", "cf_dec_yr", "cf_dec_month", "cf_dec_day", "written")
# 1 and 2 are both written; the publisher's own tools label them alike.
ETH_FORM = {"0": "verbal", "1": "written", "2": "written"}
PAX_TEXT = "https://www.peaceagreements.org/viewmasterdocument/{}"
ETH_TEXT = "https://doi.org/10.1177/00220027221129195"
UNKNOWN = ("", "-1", "NA")

Rows = Iterable[tuple[str, Mapping[str, str | None]]]


@dataclass(frozen=True)
class Pledge:
    """One agreement as a catalogue has it. `declared` and `starts` are null where a day is not known exactly."""

    id: str
    title: str
    place: str
    parties: tuple[str, ...]
    declared: date | None
    starts: date | None
    form: Literal["verbal", "written"] | None
    url: str
    note: str


def read_catalogue(path: Path) -> tuple[list[Pledge], list[Problem]]:
    """Read a catalogue by its columns: pledges in the order of their ids, and the rows that could not be read.

    Raises InputError for a file that is no catalogue.
    """
    header, rows = opened(path)
    read = next((r for needed, r in ((PAX, _pax), (ETH, _eth)) if set(needed) <= set(header)), None)
    if read is None:
        expected = f"the columns of PA-X ({', '.join(PAX)}) or of the ETH/PRIO ceasefires ({', '.join(ETH)})"
        raise bad(f"{path}:1", "not a catalogue that is known", expected, "Take the publisher's CSV.")
    return read(rows)


def opened(path: Path) -> tuple[list[str], Rows]:
    """Return the header of a CSV, and its rows as they are read, each with its place. Raises InputError."""
    text = read_text(path, LARGEST)
    reader = csv.DictReader(io.StringIO(text), restkey="")

    def broken(error: csv.Error) -> InputError:
        return bad(f"{path}:{reader.line_num}", f"not valid CSV: {error}", "CSV", "Fetch it again.")

    def rows() -> Iterator[tuple[str, Mapping[str, str | None]]]:
        try:
            for row in reader:
                yield f"{path}:{reader.line_num}", row
        except csv.Error as error:
            raise broken(error) from None

    try:
        header = [c.strip() for c in reader.fieldnames or []]
    except csv.Error as error:
        raise broken(error) from None
    reader.fieldnames = header
    return header, rows()


def pledge_of(pledges: list[Pledge], id: str, where: str) -> Pledge:
    """Return the pledge of an id. Raises InputError that names near ones."""
    for pledge in pledges:
        if pledge.id == id:
            return pledge
    raise bad(where, f"no entry '{id}'", "the id of an entry", suggest(id, [p.id for p in pledges]))


def cell(row: Mapping[str, str | None], column: str) -> str:
    return (row.get(column) or "").strip()


def _pax(rows: Rows) -> tuple[list[Pledge], list[Problem]]:
    found: dict[str, Pledge] = {}
    problems = []
    for where, row in rows:
        id, day = cell(row, "AgtId"), _iso(cell(row, "Dat"))
        if not id or "" in row or not cell(row, "Agt"):
            problems.append(Problem(where, "no id or no name", "AgtId and Agt", "It is left out."))
            continue
        if id in found:
            problems.append(Problem(where, f"agreement {id} stands twice", "each once", "The first is kept."))
            continue
        notes = [f"{what}: {cell(row, c)}" for c, what in (("Stage", "stage"), ("Status", "status")) if cell(row, c)]
        third = cell(row, "ThrdPart")
        parties = tuple(p for p in re.split(r"[;\n]+|(?<=\)),", cell(row, "Part")) if p.strip())
        found[id] = Pledge(
            id,
            cell(row, "Agt"),
            cell(row, "Con").strip("()"),
            tuple(p.strip() for p in parties),
            day,
            None,
            "written",
            PAX_TEXT.format(id),
            "; ".join(notes + ([f"third parties: {third}"] if third else [])),
        )
    return [found[k] for k in sorted(found)], problems


def _eth(rows: Rows) -> tuple[list[Pledge], list[Problem]]:
    found: dict[str, Pledge] = {}
    problems = []
    for where, row in rows:
        country, number, actor = (cell(row, c) for c in ("cc", "cf_id", "actor_name"))
        if not country or not number or "" in row:
            problems.append(Problem(where, "no id", "cc and cf_id", "It is left out."))
            continue
        id = f"{country}-{number}"
        if id in found:
            before = found[id]
            found[id] = replace(before, parties=tuple(sorted({*before.parties, actor} - {""})))
            continue
        declared, starts = (_parts(row, stem) for stem in ("cf_dec", "cf_effect"))
        purpose = [w for w in ("humanitarian", "peaceprocess", "holiday", "election") if cell(row, f"p_{w}") == "1"]
        found[id] = Pledge(
            id,
            f"Ceasefire in {cell(row, 'location')}" + (f", {declared}" if declared else ""),
            cell(row, "location"),
            (actor,) if actor else (),
            declared,
            starts,
            ETH_FORM.get(cell(row, "written")),  # type: ignore[arg-type]
            ETH_TEXT,
            f"purpose: {', '.join(purpose)}" if purpose else "",
        )
    return [found[k] for k in sorted(found)], problems


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _parts(row: Mapping[str, str | None], stem: str) -> date | None:
    """Return a day given as year, month and day; null where any of them is not known."""
    texts = [cell(row, f"{stem}_{part}") for part in ("yr", "month", "day")]
    if any(t in UNKNOWN or not t.isdecimal() or not t.isascii() or len(t) > 4 for t in texts):
        return None
    try:
        return date(*(int(t) for t in texts))
    except ValueError:
        return None
