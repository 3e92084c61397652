"""How is one case run? A case folder, the stages over it, and the outputs they leave."""

from holdfire.case.folder import Case, CaseFile, read_case
from holdfire.case.outputs import Outputs, as_json, findings_document, provenance
from holdfire.case.report import content, headline
from holdfire.case.stages import Judged, Verified, adjudicate, assess, monitor, verify

__all__ = [
    "Case",
    "CaseFile",
    "Judged",
    "Outputs",
    "Verified",
    "adjudicate",
    "as_json",
    "assess",
    "content",
    "findings_document",
    "headline",
    "monitor",
    "provenance",
    "read_case",
    "verify",
]
