"""What does an agreement leave unsaid, and what will be fought over? Rules, with why it matters and where it did."""

from __future__ import annotations

from holdfire.terms.lint.actors import ACTOR_UNNAMED, COMMAND_UNSAID, MUTUAL_DISPUTED, MUTUAL_UNSAID
from holdfire.terms.lint.exemptions import EXEMPTION_SWALLOWS, EXEMPTION_UNLIMITED
from holdfire.terms.lint.grounds import LINE_UNDRAWN, SCOPE_FUZZY
from holdfire.terms.lint.languages import LANGUAGES_DIFFER
from holdfire.terms.lint.machinery import DISPUTES_MISSING, REPORTING_MISSING, UNWRITTEN, VERIFICATION_MISSING
from holdfire.terms.lint.rule import (
    SEVERITIES,
    Example,
    Place,
    Precedent,
    Rule,
    Source,
    asked,
)
from holdfire.terms.lint.said import CONTRADICTED, UNCONFIRMED
from holdfire.terms.lint.windows import (
    END_DISPUTED,
    END_FUZZY,
    END_UNSAID,
    NAMED_AFTER,
    START_DISPUTED,
    START_FUZZY,
    START_UNSAID,
    TIME_ZONE_UNSAID,
)
from holdfire.terms.lint.words import (
    COLD_UNDEFINED,
    TARGETS_BROAD,
    TARGETS_UNDEFINED,
    TOWNS_UNDEFINED,
    WORD_UNDEFINED,
)
from holdfire.terms.model import Agreement

RULES: tuple[Rule[Agreement], ...] = (
    UNCONFIRMED,
    END_DISPUTED,
    START_DISPUTED,
    MUTUAL_DISPUTED,
    EXEMPTION_SWALLOWS,
    EXEMPTION_UNLIMITED,
    LANGUAGES_DIFFER,
    CONTRADICTED,
    NAMED_AFTER,
    START_FUZZY,
    END_FUZZY,
    SCOPE_FUZZY,
    TARGETS_BROAD,
    WORD_UNDEFINED,
    START_UNSAID,
    END_UNSAID,
    ACTOR_UNNAMED,
    VERIFICATION_MISSING,
    DISPUTES_MISSING,
    REPORTING_MISSING,
    UNWRITTEN,
    TARGETS_UNDEFINED,
    TOWNS_UNDEFINED,
    COLD_UNDEFINED,
    LINE_UNDRAWN,
    MUTUAL_UNSAID,
    COMMAND_UNSAID,
    TIME_ZONE_UNSAID,
)
"""Traps before gaps, and the gravest of each first."""

__all__ = [
    "RULES",
    "SEVERITIES",
    "Example",
    "Place",
    "Precedent",
    "Rule",
    "Source",
    "asked",
]
