"""Words of a source turned into codes: only what is said, and null where more was meant than was named."""

from __future__ import annotations

import re
from functools import cache

from holdfire.terms import code_list
from holdfire.terms.codelist import ListName

NOT_STATED = {"", "unknown", "not stated", "unspecified"}
_MORE = re.compile(r"\b(mixed|incl|including|etc|other|various|mass attack)\b", re.IGNORECASE)
_ACT_OF_WEAPON = {
    "reconnaissance_drone": "overflight",
    "drone": "drone_strike",
    "missile": "missile_strike",
    "aerial_bomb": "air_strike",
    "artillery": "shelling",
    "small_arms": "small_arms_fire",
}


@cache
def _spellings(name: ListName) -> tuple[re.Pattern[str], dict[str, str]]:
    codes: dict[str, str] = {}
    for code in code_list(name).codes:
        for spelling in (code.label, code.code.replace("_", " "), *code.names):
            codes.setdefault(spelling.casefold(), code.code)
    longest_first = sorted(codes, key=lambda s: (-len(s), s))
    pattern = "|".join(re.escape(s) for s in longest_first)
    return re.compile(rf"(?<![\w-])(?:{pattern})(?=e?s?(?![\w-]))", re.IGNORECASE), codes


def mentions(name: ListName, text: str | None) -> list[str | None] | None:
    """Return the codes that a text names, in code order, without those that a narrower one implies.

    Null where nothing was stated or nothing is recognised; a null among the codes where the text says that
    there was more than it names.
    """
    if text is None or text.strip().casefold() in NOT_STATED:
        return None
    pattern, codes = _spellings(name)
    found = {codes[m.group(0).casefold()] for m in pattern.finditer(text)}
    if not found:
        return None
    kept = _narrowest(name, {*found})
    return _listed(kept | {None} if _MORE.search(text) else kept)


def acts_of(weapons: list[str | None] | None, text: str | None, at_least: str | None = None) -> list[str | None] | None:
    """Return the acts that weapons imply and a text names.

    Where neither says, or there was more than is named, the source's own act (`at_least`) stands, else null.
    """
    acts: set[str | None] = set(mentions("act", text) or [])
    for weapon in weapons or []:
        if weapon is None:
            acts.add(None)
            continue
        line = code_list("weapon").lineage(weapon)
        acts.add(next((act for code, act in _ACT_OF_WEAPON.items() if code in line), None))
    if at_least is not None and (None in acts or not acts):
        acts = (acts - {None}) | {at_least}
        return _listed(acts)
    return _listed(_narrowest("act", acts))


def _narrowest(name: ListName, codes: set[str | None]) -> set[str | None]:
    """Return the codes without broader ones that a narrower one implies."""
    implied = {b for code in codes if code is not None for b in code_list(name).lineage(code)[1:]}
    return codes - implied


def together(*lists: list[str | None] | None) -> list[str | None] | None:
    """Return every code of several lists once, sorted, null last; null where all are null."""
    return _listed({code for codes in lists for code in codes or []})


def _listed(codes: set[str | None]) -> list[str | None] | None:
    known: list[str | None] = [*sorted(c for c in codes if c is not None)]
    return ([*known, None] if None in codes else known) or None
