"""Words that agreements use as if everybody meant the same by them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from holdfire.terms.codelist import code_list
from holdfire.terms.lint.literature import (
    COLD_SPELL,
    CUSTOMARY,
    GUIDANCE,
    HODEIDAH,
    MORATORIUM_LIST,
    PAX,
)
from holdfire.terms.lint.rule import Example, Place, Precedent, Rule, clauses, nameless
from holdfire.terms.model import Agreement, Clause

TOWNS = ("towns", "cities", "villages", "settlements", "populated areas", "urban areas")
WEATHER = ("extreme cold", "severe cold", "cold", "frost", "freezing", "winter", "heatwave", "extreme heat", "weather")
LOOSE = (
    "all military action",
    "as soon as possible",
    "civilian infrastructure",
    "critical infrastructure",
    "front line",
    "front",
    "heavy weapons",
    "hostile acts",
    "immediately",
    "in kind",
    "in the vicinity",
    "long range",
    "near",
    "offensive operations",
    "precision",
    "provocations",
    "restraint",
    "security forces",
    "self defence",
    "strategic",
    "terrorists",
)


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    told = "|".join(w.replace(" ", r"[\s-]?") for w in longest_first)
    return re.compile(rf"\b(?:{told})\b", re.IGNORECASE)


_TOWNS, _WEATHER, _LOOSE = _pattern(TOWNS), _pattern(WEATHER), _pattern(LOOSE)


def plain(word: str) -> str:
    """Return a word or phrase without case, hyphens and the ending of its plural."""
    told = re.sub(r"[\s-]+", " ", word.strip().casefold())
    return re.sub(r"ies$", "y", told) if told.endswith("ies") else told.removesuffix("s")


def defines(agreement: Agreement, *words: str) -> bool:
    """Tell whether the agreement defines one of the words, or a phrase that holds it."""
    defined = [f" {plain(d)} " for d in agreement.definitions]
    return any(f" {plain(w)} " in d for w in words for d in defined)


def _draws(agreement: Agreement, clause: Clause) -> bool:
    """Tell whether a clause names a zone of the agreement as its place."""
    place = clause.place
    zones = {z.id for z in agreement.zones}
    return place is not None and bool(zones & {*place.certainly, *place.possibly})


def _towns(agreement: Agreement) -> Iterator[Place]:
    if defines(agreement, *TOWNS):
        return
    for at, _, clause in clauses(agreement):
        said = _TOWNS.search(clause.text)
        coded = clause.target is not None and "populated_area" in clause.target.certainly
        if (said or coded) and not _draws(agreement, clause):
            word = f"'{said[0]}'" if said else "populated areas"
            parts = (*at, "text") if said else (*at, "target")
            yield Place(parts, f"{word}: no list, no size and no map says which these are")


def _weather(agreement: Agreement) -> Iterator[Place]:
    """Say once where the weather is first named; a condition of a clause or a zone is a threshold."""
    conditions = [c.condition for _, _, c in clauses(agreement)] + [
        z.towns and z.towns.condition for z in agreement.zones
    ]
    if defines(agreement, *WEATHER) or any(conditions):
        return
    texts = [((*at, "text"), clause.text) for at, _, clause in clauses(agreement)]
    texts += [(("readings", r.id, "summary"), r.summary) for r in agreement.readings]
    for parts, text in [*texts, (("title",), agreement.title)]:
        if said := _WEATHER.search(text):
            found = f"'{said[0]}': is it the reason, or the test? No threshold, place of measurement or source is given"
            yield Place(parts, found)
            return


def _loose(agreement: Agreement) -> Iterator[Place]:
    for at, _, clause in clauses(agreement):
        said = dict.fromkeys(m[0].casefold() for m in _LOOSE.finditer(nameless(clause.text, agreement)))
        undefined = [w for w in said if not defines(agreement, w)]
        if undefined:
            listed = " and ".join(f"'{w}'" for w in undefined)
            yield Place((*at, "text"), f"{listed}: not defined")


def _targets_unsaid(agreement: Agreement) -> Iterator[Place]:
    """Only of clauses that forbid some kinds of attack: one that forbids all of them needs no list of targets."""
    acts = code_list("act")
    for at, _, clause in clauses(agreement, "prohibition"):
        if clause.target is not None or clause.act is None:
            continue
        forbidden = [*clause.act.certainly, *clause.act.possibly]
        if "attack" not in forbidden and any("attack" in acts.lineage(a) for a in forbidden):
            yield Place(at, "some kinds of attack are forbidden, and nothing says on what")


def _targets_broad(agreement: Agreement) -> Iterator[Place]:
    targets = code_list("target")
    kinds: dict[str, int] = {}
    for code in targets.codes:
        for broader in targets.lineage(code.code)[1:]:
            kinds[broader] = kinds.get(broader, 0) + 1
    listed = {c for d in agreement.definitions.values() for c in d.codes}
    for at, _, clause in clauses(agreement, "prohibition"):
        loose = []
        for named in clause.target.certainly if clause.target else ():
            label = targets.label(named)
            below = {c.code for c in targets.codes if named in targets.lineage(c.code)}
            if named in kinds and not listed & below and not defines(agreement, label, named.replace("_", " ")):
                loose.append(f"'{label.lower()}' may mean any of {kinds[named]} kinds of target")
        if loose:
            yield Place((*at, "target"), f"{', '.join(loose)}, and no list says which")


TOWNS_UNDEFINED = Rule(
    "towns-undefined",
    "Towns that nobody listed",
    "gap",
    "Whether a village, a suburb or a plant outside the limits was spared is decided by whoever draws the map later.",
    Precedent(
        "The pause of January 2026 was announced for Kyiv and other towns. No town was named besides Kyiv, and outlets "
        "were unsure whether the city, the region or the country was meant (CS-S001, CS-S009, CS-S053).",
        COLD_SPELL,
    ),
    (GUIDANCE, PAX),
    "Towns are the settlements listed in annex A, each within the administrative limits drawn on map 1.",
    Example(
        "agreement",
        """\
readings:
  - {id: one, title: One, held_by: north, stated_on: 2026-01-29, summary: A week., clauses: [
      {id: c, norm: prohibition, text: The north does not fire on towns.}]}""",
        """\
definitions:
  towns: {says: The settlements listed in annex A within their administrative limits.}
readings:
  - {id: one, title: One, held_by: north, stated_on: 2026-01-29, summary: A week., clauses: [
      {id: c, norm: prohibition, text: The north does not fire on towns.}]}""",
    ),
    _towns,
)
COLD_UNDEFINED = Rule(
    "cold-undefined",
    "Cold, or other weather, without a threshold",
    "gap",
    "If the weather is a test, it ends the truce on a warm morning; if it is only the reason, it ends nothing.",
    Precedent(
        "Extreme cold was given as the reason for the pause of January 2026; the Kremlin gave talks as the purpose and "
        "did not mention the weather (CS-S004, CS-S010).",
        COLD_SPELL,
    ),
    (GUIDANCE,),
    "The cold is the occasion of this agreement and no condition of it. Or: it holds in a region on each day for which "
    "its weather service observed a minimum of -10 C or less at the station named in annex B.",
    Example(
        "agreement",
        "title: A pause during extreme cold",
        "title: A pause during extreme cold\n"
        "definitions:\n"
        "  extreme cold: {condition: {fact: temperature_min, at_most: -10}}",
    ),
    _weather,
)
WORD_UNDEFINED = Rule(
    "word-undefined",
    "A word that each side fills for itself",
    "trap",
    "Both can sign the word because each means something else by it; the first incident shows it.",
    Precedent(
        "The agreement on Hodeidah of December 2018 left security to 'local security forces' in accordance with Yemeni "
        "law. It did not say whose forces these were, and each side took them for its own.",
        HODEIDAH,
    ),
    (GUIDANCE, PAX),
    "'Heavy weapons' are artillery of 100 mm calibre and more, multiple rocket launchers, and tanks.",
    Example(
        "clause",
        "text: Heavy weapons are not used.",
        "text: Artillery of 100 mm calibre and more is not used.",
    ),
    _loose,
)
TARGETS_UNDEFINED = Rule(
    "targets-undefined",
    "No targets named",
    "gap",
    "A ban on some kinds of strike that names no target is read as sparing everything, or only what matters to the "
    "reader.",
    Precedent(
        "The Kremlin's reading of the pause of January 2026 named a place and a kind of strike, and no target; Ukraine "
        "spoke of energy alone (CS-S014, CS-S052).",
        COLD_SPELL,
    ),
    (GUIDANCE, CUSTOMARY),
    "It is forbidden to strike the following, wherever they are: power plants, substations, ...",
    Example("clause", "act: [missile_strike]", "act: [missile_strike]\ntarget: [power_plant, substation]"),
    _targets_unsaid,
)
TARGETS_BROAD = Rule(
    "targets-broad",
    "A class of targets without a list",
    "trap",
    "Is a refinery energy? Is a railway substation? A class is agreed on in a day, its members are argued about for "
    "weeks.",
    Precedent(
        "The energy moratorium of 18 March 2025 had no list until the Kremlin published one on the 25th, with "
        "refineries on it, as agreed with the United States.",
        MORATORIUM_LIST,
    ),
    (GUIDANCE, CUSTOMARY),
    "Energy facilities are: power plants; substations and lines of 110 kV and more; gas production and storage; "
    "refineries and fuel depots are not among them.",
    Example(
        "clause",
        "target: [energy]",
        "target: [substation, power_line]",
    ),
    _targets_broad,
)
