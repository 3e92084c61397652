"""What the parts of an agreement have in common."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=80)]


def listed(value: Any) -> Any:
    """Take one text for a list of it."""
    return [value] if isinstance(value, str) else value


Listed = Annotated[list[str], BeforeValidator(listed)]


class Model(BaseModel):
    """What all parts of an agreement share: unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid")


class Cited(Model):
    """A term, with the statements that it rests on."""

    cites: list[str] = Field(default=[], description="ids of the statements that say so")
    note: str | None = Field(None, description="what a reader should know of this term")


class Condition(Cited):
    """A fact of the place on the day, such as temperature_min at most -10."""

    fact: str = Field(description="name of a fact in the context tables")
    at_most: float | None = Field(None, description="true if the observed value is at or below this")
    at_least: float | None = Field(None, description="true if the observed value is at or above this")

    @model_validator(mode="after")
    def _one_side(self) -> Condition:
        if (self.at_most is None) == (self.at_least is None):
            raise ValueError("give one of `at_most` and `at_least`")
        return self

    def holds(self, low: float | None, high: float | None) -> bool | None:
        """Tell whether it holds where the observed values lie from low to high; null where that is not known."""
        if low is None or high is None:
            return None
        if self.at_most is not None:
            return True if high <= self.at_most else False if low > self.at_most else None
        assert self.at_least is not None
        return True if low >= self.at_least else False if high < self.at_least else None
