"""Agreement files: readings written out in full, and what one part says checked against the others."""

from __future__ import annotations

import copy
import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from holdfire.problems import InputError, Problem, bad, noted, suggest
from holdfire.terms.codelist import ListName, code_list
from holdfire.terms.instants import UNSAID
from holdfire.terms.model import Agreement, Clause, Reading, Statement, Term
from holdfire.terms.textfile import read_text
from holdfire.terms.validation import plain, problems_of
from holdfire.terms.yamlfile import Mapped, Sequence, line_of, read_yaml

CODED: dict[str, ListName] = {"actor": "actor", "act": "act", "weapon": "weapon", "target": "target"}


def read_agreement(path: str | Path) -> Agreement:
    """Read an agreement file, its readings resolved into full sets of clauses.

    Readings come in the order in which they were stated, then by id, whatever their order in the file. One may
    name another as `based_on`; it then holds that reading's clauses, with the facets that it
    states anew in place of the base's, `without` the clauses it drops. `statements` is a list, or the name of
    a CSV file beside the agreement.

    Raises InputError with file and line for every mistake found.
    """
    return look_at(Path(path)).whole()


@dataclass(frozen=True)
class Looked:
    """An agreement file with where its parts stand, and every mistake that was found in it.

    `document` has the readings written out in the order of the file; `line_of` tells their lines. `apart` tells file
    and line of each statement that has a file of its own. Where there are problems, `agreement` has stand-ins for
    wrong values, so that codes and places can be checked all the same; null where that cannot be done.
    """

    path: Path
    agreement: Agreement | None
    document: Any
    apart: dict[str, tuple[Path, int]]
    problems: list[Problem]

    def whole(self) -> Agreement:
        """Return the agreement. Raises InputError if anything in it is wrong."""
        if self.agreement is None or self.problems:
            raise InputError(self.problems)
        return self.agreement


def look_at(path: Path) -> Looked:
    """Read an agreement file as `read_agreement` does, and hand on its mistakes instead of raising them.

    Raises InputError for a file that cannot be read, or whose readings rest on no reading.
    """
    data = read_yaml(path)
    document = _merged(data, {})
    apart: dict[str, tuple[Path, int]] = {}
    problems: list[Problem] = []
    if isinstance(data.get("statements"), str):
        beside = path.parent / data["statements"]
        document["statements"] = Sequence()
        with noted(problems):
            rows, wrong = _read_statements(beside)
            problems.extend(wrong)
            document["statements"] = [row for _, row in rows]
            apart = {str(row["id"]): (beside, line) for line, row in rows}
    if isinstance(data.get("readings"), Sequence):
        document["readings"] = _resolve(data["readings"], path)
    agreement: Agreement | None
    try:
        agreement = Agreement.model_validate(plain(document))
    except ValidationError as error:
        problems = [*problems_of(error, Agreement, document, path), *problems]
        agreement = _with_stand_ins(error, plain(document))
    if agreement is not None:
        problems = [*problems, *_mistakes(agreement, document, path)]
        readings = sorted(agreement.readings, key=lambda r: (r.stated_on, r.id))
        agreement = agreement.model_copy(update={"readings": readings}).lying_in(path.parent)
    return Looked(path, agreement, document, apart, problems)


def _with_stand_ins(error: ValidationError, plain: Any) -> Agreement | None:
    """Return an agreement with a fitting value for each wrong one; null where a mistake is of another kind."""
    for item in error.errors(include_url=False):
        *above, last = item["loc"]
        fitting = _stand_in(item)
        if fitting is None:
            return None
        part = plain
        for step in above:
            part = part[step]
        part[last] = fitting
    try:
        return Agreement.model_validate(plain)
    except ValidationError:
        return None


def _stand_in(item: Any) -> str | None:
    if item["type"].startswith("date_"):
        return "2000-01-01"
    if item["type"] == "literal_error":
        return str(item["ctx"]["expected"]).split("'")[1]
    return "UTC" if item["loc"] == ("time_zone",) else None


def _read_statements(path: Path) -> tuple[list[tuple[int, dict[str, str | None]]], list[Problem]]:
    """Read statements, each with its line, from a CSV whose columns are those of Statement, `statement_id` for `id`.

    Returns the mistakes beside them; a row with one keeps its id, and stand-ins for what is wrong.
    """
    text = read_text(path)
    reader = csv.DictReader(io.StringIO(text))
    wanted = {"statement_id" if name == "id" else name for name in Statement.model_fields}
    if missing := wanted - set(reader.fieldnames or []):
        raise bad(f"{path}:1", f"no column {', '.join(sorted(missing))}", "the columns of a statement", "Add them.")
    rows: list[tuple[int, dict[str, str | None]]] = []
    wrong: list[tuple[int, Problem]] = []
    empty: dict[str, list[int]] = {}
    for row in reader:
        line = reader.line_num
        fields: dict[str, str | None] = {k: (v or None) for k, v in row.items() if k in wanted}
        fields["id"] = fields.pop("statement_id")
        try:
            Statement.model_validate(fields)
        except ValidationError as error:
            for item in error.errors(include_url=False):
                name = str(item["loc"][0])
                column = "statement_id" if name == "id" else name
                if fields[name] is None:
                    empty.setdefault(column, []).append(line)
                else:
                    found = f"{column}: '{fields[name]}' does not fit"
                    wrong.append((line, Problem(f"{path}:{line}", found, _asked(name), "Mend the row.")))
                fields[name] = "2000-01-01" if name == "said_on" else f"line-{line}"
        rows.append((line, fields))
    for column, lines in empty.items():
        # One slip often runs through a column; it is told once, at its first line.
        on = "" if len(lines) == 1 else f", here and on {_listed_lines(lines[1:])}"
        expected = _asked("id" if column == "statement_id" else column)
        wrong.append((lines[0], Problem(f"{path}:{lines[0]}", f"{column} is empty{on}", expected, "Fill it in.")))
    return rows, [problem for _, problem in sorted(wrong, key=lambda told: told[0])]


def _asked(field: str) -> str:
    """Return what a field of a statement asks for."""
    meant = Statement.model_fields[field].description
    return f"the {meant}, as in 2026-01-29" if field == "said_on" else meant or "an id of letters, digits and dashes"


def _listed_lines(lines: list[int]) -> str:
    """Return lines as a person lists them: runs as ranges, at most six of them."""
    runs: list[list[int]] = []
    for line in lines:
        if runs and line == runs[-1][-1] + 1:
            runs[-1].append(line)
        else:
            runs.append([line])
    told = [str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs]
    more = f" and {sum(map(len, runs[6:]))} more" if len(runs) > 6 else ""
    return f"line{'s' if len(lines) > 1 else ''} {', '.join(told[:6])}{more}"


def _resolve(readings: Sequence, path: Path) -> Sequence:
    """Write out every reading that is based on another, wherever the base stands.

    What is written out keeps the lines on which it was first written, so that a mistake in a base is told once.
    """
    by_id: dict[str, int] = {}
    for n, reading in enumerate(readings):
        if isinstance(reading, Mapped) and "id" in reading:
            own = str(reading["id"])
            if own in by_id:
                where = f"{path}:{line_of(readings, (n, 'id'))}"
                raise bad(where, f"reading id '{own}' stands twice", "ids that differ", "Rename one.")
            by_id[own] = n

    def whole(index: int, above: tuple[str, ...]) -> Any:
        reading = readings[index]
        if not isinstance(reading, Mapped) or "based_on" not in reading:
            return reading
        where = f"{path}:{line_of(readings, (index, 'based_on'))}"
        base, own = str(reading["based_on"]), str(reading.get("id"))
        if base not in by_id:
            raise bad(where, f"reading '{own}' is based on '{base}'", "the id of a reading", suggest(base, by_id))
        if base in (own, *above):
            raise bad(where, f"reading '{own}' is based on itself", "a base that stands alone", "Break the circle.")
        full = _merged(reading, {"clauses": _overlay(whole(by_id[base], (own, *above)), reading, path)})
        for key in ("based_on", "without"):
            full.pop(key, None)
        return full

    out = Sequence()
    for index in range(len(readings)):
        _append(out, whole(index, ()), readings.lines[index])
    return out


def _overlay(base: Mapped, reading: Mapped, path: Path) -> Sequence:
    """Return the clauses of the base, without those dropped, with what the reading states anew."""
    inherited = base.get("clauses")
    clauses = {str(c.get("id")): c for c in inherited or [] if isinstance(c, Mapped)}
    for dropped in reading.get("without", []):
        if dropped not in clauses:
            where = f"{path}:{line_of(reading, ('without',))}"
            raise bad(where, f"`without` names '{dropped}'", "a clause of the base", suggest(str(dropped), clauses))
        del clauses[dropped]
    for change in reading.get("clauses", []):
        if not isinstance(change, Mapped) or "id" not in change:
            where = f"{path}:{line_of(reading, ('clauses',))}"
            raise bad(where, "a clause without `id`", "the id of a clause", "Add `id:`.")
        own = str(change["id"])
        clauses[own] = _merged(clauses[own], change) if own in clauses else change
    out = Sequence()
    for clause in clauses.values():
        _append(out, clause, clause.line)
    return out


def _merged(base: Mapped, change: Mapping[str, Any]) -> Mapped:
    """Return a mapping with the changes in it; every key keeps the line on which it stands."""
    out = Mapped(base.line)
    for part in (base, change):
        out.update(part)
        if isinstance(part, Mapped):
            out.lines.update(part.lines)
    return out


def _append(seq: Sequence, value: Any, line: int) -> None:
    seq.append(value)
    seq.lines.append(line)


def _mistakes(agreement: Agreement, data: Any, path: Path) -> list[Problem]:
    """Return what one field cannot know of another and gets wrong: ids, citations, codes."""
    problems: list[Problem] = []

    def note(loc: tuple[Any, ...], found: str, expected: str, remedy: str) -> None:
        problem = Problem(f"{path}:{line_of(data, loc)}", found, expected, remedy)
        if problem not in problems:
            problems.append(problem)

    def unique(kind: str, ids: list[str], loc: tuple[Any, ...]) -> None:
        for index, name in enumerate(ids):
            if name in ids[:index]:
                note((*loc, index), f"{kind} id '{name}' stands twice", "ids that differ", "Rename one.")

    known = [s.id for s in agreement.statements]
    parties = [p.id for p in agreement.parties]
    unique("party", parties, ("parties",))
    unique("statement", known, ("statements",))
    unique("zone", [z.id for z in agreement.zones], ("zones",))
    for i, zone in enumerate(agreement.zones):
        for cite in zone.cites:
            if cite not in known:
                note(("zones", i, "cites"), f"unknown statement '{cite}'", "a statement's id", suggest(cite, known))
        actors = [a for a in (zone.held and zone.held.by, zone.buffer and zone.buffer.held_by) if a]
        _check_codes(actors, "actor", lambda *a, i=i: note(("zones", i), *a))
    for name, definition in agreement.definitions.items():
        if definition.codes:
            everywhere = sorted({c.code for name in CODED.values() for c in code_list(name).codes})
            for code in (c for c in definition.codes if c not in everywhere):
                at = ("definitions", name, "codes")
                note(at, f"unknown code '{code}'", "a code of one of the code lists", suggest(code, everywhere))
    stated: dict[tuple[str, ...], Any] = {("definitions", n): d for n, d in agreement.definitions.items()}
    stated |= {(key,): getattr(agreement, key) for key in ("verification", "reporting", "disputes")}
    for part, said in stated.items():
        for cite in said.cites if said is not None else ():
            if cite not in known:
                note((*part, "cites"), f"unknown statement '{cite}'", "a statement's id", suggest(cite, known))
    if agreement.monitored is False and agreement.verification is not None:
        found = f"`monitored: false`, and `verification` names {agreement.verification.body}"
        remedy = "Take one of the two out: whoever verifies monitors."
        note(("monitored",), found, "`monitored: true`, or no `verification`", remedy)
    for i, party in enumerate(agreement.parties):
        _check_codes(party.actors, "actor", lambda *a, i=i: note(("parties", i, "actors", 0), *a))
    for i, reading in enumerate(agreement.readings):
        if reading.held_by not in parties:
            note(
                ("readings", i, "held_by"),
                f"unknown party '{reading.held_by}'",
                "a party",
                suggest(reading.held_by, parties),
            )
        unique("clause", [c.id for c in reading.clauses], ("readings", i, "clauses"))
        for loc, cites in _citations(reading, i, data):
            for cite in cites:
                if cite not in known:
                    note(loc, f"unknown statement '{cite}'", "the id of a statement", suggest(cite, known))
        for clause in reading.clauses:
            at = _clause_at(data, i, clause.id)
            for field, list_name in CODED.items():
                term: Term | None = getattr(clause, field)
                for group in ("certainly", "possibly", "besides") if term is not None else ():
                    for n, code in enumerate(getattr(term, group)):
                        where = (*at, field, group, n)
                        _check_codes([code], list_name, lambda *a, where=where: note(where, *a))
            for exempted in clause.exempts_from:
                ids = [c.id for c in reading.clauses if c.norm == "prohibition"]
                if exempted not in ids:
                    note(
                        (*at, "exempts_from"),
                        f"unknown prohibition '{exempted}'",
                        "a prohibition",
                        suggest(exempted, ids),
                    )
    return problems


def _check_codes(codes: list[str], list_name: ListName, note: Any) -> None:
    known = {c.code for c in code_list(list_name).codes}
    for code in codes:
        if code == UNSAID:
            expected = f"a code of the {list_name} list"
            note(f"the {list_name} is left unsaid", expected, "Write one of those in docs/reference.md.")
        elif code not in known:
            note(f"unknown {list_name} code '{code}'", f"a code of the {list_name} list", suggest(code, known))


def _clause_at(data: Any, reading: int, clause_id: str) -> tuple[Any, ...]:
    for index, clause in enumerate(data["readings"][reading].get("clauses", [])):
        if clause.get("id") == clause_id:
            return ("readings", reading, "clauses", index)
    return ("readings", reading)


def _citations(reading: Reading, index: int, data: Any) -> Iterator[tuple[tuple[Any, ...], list[str]]]:
    yield ("readings", index, "cites"), reading.cites
    for clause in reading.clauses:
        at = _clause_at(data, index, clause.id)
        yield (*at, "cites"), clause.cites
        for field in Clause.model_fields:
            part = getattr(clause, field)
            if isinstance(part, BaseModel):
                for inner in (part, *(getattr(part, f) for f in ("starts", "ends") if hasattr(part, f))):
                    yield (*at, field), getattr(inner, "cites", [])


def agreement_schema() -> dict[str, Any]:
    """Return the JSON Schema of an agreement file, for editors."""
    schema = Agreement.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    reading = schema["$defs"]["Reading"]
    full = {**reading, "required": [*reading["required"]]}
    derived = copy.deepcopy(reading)
    derived["required"] = [k for k in derived["required"] if k != "clauses"] + ["based_on"]
    derived["properties"]["based_on"] = {
        "type": "string",
        "description": "id of a reading above, whose clauses hold",
    }
    derived["properties"]["without"] = {
        "type": "array",
        "items": {"type": "string"},
        "description": "clauses dropped",
    }
    derived["properties"]["clauses"] = {"type": "array", "items": {"type": "object", "required": ["id"]}}
    schema["$defs"]["Reading"] = {"anyOf": [full, derived]}
    schema["properties"]["statements"] = {
        "anyOf": [
            schema["properties"]["statements"],
            {"type": "string", "description": "a CSV file beside this one"},
        ]
    }
    return schema
