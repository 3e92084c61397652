"""A new case folder, ready to be filled in."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from holdfire.problems import bad
from holdfire.terms import write_yaml
from holdfire.terms.catalogues import Pledge

FORTNIGHT = timedelta(days=13)

CASE = """\
# One case: which period is looked at, under which agreement, from which sources.
title: TITLE
period: {first: 2026-01-01, last: 2026-01-14}
agreement: agreement.yaml
standard: reported   # or corroborated, verified

sources:
  - id: incidents
    kind: incident_list
    title: Incidents as reported
    path: data/reports.csv
    publisher: several outlets, named per row
    licence: state it here
"""

AGREEMENT = """\
# What was promised, under each party's reading. `holdfire schema` prints a JSON Schema for your editor.
id: my-truce
title: TITLE
announced_on: 2026-01-01
form: verbal         # or written
time_zone: UTC       # bare dates and nights are of this zone

parties:
  - {id: side-a, name: Side A, actors: [state_forces]}
  - {id: observer, name: An observer}

statements:
  - id: S1
    speaker: Somebody
    said_on: 2026-01-01
    outlet: An outlet
    url: https://example.org/
    about: scope
    value: What was said, in your own words

readings:
  - id: announcement
    title: As announced
    held_by: observer
    stated_on: 2026-01-01
    summary: For a week, no attacks.
    cites: [S1]
    clauses:
      - id: no-attacks
        norm: prohibition
        text: State forces make no attacks for a week.
        # Leave out what was not said. A vague bound is {no_earlier: ..., no_later: ...}.
        time: {starts: 2026-01-02, lasts: 1 week, cites: [S1]}
        actor: {certainly: [state_forces]}
        act: {certainly: [attack]}
"""


def scaffold(folder: Path, title: str, pledge: Pledge | None = None) -> None:
    """Write a new case folder, for a pledge of a catalogue if one is given. Raises InputError if it holds anything."""
    from holdfire.monitor.incident_list import COLUMNS

    if pledge is not None and pledge.declared is None:
        found = f"the catalogue gives no day for '{pledge.id}'"
        raise bad(pledge.url, found, "the day on which it was announced", "Make the case without it, and fill it in.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise bad(str(folder), "it exists already", "a new or empty folder", "Choose another name.")
    quoted = write_yaml({"title": title}).removeprefix("title: ").strip()
    (folder / "data").mkdir(parents=True, exist_ok=True)
    case, agreement = CASE.replace("TITLE", quoted), AGREEMENT.replace("TITLE", quoted)
    if pledge is not None and pledge.declared is not None:
        period = f"{{first: {pledge.declared}, last: {pledge.declared + FORTNIGHT}}}"
        case = case.replace("{first: 2026-01-01, last: 2026-01-14}", period)
        agreement = write_yaml(_draft(pledge, title))
    (folder / "case.yaml").write_text(case, encoding="utf-8")
    (folder / "agreement.yaml").write_text(agreement, encoding="utf-8")
    (folder / "data" / "reports.csv").write_text(",".join(COLUMNS) + "\n", encoding="utf-8")
    (folder / "data" / "README.md").write_text(
        "# Data of this case\n\nState for every file: source, licence, and what a reader should beware of.\n",
        encoding="utf-8",
    )


def _draft(pledge: Pledge, title: str) -> dict[str, Any]:
    """Return an agreement with what a catalogue knows; one clause stands in for those that a person has to write."""
    parties = [{"id": f"party-{n}", "name": name} for n, name in enumerate(pledge.parties or ("A party",), 1)]
    said = f"{pledge.title}, as the catalogue has it" + (f" ({pledge.note})" if pledge.note else "")
    return {
        "id": f"pledge-{pledge.id}",
        "title": title,
        "announced_on": pledge.declared,
        "form": pledge.form or "written",
        "time_zone": "UTC",
        "parties": [*parties, {"id": "observer", "name": "A catalogue of agreements"}],
        "statements": [
            {
                "id": "S1",
                "speaker": "The parties",
                "said_on": pledge.declared,
                "outlet": "A catalogue of agreements",
                "url": pledge.url,
                "about": "scope",
                "value": said,
            }
        ],
        "readings": [
            {
                "id": "catalogued",
                "title": "As catalogued",
                "held_by": "observer",
                "stated_on": pledge.declared,
                "summary": "No attacks, from the day given, with no end stated. Read the text and write its clauses.",
                "cites": ["S1"],
                "clauses": [
                    {
                        "id": "no-attacks",
                        "norm": "prohibition",
                        "text": "No attacks.",
                        "time": {"starts": str(pledge.starts or pledge.declared), "ends": "unsaid", "cites": ["S1"]},
                        "act": {"certainly": ["attack"]},
                    }
                ],
            }
        ],
    }
