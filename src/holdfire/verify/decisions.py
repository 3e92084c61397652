"""What people have decided about links: a file beside the case, which every later run respects."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from holdfire.monitor.csvfile import rows
from holdfire.problems import InputError, Problem, suggest

COLUMNS = ("report_a", "report_b", "same", "by", "why")


@dataclass(frozen=True)
class Decision:
    """Two reports are of the same incident, or are not: who decided so, and why."""

    report_a: str
    report_b: str
    same: bool
    by: str
    why: str
    where: str


def read_decisions(path: Path) -> tuple[Decision, ...]:
    """Read a CSV of report_a, report_b, same (yes or no), by, why. Raises InputError with file and line.

    Two rows on one pair that say the same are one decision; two that contradict each other are a mistake.
    """
    taken: dict[tuple[str, str], Decision] = {}
    problems = []
    for row in rows(path, COLUMNS):
        try:
            a, b = sorted((row.required("report_a"), row.required("report_b")))
            same = row.choice("same", ("yes", "no")) == "yes"
            made = Decision(a, b, same, row.required("by"), row.required("why"), row.where)
        except InputError as error:
            problems.extend(error.problems)
            continue
        before = taken.setdefault((a, b), made)
        if a == b:
            problems.append(Problem(row.where, f"'{a}' stands on both sides", "two reports", "Mend the row."))
        if before.same != same:
            found = f"{a} and {b} are decided the other way at {before.where.rpartition('/')[2]}"
            problems.append(Problem(row.where, found, "one decision on a pair", "Take one of the rows out."))
    if problems:
        raise InputError(problems)
    return tuple(taken[k] for k in sorted(taken))


def check_decisions(decisions: tuple[Decision, ...], known: set[str]) -> None:
    """Raise InputError for a decision on a report that there is not."""
    problems = [
        Problem(d.where, f"no report '{name}'", "a report_id of the case", suggest(name, known))
        for d in decisions
        for name in (d.report_a, d.report_b)
        if name not in known
    ]
    if problems:
        raise InputError(problems)
