"""A case folder: its file, its agreement, its places and its sources, read and checked."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from holdfire import tables
from holdfire.adjudicate import Proof, Sight, compile_plan
from holdfire.case.file import CaseFile
from holdfire.monitor import KINDS, Setting, SourceEntry
from holdfire.monitor.memory import files_of
from holdfire.monitor.retelling import origin
from holdfire.places import Areas, Gazetteer, load_areas, load_gazetteer, resolve_scope
from holdfire.problems import InputError, Problem, UnfitError, bad, noted, suggest
from holdfire.terms import Agreement, code_list, line_of, look_at, read_yaml, validate
from holdfire.terms.claims import Claims, read_claims
from holdfire.terms.instants import zone_named
from holdfire.terms.located import AgreementFile, located
from holdfire.terms.talks import Talks, read_talks
from holdfire.verify import Practice, read_decisions, read_weights
from holdfire.verify.standard import UNRELIABLE

CASE_FILE = "case.yaml"
DRAFT = "draft"


@dataclass(frozen=True)
class Case:
    """A case, read and checked."""

    folder: Path
    file: CaseFile
    agreement: Agreement
    areas: Areas
    gazetteer: Gazetteer
    talks: Talks | None = None
    claims: Claims | None = None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.file.time_zone or self.agreement.time_zone)

    @property
    def setting(self) -> Setting:
        period = self.file.period
        return Setting(self.folder, self.zone, period.first, period.last, self.areas, self.gazetteer)

    @property
    def sights(self) -> list[Sight]:
        return [Sight(s.id, s.covers.place, tuple(s.covers.acts)) for s in self.file.sources if s.covers]

    @property
    def verifying(self) -> frozenset[str]:
        """Return the sources that count as a monitor or court-grade investigation."""
        return frozenset(s.id for s in self.file.sources if s.verifies)

    @property
    def proof(self) -> Proof:
        """Which sources of lines of control count under the standard of proof, and how many groups must agree."""
        verified = self.file.standard == "verified"
        counting = [s for s in self.file.sources if s.reliability not in UNRELIABLE and (s.verifies or not verified)]
        groups = {s.id: origin(s.group or s.id, self.file.retells) for s in counting}
        return Proof(groups, 2 if self.file.standard == "corroborated" else 1)

    @property
    def practice(self) -> Practice:
        """How its sources list incidents, and what was decided about links. Raises InputError for a wrong file."""
        file = self.file
        return Practice(
            # Two changes between the same maps, or between later ones, are never one.
            once=frozenset(s.id for s in file.sources if s.once == "source" or s.kind == "control_maps"),
            per_page=frozenset(s.id for s in file.sources if s.once == "page"),
            decisions=read_decisions(self.folder / file.links) if file.links else (),
            weights=read_weights(self.folder / file.weights) if file.weights else None,
            as_listed=file.same_as == "decided",
        )

    def inputs(self) -> dict[str, str]:
        """Return the SHA-256 of every file that the case is made from, by its path in the folder."""
        names = {CASE_FILE, self.file.agreement, *(n for s in self.file.sources for n in files_of(self.folder, s.path))}
        names.update(self.file.areas, self.file.gazetteers)
        extra = (
            self.file.links,
            self.file.weights,
            self.file.talks,
            self.file.claims,
            self.file.exposure.population,
            *(n for s in self.file.sources for n in (s.mapping, s.stations)),
        )
        names.update(n for n in extra if n is not None)
        beside = Path(self.file.agreement).parent
        names.update((beside / z.outline).as_posix() for z in self.agreement.zones if z.outline is not None)
        statements = read_yaml(self.folder / self.file.agreement).get("statements")
        if isinstance(statements, str):
            names.add(statements)
        return {n: hashlib.sha256((self.folder / n).read_bytes()).hexdigest() for n in sorted(names)}


def read_case(folder: Path) -> Case:
    """Read a case folder. Raises InputError with file and line for every mistake in its files."""
    path = folder / CASE_FILE
    if not folder.is_dir():
        raise bad(
            str(folder),
            "there is no such case folder",
            "a folder with a case.yaml",
            "Check the path, or make one with `holdfire new`.",
        )
    _check_drafted(folder)
    data = read_yaml(path)
    file = validate(CaseFile, data, path)
    _check_paths(file, data, path)
    looked = look_at(folder / file.agreement)
    areas = load_areas(*(folder / a for a in file.areas))
    gazetteer = load_gazetteer(*(folder / g for g in file.gazetteers))
    problems = [*looked.problems]
    with noted(problems):
        if file.time_zone is not None:
            _check_zone(file.time_zone, f"{path}:{line_of(data, ('time_zone',))}")
    with noted(problems):
        _check_sources(file, data, path, areas)
    with noted(problems):
        _check_lists(file, data, path, areas)
    if looked.agreement is not None:
        problems.extend(_unknown_places(located(looked, looked.agreement), areas, gazetteer))
        with noted(problems):
            _check_zones(looked.agreement, file, folder)
        with noted(problems):
            _check_exposure(looked.agreement, file, data, path)
    if problems:
        raise InputError(problems)
    agreement = looked.whole()
    file = file.model_copy(update={"sources": sorted(file.sources, key=lambda s: s.id)})
    talks = read_talks(folder / file.talks, agreement) if file.talks else None
    claims = read_claims(folder / file.claims, agreement) if file.claims else None
    case = Case(folder, file, agreement, areas, gazetteer, talks, claims)
    compile_plan(agreement, areas, gazetteer, tables.empty(tables.CONDITIONS))
    return case


def tables_of(folder: Path) -> tuple[Setting, list[SourceEntry]]:
    """Return what the sources of a case are read with, whatever its agreement says; UTC where the case has no zone.

    Raises InputError for mistakes in the case's own file.
    """
    path = folder / CASE_FILE
    data = read_yaml(path)
    file = validate(CaseFile, data, path)
    _check_paths(file, data, path)
    areas = load_areas(*(folder / a for a in file.areas))
    _check_sources(file, data, path, areas)
    if file.time_zone is not None:
        _check_zone(file.time_zone, f"{path}:{line_of(data, ('time_zone',))}")
    gazetteer = load_gazetteer(*(folder / g for g in file.gazetteers))
    zone = ZoneInfo(file.time_zone or "UTC")
    return Setting(folder, zone, file.period.first, file.period.last, areas, gazetteer), file.sources


def _check_drafted(folder: Path) -> None:
    """Point from a folder that holds nothing but a draft to the draft."""
    if not (folder / CASE_FILE).exists() and (folder / DRAFT / CASE_FILE).exists():
        found = "there is a draft, and no case yet"
        raise bad(str(folder / CASE_FILE), found, "the file of a case", f"Name the draft: {folder / DRAFT}.")


def _unknown_places(file: AgreementFile, areas: Areas, gazetteer: Gazetteer) -> list[Problem]:
    """Return the places of clauses that are in neither the zones, the areas nor the gazetteer."""
    problems: list[Problem] = []
    zones = {z.id for z in file.agreement.zones}
    for reading in file.agreement.readings:
        for clause in reading.clauses:
            if clause.place is None:
                continue
            at, line = file.where(("readings", reading.id, "clauses", clause.id, "place"))
            for name in (*clause.place.certainly, *clause.place.possibly, *clause.place.besides):
                with noted(problems):
                    if name not in zones:
                        resolve_scope([name], [], [], areas, gazetteer, f"{at}:{line}")
    return list(dict.fromkeys(problems))


def _check_zone(name: str, where: str) -> None:
    try:
        zone_named(name)
    except UnfitError as unfit:
        raise InputError(unfit.at(where)) from None


def _check_paths(file: CaseFile, data: Any, path: Path) -> None:
    """A case holds its own data, so that it can be handed on and run again."""
    named: list[tuple[tuple[str | int, ...], str]] = [(("agreement",), file.agreement)]
    named += [(("sources", n, "path"), s.path) for n, s in enumerate(file.sources)]
    named += [(("sources", n, "mapping"), s.mapping) for n, s in enumerate(file.sources) if s.mapping]
    named += [(("sources", n, "stations"), s.stations) for n, s in enumerate(file.sources) if s.stations]
    named += [((key,), name) for key in ("links", "weights", "talks", "claims") if (name := getattr(file, key))]
    if file.exposure.population is not None:
        named.append((("exposure", "population"), file.exposure.population))
    for kind, names in (("areas", file.areas), ("gazetteers", file.gazetteers)):
        named += [((kind, n), name) for n, name in enumerate(names)]
    problems = [_outside(f"{path}:{line_of(data, loc)}", name) for loc, name in named if not _is_within(name)]
    if problems:
        raise InputError(problems)


def _is_within(name: str) -> bool:
    return not Path(name).is_absolute() and ".." not in Path(name).parts


def _outside(where: str, name: str) -> Problem:
    remedy = "Put the file (or a link to it) into the case folder."
    return Problem(where, f"'{name}' lies outside the case folder", "a path within it", remedy)


def _check_sources(file: CaseFile, data: Any, path: Path, areas: Areas) -> None:
    problems = []
    known = {
        "act": {c.code for c in code_list("act").codes},
        "actor": {c.code for c in code_list("actor").codes},
        "area": set(areas.codes()),
    }
    for index, source in enumerate(file.sources):
        where = f"{path}:{line_of(data, ('sources', index))}"
        if source.id in [s.id for s in file.sources[:index]]:
            problems.append(Problem(where, f"source id '{source.id}' stands twice", "ids that differ", "Rename one."))
        if source.kind not in KINDS:
            at = f"{path}:{line_of(data, ('sources', index, 'kind'))}"
            found = f"unknown kind '{source.kind}'"
            problems.append(Problem(at, found, "a kind of source", suggest(source.kind, KINDS)))
        covers = source.covers
        named = {
            "act": [source.act, *(covers.acts if covers else [])],
            "actor": [source.actor, source.holder, source.against],
            "area": [source.place, covers.place if covers else None],
        }
        for kind, codes in named.items():
            for code in codes:
                if code is not None and code not in known[kind]:
                    expected = f"a code of the {kind} list"
                    problems.append(
                        Problem(where, f"unknown {kind} code '{code}'", expected, suggest(code, known[kind]))
                    )
    if problems:
        raise InputError(problems)


def _check_lists(file: CaseFile, data: Any, path: Path, areas: Areas) -> None:
    """Check that the lists of an undercount are of those who speak for themselves, and its places known."""
    if file.undercount is None:
        return
    problems = []
    for name, own in file.undercount.lists.items():
        for group in own:
            if group in file.retells:
                where = f"{path}:{line_of(data, ('undercount', 'lists', name))}"
                told = f"list '{name}' names '{group}', which retells '{origin(group, file.retells)}'"
                problems.append(Problem(where, told, "those who speak for themselves", "Name whom it retells instead."))
    for n, place in enumerate(file.undercount.places):
        if place not in areas.codes():
            where = f"{path}:{line_of(data, ('undercount', 'places', n))}"
            remedy = suggest(place, areas.codes())
            problems.append(Problem(where, f"unknown area code '{place}'", "a code of the area list", remedy))
    if problems:
        raise InputError(problems)


def _check_zones(agreement: Agreement, file: CaseFile, folder: Path) -> None:
    """Check what zones take from the case: the files of their outlines, and the lines of control that they follow."""
    path = folder / file.agreement
    data = read_yaml(path)
    lines = [s.id for s in file.sources if s.kind == "control_maps"]
    problems = []
    for index, zone in enumerate(agreement.zones):

        def at(*keys: str, index: int = index) -> str:
            return f"{path}:{line_of(data, ('zones', index, *keys))}"

        if zone.outline is not None:
            outline = path.parent / zone.outline
            if not _is_within(zone.outline):
                problems.append(_outside(at("outline"), zone.outline))
            elif not outline.is_file():
                found = f"there is no file '{outline}'"
                problems.append(
                    Problem(at("outline"), found, "a GeoJSON file", "Check the path, or put the file there.")
                )
        source = zone.lines()
        if source is not None and source not in lines:
            keys = ("held", "lines") if zone.held is not None else ("buffer", "front")
            found = f"zone '{zone.id}' follows '{source}', which is no source of lines of control"
            remedy = suggest(source, lines) if lines else "Add a source of that kind to case.yaml."
            problems.append(Problem(at(*keys), found, "a source of kind control_maps", remedy))
    if problems:
        raise InputError(problems)


def _check_exposure(agreement: Agreement, file: CaseFile, data: Any, path: Path) -> None:
    known = [f"{r.id}/{c.id}" for r in agreement.readings for c in r.clauses if c.norm == "prohibition"]
    problems = [
        Problem(
            f"{path}:{line_of(data, ('exposure', 'as_if_cold', n))}",
            f"no prohibition '{name}'",
            "READING/CLAUSE of the agreement",
            suggest(name, known),
        )
        for n, name in enumerate(file.exposure.as_if_cold)
        if name not in known
    ]
    if problems:
        raise InputError(problems)
