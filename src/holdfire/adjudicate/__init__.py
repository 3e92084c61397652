"""Was it a violation? Clauses against incidents: verdicts, findings, and what the readings contest."""

from holdfire.adjudicate.contested import contested, contested_obligations
from holdfire.adjudicate.counting import absorbed, counted, part_rows, parts
from holdfire.adjudicate.coverage import Sight, days_in_force
from holdfire.adjudicate.doubt import Doubt, doubts
from holdfire.adjudicate.findings import DayFinding, Finding, day_findings, findings
from holdfire.adjudicate.kernel import count_batch, count_unread, judge_batch
from holdfire.adjudicate.obligations import Horizon, binding_time, obligations
from holdfire.adjudicate.plan import ClausePlan, Plan, compile_plan, together
from holdfire.adjudicate.positions import Proof
from holdfire.adjudicate.promises import Promise, Version, promises
from holdfire.adjudicate.rehearsal import ReadingRehearsed, Rehearsal, rehearse
from holdfire.adjudicate.settling import Option, Settling, settling
from holdfire.adjudicate.spread import Spread
from holdfire.adjudicate.versions import Versions

__all__ = [
    "ClausePlan",
    "DayFinding",
    "Doubt",
    "Finding",
    "Horizon",
    "Option",
    "Plan",
    "Promise",
    "Proof",
    "ReadingRehearsed",
    "Rehearsal",
    "Settling",
    "Sight",
    "Spread",
    "Version",
    "Versions",
    "absorbed",
    "binding_time",
    "compile_plan",
    "contested",
    "contested_obligations",
    "count_batch",
    "count_unread",
    "counted",
    "day_findings",
    "days_in_force",
    "doubts",
    "findings",
    "judge_batch",
    "obligations",
    "part_rows",
    "parts",
    "promises",
    "rehearse",
    "settling",
    "together",
]
