"""Language versions of a clause that do not say the same in figures."""

from __future__ import annotations

from collections.abc import Iterator

from holdfire.terms.lint.figures import Facts, facts
from holdfire.terms.lint.literature import TERRITORIES, VIENNA
from holdfire.terms.lint.rule import Example, Place, Precedent, Rule, clauses
from holdfire.terms.model import Agreement


def _differing(agreement: Agreement) -> Iterator[Place]:
    for at, _, clause in clauses(agreement):
        versions = {language: facts(text, language) for language, text in clause.languages.items()}
        if len(versions) < 2:
            continue
        first, *others = versions
        for other in others:
            differences = list(_compared(versions[first], versions[other]))
            if differences:
                found = f"'{first}' and '{other}' differ: {'; '.join(differences)}"
                yield Place((*at, "languages", other), found)


def _compared(a: Facts, b: Facts) -> Iterator[str]:
    if a.dates is None or b.dates is None:
        if a.large != b.large:
            yield f"figures {_told(a.large)} against {_told(b.large)}"
    else:
        for name, mine, theirs in (
            ("days", {f"{d[1]}.{d[0]:02}." for d in a.dates}, {f"{d[1]}.{d[0]:02}." for d in b.dates}),
            ("lengths", {f"{n} {u}s" for n, u in a.lengths or ()}, {f"{n} {u}s" for n, u in b.lengths or ()}),
            ("measures", {" ".join(m) for m in a.measures or ()}, {" ".join(m) for m in b.measures or ()}),
        ):
            if mine != theirs:
                yield f"{name} {_told(mine)} against {_told(theirs)}"
        if a.negated is not b.negated:
            yield "one denies or forbids something, the other nothing"
    if a.items != b.items:
        yield f"lists of {a.items} and {b.items} points"


def _told(found: set[str] | frozenset[str]) -> str:
    return ", ".join(sorted(found)) or "none"


LANGUAGES_DIFFER = Rule(
    "languages-differ",
    "Language versions that do not say the same",
    "trap",
    "Each side keeps to its own version, in good faith.",
    Precedent(
        "Security Council resolution 242 of 1967, on which later ceasefires and peace treaties were built, asks in "
        "English for withdrawal from territories and in French from the territories. Fifty years on, the article is "
        "still argued about.",
        TERRITORIES,
    ),
    (VIENNA,),
    "The texts in [languages] are equally authentic; where they differ, the text in [one of these] prevails.",
    Example(
        "clause",
        """\
languages:
  en: No strikes for seven days from 30 January.
  uk: Жодних ударів протягом п'яти днів з 30 січня.""",
        """\
languages:
  en: No strikes for seven days from 30 January.
  uk: Жодних ударів протягом тижня з 30 січня.""",
    ),
    _differing,
)
