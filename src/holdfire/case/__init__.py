"""How is one case run? A case folder, the stages over it, and the outputs they leave."""

from holdfire.case.assessing import assess, counting
from holdfire.case.file import CaseFile
from holdfire.case.folder import Case, read_case
from holdfire.case.knowledge import case_as_of, changes, memory_of
from holdfire.case.outputs import Outputs, as_json, findings_document, provenance
from holdfire.case.rehearsing import rehearse_case
from holdfire.case.report import content, headline
from holdfire.case.stages import (
    adjudicate,
    monitor,
    remember_files,
    verify,
)

__all__ = [
    "Case",
    "CaseFile",
    "Outputs",
    "adjudicate",
    "as_json",
    "assess",
    "case_as_of",
    "changes",
    "content",
    "counting",
    "findings_document",
    "headline",
    "memory_of",
    "monitor",
    "provenance",
    "read_case",
    "rehearse_case",
    "remember_files",
    "verify",
]
