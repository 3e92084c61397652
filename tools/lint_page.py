"""Write docs/lint.md from the rules, so that page and program cannot say different things."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from holdfire.case.linting import ALL_RULES
from holdfire.terms.lint import Rule, Source
from holdfire.terms.lint import literature as read

PAGE = Path(__file__).parent.parent / "docs" / "lint.md"
PARTS = {
    "agreement": "in an agreement",
    "reading": "in a reading",
    "clause": "in a clause",
    "case": "in a case",
}
INTRODUCTION = """\
# Lint: what an agreement leaves unsaid, and what will be fought over

This page is made from the code by `make reference`; a test holds it to it, and runs every example.

    holdfire lint cases/cold-spell-2026     a case: its files are checked, its agreement is read by every rule
    holdfire lint agreement.yaml            a draft without a case: the rules that need sources are not asked

The first line can be quoted: how many traps and gaps, the gravest first. Then come, rule by rule, file and line of
each place, what was found there, why it matters, and wording that would close it: a start for a drafter, not a text
to be signed. Time zone and days in it are those of the agreement where it has them; what stands in brackets is for its
drafter to choose. Exit codes: 0 done, whatever was found; 1 if `--fail-on trap`, `gap` or `note` was given and there is
something as grave; 2 a mistake in a file. `--format json` has all of it with precedents and sources; `--format sarif`
is SARIF 2.1.0, which editors show at the line (a trap as an error, a gap as a warning).

A remark is not a fault of a party, and an agreement with gaps may be the best that could be had. What readings leave
vague on purpose, because a speaker did, is remarked on too: that is where disputes will come from. Every party is
asked the same.

## How to say what lint asks for

Clauses say most of it. The rest has keys of its own, none of which is judged; null means that the agreement does not
say.

```yaml file=agreement
form: written
time_zone: Europe/Kyiv
time_zone_stated: true
map: Map 1, sheets A to C, annexed to the text
definitions:
  towns: {says: The settlements of annex A within the limits drawn on map 1.}
  extreme cold: {condition: {fact: temperature_min, at_most: -10}}
verification: {body: A commission of three, reports_to: both parties and the public, method: access within six hours}
reporting: {channel: duty officers of both parties, within: one hour}
disputes: {procedure: The commission decides within 48 hours; until then the agreement is kept.}
```

A party has `commands` (the forces, groups and proxies that answer to it), a reading `mutual`, a permission `limits`,
a clause `languages` (its text in each version). A statement `about: confirmation` or `about: denial` with its `party`
tells who confirmed the pledge, and when. Every key is in the [reference](reference.md#agreement).

## What it cannot see

- It reads the facets of clauses and, for words such as "towns" or "precision", their English `text`. It does not read
  a treaty: what nobody wrote into the agreement file is unsaid to it.
- A bare date counts as the first or the last moment of its day in the time zone of the file. Whether the agreement
  itself named an hour is not asked.
- **Language versions** are not translated. In English, French, Russian and Ukrainian it compares days, lengths of
  time (a week is seven days), distances, calibres and temperatures, whether anything is denied or forbidden at all,
  and how many points a list has; in other languages only lists, and figures above 31 that are no years. It sees "five
  days" against "a week". It cannot see "territories" against "the territories", a softer verb, a wider noun, or a
  denial that moved from one part to another.
- **Contradicting statements** are told only where the comparison is sure: a statement about start, end or duration,
  by the party that holds the reading, on or after the day it was stated, with one day or one length in it and no word
  that hedges (about, at least, proposed, until the next round...). Statements about places are not compared.
- **Confirmation** is a statement marked so. What exactly was confirmed it does not know.
- **Readings that can never disagree** are found by comparing all that their clauses ask. Two that differ in words of
  the same reach, such as a code and the list of all codes below it, are not found.
- **Verifiable** means that sources claim to report such acts there and did on some day. Whether they would tell the
  truth is not asked.

## The rules

A **trap** is something said that will be fought over, a **gap** something left unsaid, a **note** worth knowing. They
come gravest first. An example stands in a small agreement of its own; its keys take the place of those of the part
that is named.
"""


def cited(source: Source) -> str:
    return f"[{source.title}]({source.url})"


def table() -> Iterable[str]:
    yield "| rule | | |\n|---|---|---|"
    for rule in ALL_RULES:
        yield f"| [`{rule.id}`](#{rule.id}) | {rule.severity} | {rule.title} |"
    yield ""


def wrapped(text: str) -> str:
    return textwrap.fill(text, 125, break_long_words=False, break_on_hyphens=False) + "\n"


def section(rule: Rule[Any]) -> Iterable[str]:
    yield f"### {rule.id}\n"
    yield wrapped(f"**{rule.title}** ({rule.severity}). {rule.why}")
    yield wrapped(f"*Where it mattered.* {rule.precedent.told} ({cited(rule.precedent.source)})")
    yield wrapped(f"*Wording that would close it.* {rule.wording}")
    yield wrapped(f"*Grounded in* {'; '.join(cited(s) for s in rule.sources)}.")
    for word, text in (("Remarked on", rule.example.fails), ("Not remarked on", rule.example.passes)):
        kind = "fails" if word == "Remarked on" else "passes"
        yield f"{word}, {PARTS[rule.example.part]}:\n"
        yield f"```yaml file={kind}:{rule.example.part}\n{text}\n```\n"


def sources() -> Iterable[str]:
    yield "## What the rules rest on\n"
    yield "Paraphrased; read the originals. Beside them, each precedent has its own source.\n"
    for source in (read.GUIDANCE, read.PAX, read.ETH_PRIO, read.HAGUE, read.CUSTOMARY, read.VIENNA):
        yield f"- {cited(source)}"
    yield ""


def page() -> str:
    """Return the whole page."""
    parts = [INTRODUCTION, *table()]
    for rule in ALL_RULES:
        parts += section(rule)
    parts += sources()
    return "\n".join(parts).rstrip() + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")
