"""A new case folder, ready to be filled in."""

from __future__ import annotations

from pathlib import Path

from holdfire.problems import bad
from holdfire.terms import write_yaml

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


def scaffold(folder: Path, title: str) -> None:
    """Write a new case folder. Raises InputError if it exists and holds anything."""
    from holdfire.monitor.incident_list import COLUMNS

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise bad(str(folder), "it exists already", "a new or empty folder", "Choose another name.")
    quoted = write_yaml({"title": title}).removeprefix("title: ").strip()
    (folder / "data").mkdir(parents=True, exist_ok=True)
    (folder / "case.yaml").write_text(CASE.replace("TITLE", quoted), encoding="utf-8")
    (folder / "agreement.yaml").write_text(AGREEMENT.replace("TITLE", quoted), encoding="utf-8")
    (folder / "data" / "reports.csv").write_text(",".join(COLUMNS) + "\n", encoding="utf-8")
    (folder / "data" / "README.md").write_text(
        "# Data of this case\n\nState for every file: source, licence, and what a reader should beware of.\n",
        encoding="utf-8",
    )
