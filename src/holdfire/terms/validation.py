"""What a file says checked against a model, with file and line for every mistake."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from holdfire.problems import InputError, Problem, UnfitError, suggest
from holdfire.terms.yamlfile import line_of

M = TypeVar("M", bound=BaseModel)


def validate(model: type[M], data: Any, path: Path) -> M:
    """Check data against a model. Raises InputError that names file and line for every mistake."""
    try:
        return model.model_validate(plain(data))
    except ValidationError as error:
        raise InputError(problems_of(error, model, data, path)) from None


def plain(data: Any) -> Any:
    """Return data as the model takes it: words for keys, and no lines."""
    if isinstance(data, Mapping):
        return {str(k): plain(v) for k, v in data.items()}
    if isinstance(data, list):
        return [plain(v) for v in data]
    return data


def problems_of(error: ValidationError, model: type[BaseModel], root: Any, path: Path) -> list[Problem]:
    """Return every mistake that a model found in data, with file and line."""
    problems: dict[tuple[str, str], Problem] = {}
    for item in _telling(error):
        loc = tuple(step for step in item["loc"] if not _is_branch(step, root))
        where = f"{path}:{line_of(root, loc)}"
        name = ".".join(str(step) for step in loc) or "the file"
        if item["type"] == "extra_forbidden":
            fields = _fields(model, item["loc"][:-1])
            problem = Problem(where, f"unknown key '{loc[-1]}'", "a key of this part", suggest(str(loc[-1]), fields))
        elif item["type"] == "missing":
            problem = Problem(where, f"'{name}' is missing", "a value", f"Add `{loc[-1]}:`.")
            if misspelt := _misspelt(error, item["loc"]):
                problem = Problem(
                    f"{path}:{line_of(root, misspelt)}",
                    f"unknown key '{misspelt[-1]}'",
                    f"'{loc[-1]}', which is missing",
                    f"Did you mean '{loc[-1]}'?",
                )
        elif item["type"] == "value_error" and isinstance(unfit := item["ctx"]["error"], UnfitError):
            problem = Problem(where, f"{name}: {unfit}", unfit.expected, unfit.remedy)
        elif item["type"] == "value_error":
            what = str(item["ctx"]["error"])
            problem = Problem(where, f"{name}: {what}", "a value that fits", "See docs/reference.md.")
        elif item["type"] == "literal_error":
            given = f"{name}: {str(item['input'])[:60]!r}"
            problem = Problem(where, given, str(item["ctx"]["expected"]), "Write one of these.")
        elif item["type"].startswith("date_"):
            meant = _meant(model, item["loc"])
            remedy = f"Write the {meant}." if meant else "Mend the date."
            problem = Problem(where, f"{name}: {str(item['input'])[:60]!r} is no date", "a date 2026-01-29", remedy)
        else:
            given = repr(item["input"])[:60]
            problem = Problem(
                where, f"{name}: {item['msg'].lower()}, not {given}", "that type", "See docs/reference.md."
            )
        problems.setdefault((problem.where, problem.found.split(": ", 1)[-1]), problem)
    return list(problems.values())


def _telling(error: ValidationError) -> list[Any]:
    """Return the errors that tell something: of a value that fits no branch of a union, those of its own branch."""
    errors = error.errors(include_url=False)
    own = [e for e in errors if not (e["type"] == "string_type" and isinstance(e["input"], Mapping))]
    return own or errors


def _misspelt(error: ValidationError, missing: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """Return the unknown key beside a missing one that is most like it, so that one slip is told once."""
    beside = [e["loc"] for e in error.errors(include_url=False) if e["type"] == "extra_forbidden"]
    names = {str(loc[-1]): loc for loc in beside if loc[:-1] == missing[:-1]}
    near = difflib.get_close_matches(str(missing[-1]), names, n=1, cutoff=0.6)
    return names[near[0]] if near else None


def _is_branch(step: Any, root: Any) -> bool:
    """Tell whether a step of an error's path names a branch of a union rather than a key."""
    return isinstance(step, str) and (step.startswith(("constrained-", "function-")) or step in {"str", "FuzzyBound"})


def _fields(model: type[BaseModel], loc: tuple[Any, ...]) -> list[str]:
    """Return the keys that the part of the model at a path takes."""
    current: type[BaseModel] = model
    for step in loc:
        if isinstance(step, str) and step in current.model_fields:
            inner = list(_models(current.model_fields[step].annotation))
            if inner:
                current = inner[-1]
    return list(current.model_fields)


def _meant(model: type[BaseModel], loc: tuple[Any, ...]) -> str | None:
    """Return what the field at a path means, in the words of the model."""
    current = model
    for step in loc[:-1]:
        if isinstance(step, str) and step in current.model_fields:
            current = next(iter(_models(current.model_fields[step].annotation)), current)
    field = current.model_fields.get(str(loc[-1]))
    return field.description if field else None


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)
