"""Read `sopkit.toml`: the configuration, or an error with file, line and the nearest key."""

import re
import tomllib
from typing import Any, get_origin

from pydantic import BaseModel, ValidationError

from sopkit.model.config import Config
from sopkit.model.errors import SopkitError
from sopkit.model.similarity import nearest
from sopkit.parsing.validation import explain_error, nested_models

_HEADER = re.compile(r"^\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"^\s*([A-Za-z0-9_\"'.-]+)\s*=")


def read_config(data: bytes, path: str) -> Config:
    """The configuration from the bytes of its file. Raises SopkitError with file and line."""
    try:
        text = data.decode("utf-8-sig")
        values = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise SopkitError(f"{path}: is not UTF-8 at byte {error.start}", "save the file as UTF-8") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        line = re.search(r"at line (\d+)", str(error))
        where = f"{path}:{line[1]}" if line else path
        reason = re.sub(r" \(at .*\)$", "", str(error))
        raise SopkitError(f"{where}: not valid TOML: {reason[:1].lower()}{reason[1:]}", "mend the line") from error
    try:
        return _validate_config(values)
    except ValidationError as error:
        details = error.errors(include_url=False)
        first, *others = [_error_text(detail, text, path) for detail in details]
        advice = "every key has a default: deleting the line is always valid" if details[0]["type"] != "missing" else ""
        raise SopkitError(first, "\n".join(others) or advice) from error


def _validate_config(values: dict[str, Any]) -> Config:
    """The configuration, with only the tables validated that the file has; all of it when something is wrong.

    To build the validators of tables that nobody wrote would cost more than the rest of reading the file.
    """
    tables: dict[str, Any] = {}
    for name, value in values.items():
        field = Config.model_fields.get(name)
        if field is None or not isinstance(value, dict):
            return Config.model_validate(values)
        model = next(nested_models(field.annotation))
        try:
            if field.annotation is model:
                tables[name] = model.model_validate(value)
            else:  # areas: a table of tables
                tables[name] = {key: model.model_validate(item) for key, item in value.items()}
        except ValidationError:
            return Config.model_validate(values)
    return Config.model_construct(None, **tables)


def _error_text(detail: Any, text: str, path: str) -> str:  # noqa: ANN401 - pydantic's ErrorDetails
    loc = tuple(part for part in detail["loc"] if part != "[key]")
    line = toml_line_of(text, loc)
    if detail["type"] == "extra_forbidden":
        known = known_keys(loc[:-1])
        near = nearest(str(loc[-1]), known, 1, 0.5)
        advice = f"did you mean `{near[0]}`?" if near else f"known keys: {', '.join(known)}"
        return f"{path}:{line}: unknown key `{'.'.join(map(str, loc))}`; {advice}"
    return f"{path}:{line}: {'.'.join(map(str, loc))}: {explain_error(detail, ())}"


def known_keys(loc: tuple[Any, ...]) -> list[str]:
    """The keys that a table of the configuration may have."""
    model: type[BaseModel] = Config
    named = False
    for part in loc:
        if isinstance(part, int) or named:
            named = False  # an index, or the name of a table that the library chose
            continue
        field = next((info for name, info in model.model_fields.items() if part in {name, info.alias}), None)
        inner = next(nested_models(field.annotation), None) if field else None
        if field is None or inner is None:
            return []
        model, named = inner, get_origin(field.annotation) is dict
    return [info.alias or name for name, info in model.model_fields.items()]


def toml_line_of(text: str, loc: tuple[Any, ...]) -> int:
    """The line (from 1) of a key of a TOML text; of its table where the key is not on a line of its own."""
    names = [str(part) for part in loc if not isinstance(part, int)]
    index = next((part for part in loc if isinstance(part, int)), 0)
    table: list[str] = []
    best, depth, seen = 1, -1, -1
    for number, line in enumerate(text.split("\n"), 1):
        if header := _HEADER.match(line):
            table = [part.strip(" \"'") for part in header[1].split(".")]
            seen += line.lstrip().startswith("[[") and table == names[: len(table)]
            path = table
        elif key := _KEY.match(line):
            path = [*table, *(part.strip(" \"'") for part in key[1].split("."))]
        else:
            continue
        if path == names[: len(path)] and len(path) > depth and (seen < 0 or seen == index):
            best, depth = number, len(path)
    return best
