"""Find and read templates, those of the library before the shipped ones."""

import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import BaseModel, ValidationError

from sopkit.data import shipped_folder
from sopkit.model.errors import SopkitError
from sopkit.model.similarity import nearest
from sopkit.model.sop_document import ControlClaim
from sopkit.model.source import Source
from sopkit.model.template import Template, TemplateDecision, TemplateHeader
from sopkit.parsing.validation import explain_error
from sopkit.parsing.yaml import load_yaml, yaml_line_of
from sopkit.reading import explain_unread, list_files, read_file

MAX_TEMPLATE_BYTES = 64 * 1024
"""Largest template, in bytes: an SOP is a few kilobytes of text."""

_FENCE = re.compile(rb"^---[ \t]*\n", re.MULTILINE)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_BLOCK = re.compile(r"\{%-?\s*(if|for|endif|endfor)\b")
_FORM_ADVICE = "begin it with `---`, the keys of the template, `---`, and then the text of the SOP"


def read_template(name: str, path: str, data: bytes, *, own: bool) -> Template:
    """The template of these bytes. Raises SopkitError with file and line."""
    if len(data) > MAX_TEMPLATE_BYTES:
        raise SopkitError(f"{path}: larger than {MAX_TEMPLATE_BYTES // 1024} KiB, which is no template", "shorten it")
    data = data.replace(b"\r\n", b"\n").removeprefix(b"\xef\xbb\xbf")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = Source(data).line_of(error.start)
        raise SopkitError(f"{path}:{line}: not UTF-8 text", "save the file as UTF-8") from error
    if found := _CONTROL.search(text):
        line = Source(data).line_of(len(text[: found.start()].encode()))
        raise SopkitError(f"{path}:{line}: a control character U+{ord(found[0]):04X}", "delete it")
    start = _FENCE.match(data)
    end = _FENCE.search(data, start.end()) if start else None
    if start is None or end is None:
        raise SopkitError(f"{path}:1: no header of a template", _FORM_ADVICE)
    first_line = data.count(b"\n", 0, end.end()) + 1
    if not _FENCE.match(data, end.end()):
        raise SopkitError(
            f"{path}:{first_line}: the text of the SOP does not begin with front matter",
            "after the header comes the SOP, which begins with a line `---` of its own and `{{ head }}`",
        )
    # An empty line in the place of the fence keeps the line numbers those of the file.
    header = _read_header(b"\n" + data[start.end() : end.start()], path)
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


def _read_header(data: bytes, path: str) -> TemplateHeader:
    values = load_yaml(data, path)
    if not isinstance(values, dict):
        raise SopkitError(f"{path}:1: the header has no keys", _FORM_ADVICE)
    try:
        return TemplateHeader.model_validate({key: value for key, value in values.items() if value is not None})
    except ValidationError as error:
        lines = [_header_error(detail, data, path) for detail in error.errors(include_url=False)]
        raise SopkitError(lines[0], "\n".join(lines[1:]) or "see docs/templates.md") from error


def _header_error(detail: Mapping[str, Any], data: bytes, path: str) -> str:
    steps = tuple(detail["loc"])
    where, kind = ".".join(map(str, steps)), detail["type"]
    message = explain_error(detail, ())
    if kind == "missing":
        message = f"the header has no `{where}`; add it"
    elif kind == "extra_forbidden":
        parts: dict[str, type[BaseModel]] = {"decisions": TemplateDecision, "controls": ControlClaim}
        known = parts.get(str(steps[0]), TemplateHeader).model_fields
        near = nearest(str(steps[-1]), known, 1, 0.5)
        advice = f"did you mean `{near[0]}`?" if near else f"known: {', '.join(known)}"
        message = f"unknown key `{where}`; {advice}"
    elif kind in {"string_pattern_mismatch", "string_too_long"}:
        message = f"`{where}` is too long, or holds a bracket or a second line; write a few plain words"
    elif kind == "string_too_short":
        message = f"`{where}` is empty; fill it"
    return f"{path}:{max(yaml_line_of(data, path, steps), 2)}: {message}"


TEMPLATE_FOLDER = "templates"


def template_names(root: Path | None) -> dict[str, bool]:
    """The templates by name, in order of name, and whether each is the library's own."""
    found = {path.stem: False for path in shipped_folder(TEMPLATE_FOLDER).glob("*.md")}
    if root is not None:
        # A link or a pipe is listed as well: reading it is an error that says why.
        own = (PurePosixPath(path) for path in _list_templates(root))
        found |= {path.stem: True for path in own if path.suffix == ".md" and not path.name.startswith(".")}
    return dict(sorted(found.items()))


def _list_templates(root: Path) -> tuple[str, ...]:
    try:
        return list_files(root, TEMPLATE_FOLDER)
    except OSError as error:
        what, advice = explain_unread(error)
        raise SopkitError(f"{TEMPLATE_FOLDER}: {what}", advice) from error


def find_template(root: Path | None, name: str) -> Template:
    """The template of that name. Raises SopkitError when there is none, or when it is broken."""
    known = template_names(root)
    if name not in known:
        near = nearest(name.lower(), known, 1, 0.4)
        raise SopkitError(
            (f"no template {name!r}" if name else "no template is named")
            + (f"; did you mean {near[0]}?" if near else ""),
            f"known: {', '.join(known)}\nsopkit template list says what each is for",
        )
    own = known[name]
    data = read_template_file(root if own else None, f"{name}.md")
    return read_template(name, f"{TEMPLATE_FOLDER}/{name}.md", data, own=own)


def read_template_file(root: Path | None, name: str) -> bytes:
    """The bytes of a file of the library's templates, or of the shipped ones. Raises SopkitError."""
    path = f"{TEMPLATE_FOLDER}/{name}"
    try:
        if root is None:
            return (shipped_folder(TEMPLATE_FOLDER) / name).read_bytes()
        return read_file(root, path, MAX_TEMPLATE_BYTES + 1)
    except OSError as error:
        what, advice = explain_unread(error)
        raise SopkitError(f"{path}: {what}", advice) from error
