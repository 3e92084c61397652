"""Was it a violation? Clauses against incidents: verdicts, findings, and what the readings contest."""

from holdfire.adjudicate.contested import contested
from holdfire.adjudicate.counting import absorbed, parts
from holdfire.adjudicate.coverage import Sight
from holdfire.adjudicate.doubt import Doubt, doubts
from holdfire.adjudicate.findings import DayFinding, Finding, day_findings, findings
from holdfire.adjudicate.kernel import count_batch, judge_batch
from holdfire.adjudicate.plan import ClausePlan, Plan, compile_plan

__all__ = [
    "ClausePlan",
    "DayFinding",
    "Doubt",
    "Finding",
    "Plan",
    "Sight",
    "absorbed",
    "compile_plan",
    "contested",
    "count_batch",
    "day_findings",
    "doubts",
    "findings",
    "judge_batch",
    "parts",
]
