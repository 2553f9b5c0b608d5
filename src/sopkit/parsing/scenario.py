"""Read the file of a scenario."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from sopkit.model.errors import SopkitError
from sopkit.model.scenario import Inject, Scenario
from sopkit.model.similarity import nearest
from sopkit.parsing.validation import explain_error
from sopkit.parsing.yaml import load_yaml, yaml_line_of

MAX_SCENARIO_BYTES = 64 * 1024
"""Largest scenario, in bytes: it fits on a page."""


def read_scenario(path: str, data: bytes) -> Scenario:
    """The scenario of these bytes. Raises SopkitError with file and line."""
    if len(data) > MAX_SCENARIO_BYTES:
        raise SopkitError(
            f"{path}: larger than {MAX_SCENARIO_BYTES // 1024} KiB", "a scenario fits on a page; shorten it"
        )
    values = load_yaml(data, path)
    if not isinstance(values, dict):
        raise SopkitError(
            f"{path}:1: a scenario is a set of `key: value` lines", f"known: {', '.join(Scenario.model_fields)}"
        )
    try:
        return Scenario.model_validate({key: value for key, value in values.items() if value is not None})
    except ValidationError as error:
        details = error.errors(include_url=False)
        above = {detail["loc"][:1] for detail in details if len(detail["loc"]) > 1}  # counted without its broken items
        details = [one for one in details if one["type"] != "too_short" or one["loc"] not in above]
        lines = [_describe(detail, data, path) for detail in details]
        raise SopkitError(lines[0], "\n".join(lines[1:]) or "fix that line") from error


def _describe(detail: Mapping[str, Any], data: bytes, path: str) -> str:
    steps = tuple(detail["loc"])
    where, kind = ".".join(map(str, steps)), detail["type"]
    message = explain_error(detail, ())
    if kind == "missing":
        message = f"`{where}` is missing; add it"
    elif kind == "extra_forbidden":
        parts: dict[bool, type[BaseModel]] = {True: Scenario, False: Inject}
        known = parts[len(steps) == 1].model_fields
        near = nearest(str(steps[-1]), known, 1, 0.5)
        message = f"unknown key `{where}`; {f'did you mean `{near[0]}`?' if near else 'known: ' + ', '.join(known)}"
    elif kind in {"string_too_short", "too_short"}:
        message = f"`{where}` is empty; fill it in"
    elif kind in {"string_too_long", "too_long"}:
        message = f"`{where}` is too long; shorten it"
    return f"{path}:{yaml_line_of(data, path, steps)}: {message}"
