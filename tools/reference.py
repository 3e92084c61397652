"""Write docs/reference.md from the models, the readers, the tables and the commands, so that it cannot drift."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import click
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from holdfire import tables
from holdfire.case import CaseFile
from holdfire.case.file import BuildingSize, ExposureFile, Period, Recapture, Truce
from holdfire.cli import main
from holdfire.monitor import KINDS, Coverage, SourceEntry
from holdfire.monitor.mapping import Coded, Mapping, Range, Reporting, When, Where
from holdfire.terms import Agreement, Clause, Condition, Party, Reading, Statement, Term, Window, Zone, code_list
from holdfire.terms.claims import Claim, Claims, Reviewer
from holdfire.terms.codelist import CodeList
from holdfire.terms.mechanism import Definition, Disputes, Verification, ViolationReporting
from holdfire.terms.model import FuzzyBound
from holdfire.terms.talks import Item, Position, Round, Talks, Word
from holdfire.terms.zones import Buffer, Corridor, Difference, Held, Towns

PAGE = Path(__file__).parent.parent / "docs" / "reference.md"
TABLES = {
    "reports.parquet": tables.REPORTS,
    "calendar.parquet": tables.CALENDAR,
    "conditions.parquet": tables.CONDITIONS,
    "refused.csv": tables.REFUSED,
    "detections.parquet": tables.DETECTIONS,
    "lines.parquet": tables.LINES,
    "temperatures.parquet": tables.TEMPERATURES,
    "changes.csv": tables.CHANGES,
    "links.parquet": tables.LINKS,
    "alternatives.parquet": tables.ALTERNATIVES,
    "repeated.csv": tables.REPEATED,
    "incidents.parquet": tables.INCIDENTS,
    "verdicts.parquet": tables.VERDICTS_TOLD,
    "contested.csv": tables.CONTESTED,
    "counts.csv": tables.COUNTS,
    "exposure.csv": tables.EXPOSURE,
    "rehearsal.csv": tables.REHEARSAL,
    "settling.csv": tables.SETTLING,
    "talks.csv": tables.TALKS,
}
INTRODUCTION = """\
# Reference: the case format

This page is made from the code by `make reference`; a test holds it to it. A case is a folder:

    case.yaml        what is looked at, and from which sources
    agreement.yaml   what was promised, under each reading
    data/            the case's own files, and a README with source and licence of each

`holdfire new FOLDER` makes one that runs; `holdfire lint FOLDER` checks one and tells [what it leaves
unsaid](lint.md); `holdfire schema` prints a JSON Schema of
the agreement for your editor. Files are UTF-8. Unknown keys are mistakes.

**Times.** A bare date is a day in the time zone of the agreement (as an end: that day included). `2026-01-29T18:00` is
local unless it has an offset. `night of 2026-01-29` runs from 18:00 to 08:00. `unsaid` is a bound that nobody gave.
A vague bound is `{no_earlier: ..., no_later: ...}`. `lasts: 1 week` counts from the start, and inherits its vagueness.

**Terms.** `target: [energy]` is short for `target: {certainly: [energy]}`. What is `possibly` covered is answered
"unknown", what is neither "no". A facet that is left out asks nothing.

**Obligations.** An obligation has an `act` and a `deadline`. One of `withdrawal`, or of a code below it, is judged by
the maps of `control_maps` sources: from the deadline on, and while its `time` lasts, the actors it binds hold no ground
in its `place`. Any other is met by one incident that has all its facets and had ended by the deadline, within its
`time` if it has one. What was decided about them, and why: [decision 4](decisions/0004-obligations.md).

**Readings.** A reading may be `based_on` another: it then has all clauses of that one, `without` those it drops, and
with the keys that it states anew in place of the base's.
"""


def named(annotation: Any) -> str:
    """Return a type as a reader of YAML would say it."""
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return " or ".join(f"`{a}`" for a in args)
    if origin in (Union, UnionType):
        return " or ".join(dict.fromkeys(named(a) for a in args if a is not type(None)))
    if origin is list:
        return f"list of {named(args[0])}"
    if origin is tuple:
        return f"pairs of {named(args[0])}s"
    if origin is dict:
        return f"{named(args[1])} by name"
    if origin is not None and args:
        return named(args[0])
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    plain = {"str": "text", "bool": "true or false", "float": "number", "int": "whole number"}
    return plain.get(getattr(annotation, "__name__", ""), getattr(annotation, "__name__", str(annotation)))


def needed(field: FieldInfo) -> str:
    if field.is_required():
        return "yes"
    return (
        f"no; `{field.default}`"
        if field.default not in (None, [], "", {}) and not isinstance(field.default, BaseModel)
        else "no"
    )


def model(kind: type[BaseModel]) -> Iterable[str]:
    yield f"### {kind.__name__}\n"
    yield f"{(kind.__doc__ or '').splitlines()[0]}\n"
    yield "| key | holds | needed | meaning |\n|---|---|---|---|"
    for name, field in kind.model_fields.items():
        yield f"| `{name}` | {named(field.annotation)} | {needed(field)} | {field.description or ''} |"
    yield ""


def readers() -> Iterable[str]:
    yield "## Kinds of source\n"
    for kind in KINDS:
        module = import_module(f"holdfire.monitor.{kind}")
        yield f"### `{kind}`\n"
        yield (module.__doc__ or "").strip() + "\n"
        if (PAGE.parent / "sources" / f"{kind}.md").exists():
            yield f"How to get it, and what to write in case.yaml: [{kind}](sources/{kind}.md).\n"
        if hasattr(module, "COLUMNS"):
            yield f"Columns: {', '.join(f'`{c}`' for c in module.COLUMNS)}.\n"


def columns() -> Iterable[str]:
    yield "## Tables\n"
    yield "Instants are UTC. A null is never a stand-in for zero, false or none.\n"
    for name, declared in TABLES.items():
        yield f"### `{name}`\n"
        yield "| column | type | unit | meaning | null means |\n|---|---|---|---|---|"
        for c in declared:
            kind = str(c.dtype).replace("time_unit='us', time_zone='UTC'", "us, UTC")
            yield f"| `{c.name}` | {kind} | {c.unit} | {c.meaning} | {c.null} |"
        yield ""


def codes(listing: CodeList) -> Iterable[str]:
    yield f"### {listing.list.capitalize()}\n"
    yield f"{listing.description}\n"
    for code in listing.codes:
        depth = len(listing.lineage(code.code)) - 1
        yield f"{'  ' * depth}- `{code.code}`: {code.label}"
    yield ""


def commands() -> Iterable[str]:
    yield "## Commands\n"
    yield "Exit code 0: done. 1: a finding that the caller asked to fail on. 2: bad input, and no output was changed.\n"
    for name, command in sorted(main.commands.items()):
        usage = " ".join(command.collect_usage_pieces(click.Context(command, info_name=name)))
        yield f"- `holdfire {name} {usage}`: {command.get_short_help_str(200)}"
    yield ""


def page() -> str:
    """Return the whole page."""
    parts: list[str] = [INTRODUCTION, "## case.yaml\n"]
    for kind in (CaseFile, Period, Truce, ExposureFile, BuildingSize, SourceEntry, Coverage, Recapture):
        parts += model(kind)
    parts.append("## A mapping file\n")
    for kind in (Mapping, When, Where, Coded, Range, Reporting):
        parts += model(kind)
    parts.append("## agreement.yaml\n")
    for kind in (Agreement, Party, Statement, Reading, Clause, Window, FuzzyBound, Term, Condition):
        parts += model(kind)
    parts.append(
        "What an agreement may say of itself. None of it is judged; [lint](lint.md) tells where it is missing.\n"
    )
    for kind in (Definition, Verification, ViolationReporting, Disputes):
        parts += model(kind)
    parts.append("How to draw each kind of zone, and what is asked of it: [zones](zones.md).\n")
    for kind in (Zone, Corridor, Buffer, Difference, Towns, Held):
        parts += model(kind)
    parts.append("## The file of the talks\n")
    parts.append("What each word means, and where a round or an item stands by them: [talks](talks.md).\n")
    for kind in (Talks, Round, Word, Item, Position):
        parts += model(kind)
    parts.append("## The file of the claims\n")
    parts.append("How a claim is rated: [provenance](provenance.md).\n")
    for kind in (Claims, Reviewer, Claim):
        parts += model(kind)
    parts += readers()
    parts += columns()
    parts += commands()
    parts.append("## Code lists\n")
    for name in ("act", "weapon", "target", "actor", "topic"):
        parts += codes(code_list(name))
    return "\n".join(parts).rstrip() + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")
