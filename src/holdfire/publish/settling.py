"""What agreeing on a term settles, in words that can be quoted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from holdfire.adjudicate import Option, Plan, Promise, Settling, Version, promises
from holdfire.places import Areas
from holdfire.publish import words
from holdfire.terms import Agreement
from holdfire.terms.codelist import ListName

_NAMES = {
    "start": "the start",
    "end": "the end",
    "act": "the acts",
    "target": "the targets",
    "actor": "who is bound",
    "exemption": "the exemptions",
}
_LISTS: dict[str, ListName] = {"target": "target", "actor": "actor", "act": "act", "weapon": "weapon"}
FEW = 2


@dataclass(frozen=True)
class Wording:
    """Puts versions of terms into words, with the titles of the readings that hold them."""

    agreement: Agreement
    plan: Plan
    areas: Areas

    @property
    def zone(self) -> ZoneInfo:
        return self.plan.zone

    @cached_property
    def promises(self) -> dict[str, Promise]:
        """The promises of the agreement by id."""
        return {p.id: p for p in promises(self.plan)}

    def holders(self, version: Version) -> str:
        titles = {r.id: r.title for r in self.agreement.readings}
        return words.either([f'"{titles[r]}"' for r in version.readings], "and")

    def term(self, slot: tuple[str, str]) -> str:
        """Return 'the start', with the promise that it is of where several differ."""
        promise, term = slot
        if term == "clause":
            return f"whether there is a {self.promise(promise)}"
        name = _NAMES.get(term, f"the {term}")
        several = sum(any(v.term != "clause" for v in p.differing) for p in self.promises.values()) > 1
        return f"{name} {'by' if term == 'actor' else 'of'} the {self.promise(promise)}" if several else name

    def promise(self, promise: str) -> str:
        """Return 'promise that binds Ukrainian forces'; by its text where several bind the same."""
        bound = {name: self._bound(p) for name, p in self.promises.items()}
        if bound[promise] and [*bound.values()].count(bound[promise]) == 1:
            return f"promise that binds {bound[promise]}"
        first = next(iter(self.promises[promise].clauses.values()))
        return f'promise "{first.clause.text.rstrip(".")}"'

    def _bound(self, promise: Promise) -> str | None:
        """Return whom a promise binds; null where its readings differ in that, or one of them does not say."""
        told = {
            words.covered(c.clause.actor, "actor", self.areas) if c.clause.actor else None
            for c in promise.clauses.values()
        }
        return told.pop() if len(told) == 1 else None

    def option(self, version: Version) -> str:
        """Return 'the start as "A" has it'."""
        have = "has it" if len(version.readings) == 1 else "have it"
        if version.term == "clause":
            article = "no" if version.lacks else "the"
            return f"{article} {self.promise(version.promise)}, as {self.holders(version)} {have}"
        return f"{self.term(version.slot)} as {self.holders(version)} {have}"

    def says(self, version: Version) -> str:
        """Return what a version says."""
        promise = self.promises[version.promise]
        if version.term == "clause":
            return "no such promise" if version.lacks else promise.clauses[version.readings[0]].clause.text
        plan = promise.clauses[version.readings[0]]
        clause = plan.clause
        if version.term == "start":
            return "no start: always" if clause.time is None else words.at_bound(plan.start, self.zone)
        if version.term == "end":
            if clause.time is not None and clause.time.lasts:
                return f"{clause.time.lasts} after the start"
            return "no end" if clause.time is None else words.at_bound(plan.end, self.zone)
        if version.term == "exemption":
            return " ".join(p.clause.text for p in promise.exempting[version.readings[0]]) or "none"
        if version.term == "condition":
            return words.condition(plan.condition) if plan.condition else "none"
        names = ("act", "weapon") if version.term == "act" else (version.term,)
        parts = [
            words.covered(term, _LISTS.get(name), self.areas)
            for name in names
            if (term := getattr(clause, name)) is not None
        ]
        return ", with ".join(parts) or "any"


def sentences(told: Settling, wording: Wording, each: int = 1) -> list[str]:
    """Return what settles most of the disputes, one term and two, ties included; empty if nothing is contested.

    Figures are for each of so many layings of the windows.
    """
    if not told.before.contested:
        return []
    single, pair = told.best_single, told.best_pair
    of = figure(told.before.contested / each)
    contested = "the one contested incident" if of == "1" else f"the {of} contested incidents"
    if not single:
        return [f"Agreeing on one term alone settles none of {contested}."]

    def part(options: list[Option], whole: str) -> str:
        gone = options[0].settled.contested
        if gone == told.before.contested:
            return whole if of == "1" else f"all of {whole}"
        return f"{figure(gone / each)} of {whole}"

    lead = part(single, contested)
    found = [_best(single, lead[0].upper() + lead[1:], wording, each)]
    if pair:
        found.append(_best(pair, f"With two terms, {part(pair, 'it' if of == '1' else f'the {of}')}", wording, each))
    return found


def _best(options: list[Option], lead: str, wording: Wording, each: int) -> str:
    """Return the options that settle most; of many that do as much, the first few and how many more there are.

    `lead` says of how many incidents that is true.
    """
    told = []
    for option in options[:FEW]:
        terms = words.either([wording.option(v) for v in option.versions], "and")
        told.append(f"{terms} ({gone(option, each)})")
    more = len(options) - FEW
    others = f"; {words.count(more, 'other choice')} would do as much" if more > 0 else ""
    return f"{lead} would go if all took {', or '.join(told)}{others}."


def gone(option: Option, each: int = 1) -> str:
    """Return as what disputes are settled, and how many that newly come up are taken off: the sum is what goes."""
    parts = [
        (option.gone.violation, "as a violation"),
        (option.gone.none, "as no violation"),
        (option.gone.undetermined, "as undetermined"),
    ]
    told = words.either([f"{figure(n / each)} {what}" for n, what in parts if n], "and")
    if not option.gone.new:
        return told
    new = f"{figure(option.gone.new / each)} that newly come up"
    return f"{told}, less {new}" if told else f"none, and {new}"


def figure(value: float) -> str:
    """Return a number of incidents with one decimal at most; a small one that is not zero as '<0.1'."""
    if 0 < abs(value) < 0.05:
        return "<0.1" if value > 0 else "\N{MINUS SIGN}<0.1"
    return words.number(round(value, 1))
