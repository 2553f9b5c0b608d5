"""A framework as the text of its file."""

from collections.abc import Iterator

from pydantic import BaseModel

from sopkit.model.frameworks import Framework
from sopkit.text.scalar import flow, scalar


def framework_yaml(framework: Framework) -> bytes:
    """The bytes of the file: what is said of the framework, its groups, its controls, a key a line."""
    return "\n".join((*_lines(framework), "")).encode()


def _lines(framework: Framework) -> Iterator[str]:
    yield from _keys(framework, "groups", "controls")
    for key, parts in (("groups", framework.groups), ("controls", framework.controls)):
        yield f"{key}:"
        for part in parts:
            first, *more = _keys(part)
            yield f"  - {first}"
            yield from (f"    {line}" for line in more)


def _keys(part: BaseModel, *left: str) -> Iterator[str]:
    for key in type(part).model_fields:
        value = getattr(part, key)
        if key in left or not value:
            continue
        if isinstance(value, bool):
            yield f"{key}: true"
        else:
            yield f"{key}: {flow(value) if isinstance(value, tuple) else scalar(str(value))}"
