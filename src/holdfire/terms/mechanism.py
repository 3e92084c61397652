"""What an agreement says of itself: its own words, who verifies, how violations are reported and disputes settled.

None of it is judged. `holdfire lint` tells where it is missing.
"""

from __future__ import annotations

from pydantic import Field, model_validator

from holdfire.terms.parts import Cited, Condition, Listed


class Definition(Cited):
    """What a word of the agreement means: in words, by a zone, by a condition, or by codes."""

    says: str | None = Field(None, description="the definition in words")
    zone: str | None = Field(None, description="zone of this agreement, or area, that is meant")
    condition: Condition | None = Field(None, description="the condition of the place and day that is meant")
    codes: Listed = Field(default=[], description="codes that are meant, of any of the code lists")

    @model_validator(mode="after")
    def _says_something(self) -> Definition:
        if not (self.says or self.zone or self.condition or self.codes):
            raise ValueError("the definition says nothing; give `says`, `zone`, `condition` or `codes`")
        return self


class Verification(Cited):
    """Who establishes whether terms were kept."""

    body: str = Field(description="who verifies")
    reports_to: str | None = Field(None, description="to whom it reports")
    method: str | None = Field(None, description="by which means, and with what access")


class ViolationReporting(Cited):
    """How an alleged violation is reported."""

    channel: str = Field(description="through whom, or to which office")
    within: str | None = Field(None, description="how soon")


class Disputes(Cited):
    """How a dispute over what a term means, or whether it was kept, is settled."""

    procedure: str = Field(description="who decides, in what order and by when")
