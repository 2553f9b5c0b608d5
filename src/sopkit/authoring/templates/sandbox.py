"""The small part of Jinja2 that a template may use: it can read nothing, run nothing, and not grow without end."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.exceptions import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from sopkit.model.errors import SopkitError
from sopkit.model.similarity import nearest
from sopkit.model.template import Template
from sopkit.parsing.yaml import double_quote

VALUES = (
    "head", "controls", "control_references", "id", "title", "organisation", "area", "owner", "frameworks",
)  # fmt: skip
LISTS = ("frameworks",)
CALLS = {"decide": 1, "sop": 2}
"""What may be called, with how many texts."""
FILTERS = ("quoted", "lower", "upper")
MOST_CHARACTERS = 1_000_000
"""Longest text that a template may give."""

_MOST_DEEP = 20  # blocks or operators in each other, branches of an `if`, comparisons in one
_MOST_NODES = 5_000  # of 65 kB of text; the compiler of Python fails on far more, and far later
_EMPTY = "\x00"
_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Call, nodes.Filter, nodes.If, nodes.For,
    nodes.Compare, nodes.Operand, nodes.Not, nodes.And, nodes.Or, nodes.Const,
)  # fmt: skip
_COMPARISONS = ("eq", "in", "notin")
_LANGUAGE = (
    "a template may use the names head, controls, control_references, id, title, organisation, area, owner, frameworks;"
    " decide(NAME); sop(TEMPLATE, WORDS); the filters quoted, lower, upper;"
    " if/elif/else with in, not, and, or, ==; and for over frameworks"
)

_Pending = tuple[nodes.Node, int, int, frozenset[str], bool]
"""A node to look at: its line where it has none of its own, its depth, the names known there, and whether in a loop."""

Values = Mapping[str, str | tuple[str, ...] | Callable[..., str]]


def check(template: Template) -> tuple[nodes.Call, ...]:
    """The calls in a template that keeps to the language. Raises SopkitError with the line where it does not."""
    return tuple(_checked(template, _parsed(template)))


def fill(template: Template, values: Values) -> str:
    """The text of a template with values for its names. Raises SopkitError with file and line."""
    tree = _parsed(template)
    for _ in _checked(template, tree):
        pass
    try:
        compiled = _environment().from_string(tree)
        parts, size = [], 0
        for part in compiled.generate(**values):
            size += len(part)
            if size > MOST_CHARACTERS:
                raise SopkitError(f"{template.path}: gives more than {MOST_CHARACTERS} characters", "shorten it")
            parts.append(part)
    except (TemplateError, RecursionError, SyntaxError, MemoryError) as error:
        raise SopkitError(f"{template.path}: cannot be filled in: {error}", _LANGUAGE) from error
    return "".join(_without_empty("".join(parts)))


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
        finalize=lambda value: _EMPTY if value == "" else value,
    )
    environment.globals.clear()
    environment.filters = {"quoted": double_quote, "lower": str.lower, "upper": str.upper}
    return environment


def _parsed(template: Template) -> nodes.Template:
    try:
        return _environment().parse(template.text)
    except TemplateSyntaxError as error:
        raise _wrong(template, error.lineno, error.message or "not understood") from error
    except (RecursionError, ValueError, MemoryError) as error:
        raise SopkitError(f"{template.path}: too deep or too long to be read", _LANGUAGE) from error


def _checked(template: Template, tree: nodes.Template) -> Iterator[nodes.Call]:
    """The calls, in order."""
    stack: list[_Pending] = [(tree, 1, 0, frozenset(VALUES), False)]
    count = 0
    while stack:
        node, line, depth, names, looped = stack.pop()
        line, count = node.lineno or line, count + 1
        if depth > _MOST_DEEP or count > _MOST_NODES:
            raise _wrong(template, line, "nested too deeply" if depth > _MOST_DEEP else "too many expressions")
        if said := _fault(template, node, names, looped=looped):
            raise _wrong(template, line, said)
        inside: Sequence[nodes.Node] = list(node.iter_child_nodes())
        if isinstance(node, nodes.Call):
            yield node
            inside = node.args
        elif isinstance(node, nodes.For) and isinstance(node.target, nodes.Name):
            inside = [*node.body, *node.else_]
            names, looped = names | {node.target.name}, True
        stack += [(child, line, depth + 1, names, looped) for child in inside[::-1]]


def _fault(template: Template, node: nodes.Node, names: frozenset[str], *, looped: bool) -> str:
    """Why a node is not part of the language, or nothing."""
    if type(node) not in _ALLOWED:
        return f"{type(node).__name__.lower()} is no part of a template's language"
    if isinstance(node, nodes.Name) and node.name not in names:
        near = nearest(node.name, (*names, *CALLS), 1, 0.5)
        return f"no name `{node.name}`{f'; did you mean `{near[0]}`?' if near else ''}"
    if isinstance(node, nodes.Filter) and (node.name not in FILTERS or node.args or node.kwargs or node.dyn_args):
        return f"no filter `{node.name}` of that form"
    if isinstance(node, nodes.Operand) and node.op not in _COMPARISONS:
        return f"no comparison `{node.op}`"
    if isinstance(node, nodes.Const) and not (isinstance(node.value, str) and node.value.isprintable()):
        return f"{node.value!r} is no plain text"[:100]
    branches = node.elif_ if isinstance(node, nodes.If) else node.ops if isinstance(node, nodes.Compare) else []
    if len(branches) > _MOST_DEEP:
        return "too many branches or comparisons in one"
    if isinstance(node, nodes.For):
        return _loop_fault(node, names, looped=looped)
    return _call_fault(template, node) if isinstance(node, nodes.Call) else ""


def _loop_fault(node: nodes.For, names: frozenset[str], *, looped: bool) -> str:
    if not (isinstance(node.iter, nodes.Name) and node.iter.name in LISTS):
        return f"a loop goes over {' or '.join(LISTS)} only"
    if looped or node.recursive or node.test is not None:
        return "a loop may hold no other loop, and have no condition"
    if not isinstance(node.target, nodes.Name) or node.target.name in {*names, *CALLS}:
        return "a loop has one new name"
    return ""


def _call_fault(template: Template, node: nodes.Call) -> str:
    name = node.node.name if isinstance(node.node, nodes.Name) else ""
    if name not in CALLS:
        return f"`{name or 'this'}` cannot be called"
    texts = [item.value for item in node.args if isinstance(item, nodes.Const) and isinstance(item.value, str)]
    if node.kwargs or node.dyn_args or node.dyn_kwargs or not len(texts) == len(node.args) == CALLS[name]:
        return f"{name}() takes {CALLS[name]} text{'s' if CALLS[name] > 1 else ''} in quotes"
    if name == "decide" and texts[0] not in template.header.decisions:
        known = template.header.decisions
        near = nearest(texts[0], known, 1, 0.5)
        return f"no decision `{texts[0]}`; " + (
            f"did you mean `{near[0]}`?" if near else "declare it under `decisions` in the header"
        )
    return ""


def _wrong(template: Template, line: int, said: str) -> SopkitError:
    return SopkitError(f"{template.path}:{template.first_line + line - 1}: {said}", _LANGUAGE)


def _without_empty(text: str) -> Iterator[str]:
    """The text without the lines that hold nothing but an empty value."""
    for line in text.splitlines(keepends=True):
        if _EMPTY not in line:
            yield line
        elif (rest := line.replace(_EMPTY, "")).strip():
            yield rest
