"""TOML front matter as YAML, with the same words."""

import json
from collections.abc import Iterator, Mapping

from sopkit.parsing.yaml import double_quote


def as_yaml(text: str) -> tuple[str, bool]:
    """The keys as lines of YAML, and whether the TOML could be read; where not, its lines are comments."""
    import tomlkit  # few documents need it
    from tomlkit.exceptions import TOMLKitError

    try:
        table = tomlkit.parse(text)
        lines = list(_lines(table, ""))
    except (TOMLKitError, RecursionError):
        return "".join(f"# adopted: {line}\n" if line.strip() else "\n" for line in text.splitlines()), False
    comments = [line.strip() for line in text.splitlines() if line.lstrip().startswith("#")]
    return "".join(f"{line}\n" for line in (*comments, *lines)), True


def _lines(table: Mapping[str, object], indent: str) -> Iterator[str]:
    for key, value in table.items():
        name = key if key.replace("_", "").replace("-", "").isalnum() else double_quote(key)
        if isinstance(value, Mapping):
            yield f"{indent}{name}:" if value else f"{indent}{name}: {{}}"
            yield from _lines(value, f"{indent}  ")
        else:
            yield f"{indent}{name}: {_value(value)}"


def _value(value: object) -> str:
    """A value as YAML reads it; numbers, days and truths as they were typed."""
    if isinstance(value, str):
        return double_quote(str(value))
    if isinstance(value, list):
        return f"[{', '.join(_value(item) for item in value)}]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{double_quote(key)}: {_value(item)}" for key, item in value.items()) + "}"
    written = getattr(value, "as_string", None)
    return str(written()) if written is not None else json.dumps(value, default=str)
