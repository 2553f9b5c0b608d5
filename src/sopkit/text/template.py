"""One template in: its header and its text, or an error that names file, line and what to do."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from sopkit.model.document import ControlClaim
from sopkit.model.errors import SopkitError
from sopkit.model.nearest import nearest
from sopkit.model.source import Source
from sopkit.model.template import Decision, Template, TemplateHeader
from sopkit.text.schema_words import plain
from sopkit.text.yaml import line_of, load_yaml

MOST_BYTES = 64 * 1024
"""Largest template, in bytes: an SOP is a few kilobytes of text."""

_FENCE = re.compile(rb"^---[ \t]*\n", re.MULTILINE)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_BLOCK = re.compile(r"\{%-?\s*(if|for|endif|endfor)\b")
_FORM = "begin it with `---`, the keys of the template, `---`, and then the text of the SOP"


def read_template(name: str, path: str, data: bytes, *, own: bool) -> Template:
    """The template of these bytes. Raises SopkitError with file and line."""
    if len(data) > MOST_BYTES:
        raise SopkitError(f"{path}: larger than {MOST_BYTES // 1024} KiB, which is no template", "shorten it")
    data = data.replace(b"\r\n", b"\n")
    text = _decoded(data.removeprefix(b"\xef\xbb\xbf"), path)
    data = text.encode()
    start = _FENCE.match(data)
    end = _FENCE.search(data, start.end()) if start else None
    if start is None or end is None:
        raise SopkitError(f"{path}:1: no header of a template", _FORM)
    first_line = data.count(b"\n", 0, end.end()) + 1
    if not _FENCE.match(data, end.end()):
        raise SopkitError(
            f"{path}:{first_line}: the text of the SOP does not begin with front matter",
            "after the header comes the SOP, which begins with a line `---` of its own and `{{ head }}`",
        )
    # An empty line in the place of the fence keeps the line numbers those of the file.
    header = _header(b"\n" + data[start.end() : end.start()], path)
    return Template(name, path, own, header, data[end.end() :].decode(), first_line, data)


def section_headings(template: Template) -> tuple[str, ...]:
    """The headings of sections that every SOP of a template has: those of the second level outside its conditions."""
    found, depth, fenced = [], 0, False
    for line in template.text.splitlines():
        fenced ^= line.lstrip().startswith("```")
        if line.startswith("## ") and not depth and not fenced and "{{" not in line:
            found.append(line.removeprefix("## ").strip())
        depth += sum(-1 if word.startswith("end") else 1 for word in _BLOCK.findall(line))
    return tuple(found)


def _decoded(data: bytes, path: str) -> str:
    source = Source(data)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SopkitError(f"{path}:{source.line_of(error.start)}: not UTF-8 text", "save the file as UTF-8") from error
    if found := _CONTROL.search(text):
        line = source.line_of(len(text[: found.start()].encode()))
        raise SopkitError(f"{path}:{line}: a control character U+{ord(found[0]):04X}", "delete it")
    return text


def _header(data: bytes, path: str) -> TemplateHeader:
    values = load_yaml(data, path)
    if not isinstance(values, dict):
        raise SopkitError(f"{path}:1: the header has no keys", _FORM)
    given = {key: value for key, value in values.items() if value is not None}
    try:
        return TemplateHeader.model_validate(given)
    except ValidationError as error:
        lines = [_mistake(detail, data, path) for detail in error.errors(include_url=False)]
        raise SopkitError(lines[0], "\n".join(lines[1:]) or "see docs/templates.md") from error


def _mistake(detail: Mapping[str, Any], data: bytes, path: str) -> str:
    steps = tuple(detail["loc"])
    where, kind = ".".join(map(str, steps)), detail["type"]
    said = plain(detail, ())
    if kind == "missing":
        said = f"the header has no `{where}`; add it"
    elif kind == "extra_forbidden":
        parts: dict[str, type[BaseModel]] = {"decisions": Decision, "controls": ControlClaim}
        known = parts.get(str(steps[0]), TemplateHeader).model_fields
        near = nearest(str(steps[-1]), known, 1, 0.5)
        advice = f"did you mean `{near[0]}`?" if near else f"known: {', '.join(known)}"
        said = f"unknown key `{where}`; {advice}"
    elif kind in {"string_pattern_mismatch", "string_too_long"}:
        said = f"`{where}` is too long, or holds a bracket or a second line; write a few plain words"
    elif kind == "string_too_short":
        said = f"`{where}` is empty; fill it"
    return f"{path}:{max(line_of(data, path, steps), 2)}: {said}"
