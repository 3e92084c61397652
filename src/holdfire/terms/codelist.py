"""Code lists: hierarchies of acts, weapons, targets, actors and topics of talks, kept as data."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, model_validator

from holdfire.problems import bad, suggest

ListName = Literal["act", "weapon", "target", "actor", "topic"]


class Code(BaseModel):
    """One code: `broader` is its parent (null at a root), `names` its spellings in sources."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    broader: str | None = None
    label: str
    definition: str
    names: tuple[str, ...] = ()
    mappings: dict[str, tuple[str, ...]] = {}


class CodeList(BaseModel):
    """A hierarchy of codes. Parents come before children, so that it can hold no circle."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    list: ListName
    description: str
    codes: tuple[Code, ...]

    @model_validator(mode="after")
    def _ordered(self) -> CodeList:
        seen: set[str] = set()
        for code in self.codes:
            if code.code in seen:
                raise ValueError(f"code '{code.code}' stands twice")
            if code.broader is not None and code.broader not in seen:
                raise ValueError(f"code '{code.code}' stands before its broader code '{code.broader}'")
            seen.add(code.code)
        return self

    def lineage(self, code: str) -> tuple[str, ...]:
        """Return the code and all broader ones, narrowest first. Raises KeyError for an unknown code."""
        return _lineages(self.list)[code]

    def label(self, code: str) -> str:
        """Return the label of a code. Raises KeyError for an unknown code."""
        return _by_code(self.list)[code].label

    def find(self, name: str) -> str | None:
        """Return the code with this code, label or source spelling, whatever its case; else null."""
        return _by_name(self.list).get(name.strip().casefold())

    def of_scheme(self, scheme: str, value: str) -> str | None:
        """Return the narrowest code that covers all codes which another scheme files under a value; else null.

        A class of another scheme is often wider than one code here: what ACLED calls "Air/drone strike" is an
        attack, and nobody knows from that alone which of the two.
        """
        hits = [c.code for c in self.codes if value in c.mappings.get(scheme, ())]
        if not hits:
            return None
        shared = [b for b in self.lineage(hits[0]) if all(b in self.lineage(h) for h in hits)]
        return shared[0] if shared else None

    def matches(self, codes: Iterable[str | None], wanted: Iterable[str]) -> bool | None:
        """Tell whether any of an incident's codes is one of the wanted codes or below it.

        True if one is; false if all are known and none is; null if a code is missing, or broader than
        a wanted one, and none is certain (DESIGN section 4).
        """
        wanted = frozenset(wanted)
        broader_than_wanted = {b for w in wanted for b in self.lineage(w)[1:]}
        unknown = False
        for code in codes:
            if code is None or code in broader_than_wanted:
                unknown = True
            if code is not None and wanted.intersection(self.lineage(code)):
                return True
        return None if unknown else False

    def check(self, code: str, where: str) -> str:
        """Return the code, or raise InputError with the nearest known one."""
        known = _by_code(self.list)
        if code not in known:
            raise bad(
                where,
                f"unknown {self.list} code '{code}'",
                f"a code of the {self.list} list",
                suggest(code, known),
            )
        return code


@cache
def code_list(name: ListName) -> CodeList:
    """Load one of the code lists that ship with holdfire."""
    text = resources.files("holdfire.terms").joinpath(f"codes/{name}.yaml").read_text(encoding="utf-8")
    return CodeList.model_validate(yaml.load(text, Loader=yaml.CSafeLoader))


@cache
def _by_code(name: ListName) -> dict[str, Code]:
    return {c.code: c for c in code_list(name).codes}


@cache
def _lineages(name: ListName) -> dict[str, tuple[str, ...]]:
    lines: dict[str, tuple[str, ...]] = {}
    for code in code_list(name).codes:
        lines[code.code] = (code.code, *(lines[code.broader] if code.broader is not None else ()))
    return lines


@cache
def _by_name(name: ListName) -> dict[str, str]:
    names: dict[str, str] = {}
    for code in code_list(name).codes:
        for spelling in (code.code, code.label, *code.names):
            names.setdefault(spelling.casefold(), code.code)
    return names
