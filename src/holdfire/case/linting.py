"""Lint: every rule asked of a case, or of a draft of an agreement that has no case yet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from holdfire import tables
from holdfire.adjudicate import Plan, compile_plan
from holdfire.adjudicate.alike import READINGS_ALIKE
from holdfire.adjudicate.verifiable import CONDITION_UNOBSERVED, UNVERIFIABLE, Watch
from holdfire.case.folder import read_case, tables_of
from holdfire.case.stages import monitor
from holdfire.monitor import observe
from holdfire.places import load_areas, load_gazetteer
from holdfire.problems import InputError, Problem, noted
from holdfire.publish.remarks import Told, told
from holdfire.terms.lint import RULES, asked
from holdfire.terms.lint.rule import Remark, Rule
from holdfire.terms.located import AgreementFile, open_agreement

ALL_RULES: tuple[Rule[Any], ...] = (*RULES, UNVERIFIABLE, CONDITION_UNOBSERVED, READINGS_ALIKE)


@dataclass(frozen=True)
class Linted:
    """What lint found: remarks with file and line, gravest first; and the rules that could not be asked, and why."""

    title: str
    remarks: list[Told]
    not_asked: dict[str, str]


def lint_case(folder: Path) -> Linted:
    """Ask every rule of a case. Raises InputError for every mistake in its files, those of its tables among them."""
    try:
        case = read_case(folder)
    except InputError as error:
        raise InputError([*error.problems, *_of_tables(folder)]) from None
    observed = monitor(case)
    plan = compile_plan(case.agreement, case.areas, case.gazetteer, observed.conditions, observed.lines)
    watch = Watch(plan, observed.calendar, case.sights, case.file.period.first, case.file.period.last)
    file = open_agreement(folder / case.file.agreement)
    remarks = [
        *asked(RULES, file.agreement),
        *asked([UNVERIFIABLE, CONDITION_UNOBSERVED], watch),
        *asked([READINGS_ALIKE], plan),
    ]
    return _linted(file, remarks, {})


def _of_tables(folder: Path) -> list[Problem]:
    """Return the mistakes in the tables of a case that cannot be read as a whole, if its own file can."""
    problems: list[Problem] = []
    try:
        setting, sources = tables_of(folder)
    except InputError:
        return []
    for source in sources:
        with noted(problems):
            observe(source, setting)
    return problems


def lint_draft(path: Path) -> Linted:
    """Ask of an agreement file alone what can be asked without sources. Raises InputError for mistakes in it."""
    file = open_agreement(path)
    remarks = asked(RULES, file.agreement)
    skipped = {rule.id: "it needs the sources of a case" for rule in (UNVERIFIABLE, CONDITION_UNOBSERVED)}
    try:
        remarks += asked([READINGS_ALIKE], _placed(file))
    except InputError as error:
        skipped[READINGS_ALIKE.id] = str(error.problems[0])
    return _linted(file, remarks, skipped)


def _placed(file: AgreementFile) -> Plan:
    """Compile a draft with the areas and places that ship with holdfire; a draft may name others."""
    return compile_plan(file.agreement, load_areas(), load_gazetteer(), tables.empty(tables.CONDITIONS))


def _linted(file: AgreementFile, remarks: list[Remark], skipped: dict[str, str]) -> Linted:
    placed = ((remark, *file.where(remark.place.parts)) for remark in remarks)
    return Linted(file.agreement.title, told(placed, [r.id for r in ALL_RULES], file.agreement), skipped)
