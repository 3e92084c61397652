"""Remarks of lint as they are told: in plain words, as JSON, and as SARIF for editors.

SARIF: Static Analysis Results Interchange Format 2.1.0, https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote

from holdfire import __version__
from holdfire.publish.words import count, web
from holdfire.terms import Agreement
from holdfire.terms.lint import SEVERITIES
from holdfire.terms.lint.rule import Remark, Rule
from holdfire.terms.lint.wording import worded

PAGE = "docs/lint.md"
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {"trap": "error", "gap": "warning", "note": "note"}
NAMED_FIRST = 3


@dataclass(frozen=True)
class Told:
    """A rule that applies at a line of a file (counted from 1), what was found there, and what would close it."""

    rule: Rule[Any]
    file: Path
    line: int
    found: str
    wording: str


def told(remarks: Iterable[tuple[Remark, Path, int]], order: Sequence[str], agreement: Agreement) -> list[Told]:
    """Return remarks on an agreement gravest first: by severity, then in the order of the rules, then by line.

    What several readings share stands in the file once and is told once.
    """
    rank = {id: n for n, id in enumerate(order)}
    placed = dict.fromkeys(
        Told(r.rule, file, line, r.place.found, worded(r.rule.wording, agreement)) for r, file, line in remarks
    )
    return sorted(
        placed, key=lambda t: (SEVERITIES.index(t.rule.severity), rank[t.rule.id], str(t.file), t.line, t.found)
    )


def counts(remarks: Sequence[Told]) -> dict[str, int]:
    """Return how many remarks there are of each severity, gravest first."""
    return {severity: sum(t.rule.severity == severity for t in remarks) for severity in SEVERITIES}


def summary(title: str, remarks: Sequence[Told]) -> str:
    """Return one sentence to quote: how many of each, and what is gravest."""
    if not remarks:
        return f"{title}: no gaps and no traps found."
    number = ", ".join(count(n, severity) for severity, n in counts(remarks).items() if n)
    titles = dict.fromkeys(t.rule.title for t in remarks)
    gravest = "; ".join(t[0].lower() + t[1:] for t in [*titles][:NAMED_FIRST])
    return f"{title}: {number}. Gravest first: {gravest}{', and more' if len(titles) > NAMED_FIRST else ''}."


def as_text(title: str, remarks: Sequence[Told]) -> str:
    """Return plain lines: a summary, then for each rule its places, why it matters and what would close it."""
    lines = [summary(title, remarks)]
    for rule, own in groupby(remarks, key=lambda t: t.rule):
        places = [*own]
        lines += ["", f"{rule.severity} {rule.id}: {rule.title}"]
        lines += [f"  {t.file}:{t.line}: {t.found}" for t in places]
        lines += [f"  Why: {rule.why}", f"  Wording: {places[0].wording}"]
    return "\n".join(lines) + "\n"


def as_document(title: str, remarks: Sequence[Told], not_asked: dict[str, str]) -> dict[str, Any]:
    """Return what `--format json` prints."""
    return {
        "holdfire": __version__,
        "title": title,
        "summary": summary(title, remarks),
        "counts": counts(remarks),
        "not_asked": not_asked,
        "remarks": [
            {
                "rule": t.rule.id,
                "severity": t.rule.severity,
                "title": t.rule.title,
                "file": t.file.as_posix(),
                "line": t.line,
                "found": t.found,
                "why": t.rule.why,
                "wording": t.wording,
                "precedent": {"told": t.rule.precedent.told, "source": t.rule.precedent.source.title},
                "sources": [{"title": s.title, "url": s.url} for s in t.rule.sources],
                "help": _help(t.rule),
            }
            for t in remarks
        ],
    }


def _help(rule: Rule[Any]) -> str:
    return f"{PAGE}#{rule.id}"


def as_sarif(remarks: Sequence[Told], rules: Sequence[Rule[Any]], not_asked: dict[str, str]) -> dict[str, Any]:
    """Return a SARIF 2.1.0 log of one run. A trap is an error to an editor, a gap a warning."""
    index = {rule.id: n for n, rule in enumerate(rules)}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "holdfire", "version": __version__, "rules": [_rule(r) for r in rules]}},
                "columnKind": "unicodeCodePoints",
                "invocations": [
                    {
                        "executionSuccessful": True,
                        "toolExecutionNotifications": [
                            {"level": "note", "message": {"text": f"{id} was not asked: {why}"}}
                            for id, why in not_asked.items()
                        ],
                    }
                ],
                "results": [
                    {
                        "ruleId": t.rule.id,
                        "ruleIndex": index[t.rule.id],
                        "level": LEVELS[t.rule.severity],
                        "message": {"text": f"{t.rule.title}: {t.found}."},
                        "locations": [
                            {
                                "physicalLocation": {
                                    "artifactLocation": {"uri": quote(t.file.as_posix())},
                                    "region": {"startLine": t.line},
                                }
                            }
                        ],
                    }
                    for t in remarks
                ],
            }
        ],
    }


def _guidance(rule: Rule[Any]) -> dict[str, str]:
    """Return a rule's help as plain text and as Markdown.

    It has no `helpUri`: that is an absolute URI (section 3.49.12), and the page lies with the program, not on the web.
    """
    sources = [(s.title, s.url) for s in (rule.precedent.source, *rule.sources)]
    parts = [
        ("Why it matters", rule.why),
        ("Where it mattered", rule.precedent.told),
        ("Wording that would close it", rule.wording),
    ]
    plain = [f"{s}, {url}" if web(url) else s for s, url in sources]
    linked = [f"[{s}](<{url}>)" if web(url) else s for s, url in sources]
    return {
        "text": "\n\n".join(f"{what}: {told}" for what, told in [*parts, ("Sources", "; ".join(plain))]),
        "markdown": "\n\n".join(f"**{what}.** {told}" for what, told in [*parts, ("Sources", "; ".join(linked))]),
    }


def _rule(rule: Rule[Any]) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": _guidance(rule),
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {"severity": rule.severity, "sources": [s.title for s in rule.sources]},
    }
