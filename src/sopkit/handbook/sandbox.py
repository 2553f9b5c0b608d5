"""A sandbox for the templates of a library: they see plain values of their page, and only what is listed here."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, MutableMapping
from dataclasses import fields
from datetime import date
from pathlib import Path
from types import MethodType, SimpleNamespace
from typing import cast

from jinja2 import BaseLoader, Environment, FileSystemLoader, Template, TemplateSyntaxError, Undefined, nodes
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS
from jinja2.meta import find_undeclared_variables
from jinja2.runtime import BlockReference, Context, LoopContext, Macro, new_context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.tests import TESTS
from jinja2.utils import pass_context
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from sopkit.handbook.paths import MenuItem
from sopkit.handbook.published_library import Edition
from sopkit.handbook.theme import LibraryTemplate
from sopkit.model.errors import SopkitError

PAGE_NAMES = frozenset({
    "title", "path", "handbook", "description", "edition", "menu", "crumbs", "contents", "say", "to", "at", "day",
    "logo", "icon", "style", "script", "search", "canonical", "feed",
})  # fmt: skip
"""The names that a template of a library may use: plain values of its page, and functions that give text."""

_SPECIAL_NAMES = frozenset({"loop", "super", "self", "caller", "varargs", "kwargs"})
_TEXT_FILTERS = ("capitalize", "e", "escape", "lower", "title", "trim", "upper", "urlencode")
_FILTERS = (*_TEXT_FILTERS, "count", "d", "default", "join", "length")
_TESTS = ("defined", "undefined", "none", "even", "odd")
_ATTRIBUTES: Mapping[type, frozenset[str]] = {
    Edition: frozenset(one.name for one in fields(Edition)),
    MenuItem: frozenset({"path", "words", "foot", "current"}),
    LoopContext: frozenset({"index", "index0", "revindex", "revindex0", "first", "last", "length"}),
    BlockReference: frozenset({"super"}),
}
"""What may be read of an object, by its type; nothing of any other. Items of texts, tuples and mappings may be read."""

_ALLOWED_NODES = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport,
    nodes.Block, nodes.Macro, nodes.CallBlock, nodes.FilterBlock, nodes.With, nodes.Assign, nodes.AssignBlock,
    nodes.If, nodes.For, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.Not, nodes.And, nodes.Or, nodes.Concat,
    nodes.Name, nodes.Const, nodes.List, nodes.Tuple, nodes.Getattr, nodes.Getitem, nodes.Call, nodes.Keyword,
    nodes.Filter, nodes.Test,
)  # fmt: skip
_BODIES = (nodes.Template, nodes.Block, nodes.Macro, nodes.CallBlock, nodes.For)
_MACROS_OF_OURS = frozenset({"parts.html.j2", "table.html.j2"})
"""Templates of macros, which ours call with more than a page shows."""

_BUDGET = 50_000_000
"""What the templates of a library may cost on one page, in characters that they write; see `_cost`."""

_JINJA_ARGUMENTS = ("_loop_vars", "_block_vars")
"""What Jinja itself adds to a call; a template cannot give these twice."""

_NODE_COST = 50
_TEMPLATE_COST = 50_000
_OURS = "sopkit/"
_HINT = "docs/handbook.md says what a template may use"


class PageFunction:
    """A function that a template of a library may call with texts; neither its text nor an attribute shows anything."""

    __slots__ = ("_run",)

    def __init__(self, run: Callable[..., object]) -> None:
        self._run = run

    def __call__(self, *values: object, **fields: object) -> object:
        """What the function gives."""
        return self._run(*values, **fields)

    def __repr__(self) -> str:
        return "a function of the page"


def page_values(known: Mapping[str, object], sandbox: "TemplateSandbox") -> dict[str, object]:
    """What a page is rendered with when a library has templates: functions closed, and no name that ours do not use."""
    sandbox.left = _BUDGET
    values = {name: value for name, value in known.items() if name in sandbox.reserved}
    for name in PAGE_NAMES & values.keys():
        value = values[name]
        if isinstance(value, SimpleNamespace):
            values[name] = SimpleNamespace(**{key: _close(one) for key, one in vars(value).items()})
        else:
            values[name] = _close(value)
    return values


def _close(value: object) -> object:
    return PageFunction(value) if callable(value) else value


def _checked_text(value: object) -> str | int | date | None:
    """A value that may be shown: text, a number or a day, and no object that would show what it holds."""
    if isinstance(value, Undefined):
        str(value)  # raises, with its name
    if value is None or isinstance(value, (str, int, date)):
        return value
    raise SecurityError(f"{type(value).__name__} is no text, number or day and cannot be shown")


class TemplateSandbox(ImmutableSandboxedEnvironment):
    """An environment that compiles only what the language of templates of a library has, and counts what it costs."""

    def __init__(self, trusted: Environment, own: Mapping[str, LibraryTemplate], reserved: frozenset[str]) -> None:
        super().__init__(
            autoescape=True,
            loader=trusted.loader,
            undefined=trusted.undefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
            optimized=False,
            finalize=self._finalize(),
        )
        self.trusted, self.own, self.reserved, self.left = trusted, own, reserved, _BUDGET
        self.template_class = _SandboxTemplate
        self.globals.clear()
        self.tests = {name: TESTS[name] for name in _TESTS}
        self.filters = {name: self._text_filter(FILTERS[name]) for name in _TEXT_FILTERS}
        self.filters |= {"length": len, "count": len, "default": FILTERS["default"], "d": FILTERS["default"]}
        self.filters |= {"join": self._join, "concatenated": self._concatenate, "charged": self._charge_body}

    def charge(self, cost: int) -> None:
        """Count a cost. Raises SecurityError when a page has cost too much."""
        self.left -= cost
        if self.left < 0:
            raise SecurityError("does or writes far more than a page needs")

    def shown(self, value: object) -> str | int | date | None:
        """A value that may be shown, which is counted."""
        text = _checked_text(value)
        self.charge(len(text) if isinstance(text, str) else _NODE_COST)
        return text

    def _finalize(self) -> Callable[[Context, object], object]:
        """What is done with each value that is put in; it takes a context, so that nothing is put in beforehand."""
        return pass_context(lambda _, value: self.shown(value))

    def _text_filter(self, run: Callable[[object], object]) -> Callable[[object], object]:
        return lambda value: self.shown(run(_checked_text(value)))

    def _join(self, values: Iterable[object], separator: str = "") -> str:
        texts = [escape(self.shown(value)) for value in values]
        self.charge(len(separator) * len(texts))
        return escape(separator).join(texts)

    def _concatenate(self, first: object, *others: object) -> object:
        return Markup().join(escape(self.shown(value)) for value in (first, *others))

    def _charge_body(self, text: str, cost: int) -> str:
        self.charge(cost)
        return text

    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
        """Whether a template may see an attribute."""
        if isinstance(obj, SimpleNamespace):
            return isinstance(value, (str, PageFunction))
        return attr in _ATTRIBUTES.get(type(obj), ())

    def is_safe_callable(self, obj: object) -> bool:
        """Whether a template may call something."""
        if isinstance(obj, MethodType):
            return obj.__name__ in _ATTRIBUTES.get(type(obj.__self__), ())
        return isinstance(obj, (PageFunction, Macro, BlockReference))

    def call(self, context: Context, obj: Callable[..., object], /, *arguments: object, **named: object) -> object:
        """What the call gives. Raises SecurityError, without the data of the object, for one that is not safe."""
        if isinstance(obj, Undefined):
            str(obj)  # raises, with its name
        if not self.is_safe_callable(obj):
            raise SecurityError(f"{type(obj).__name__} cannot be called here")
        if not isinstance(obj, Macro):
            for value in (*arguments, *(value for name, value in named.items() if name not in _JINJA_ARGUMENTS)):
                _checked_text(value)
        self.charge(_NODE_COST)
        found = context.call(obj, *arguments, **named)
        if isinstance(found, str):
            self.charge(len(found))
        return found

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for line, fault in _faults(tree, self.reserved, self.own):
            raise TemplateSyntaxError(fault, line, name, filename)
        return cast("nodes.Template", _Meter().visit(tree))


class _SandboxTemplate(Template):
    """A template of a library; blocks of ours that it fills in run in our own environment."""

    def new_context(
        self,
        vars: dict[str, object] | None = None,  # noqa: A002 - the name in Jinja
        shared: bool = False,  # noqa: FBT001, FBT002 - the signature of Jinja
        locals: Mapping[str, object] | None = None,  # noqa: A002 - the name in Jinja
    ) -> Context:
        """A context whose environment is ours; code of the library cannot reach it."""
        sandbox = cast("TemplateSandbox", self.environment)
        return new_context(sandbox.trusted, self.name, self.blocks, vars, shared, self.globals, locals)


class _TemplateLoader(BaseLoader):
    """Finds the templates of a library, which the sandbox compiles, and ours, also as `sopkit/NAME`."""

    def __init__(self, ours: FileSystemLoader, trusted: Environment, own: Mapping[str, LibraryTemplate]) -> None:
        self._ours, self._trusted, self._own = ours, trusted, own
        self.sandbox: TemplateSandbox | None = None

    def load(
        self,
        environment: Environment,
        name: str,
        globals: MutableMapping[str, object] | None = None,  # noqa: A002
    ) -> Template:
        """The template of a name, compiled in the environment to which it belongs."""
        del environment
        if name not in self._own or self.sandbox is None:
            return self._ours.load(self._trusted, name.removeprefix(_OURS), globals)
        own = self._own[name]
        code = self.sandbox.compile(own.text, name, own.path)
        return self.sandbox.template_class.from_code(self.sandbox, code, globals or {}, lambda: True)


def create_sandbox(ours: Path, trusted: Environment, own: Mapping[str, LibraryTemplate]) -> TemplateSandbox:
    """The environment of a library's templates, which name ours as `sopkit/NAME`; ours run in `trusted`.

    Raises SopkitError, with file and line, for a template that is not understood or reaches too far.
    """
    files = FileSystemLoader(ours)
    trusted.globals.clear()
    trusted.loader = loader = _TemplateLoader(files, trusted, own)
    undeclared = (find_undeclared_variables(trusted.parse(file.read_text("utf-8"))) for file in ours.glob("*.j2"))
    loader.sandbox = sandbox = TemplateSandbox(trusted, own, PAGE_NAMES.union(*undeclared))
    for name, template in own.items():
        if name in _MACROS_OF_OURS:
            fault = "ours has only parts of other templates; change blocks of those instead"
            raise SopkitError(f"{template.path}:1: {fault}", _HINT)
        try:
            sandbox.get_template(name)
        except TemplateSyntaxError as error:
            raise SopkitError(
                f"{template.path}:{error.lineno}: {error.message or 'is not understood'}", _HINT
            ) from error
        except (RecursionError, ValueError, MemoryError, SyntaxError) as error:
            raise SopkitError(f"{template.path}:1: is too deep or too long to be read", _HINT) from error
    return sandbox


def template_error(error: BaseException, own: Mapping[str, LibraryTemplate]) -> SopkitError | None:
    """The error to tell when writing a page failed inside a template of the library; None when it was in ours."""
    lines, there = {template.path: 0 for template in own.values()}, ""
    trace = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if name in lines:
            lines[name], there = trace.tb_lineno, name
        trace = trace.tb_next
    return SopkitError(f"{there}:{lines[there]}: {error}", _HINT) if there else None


def _faults(tree: nodes.Template, reserved: frozenset[str], own: Container[str]) -> Iterator[tuple[int, str]]:
    """What in a template is not in the language: the line, and what is wrong and what to do."""
    bound = {name for _, name in _bindings(tree)}
    for line, name in _bindings(tree):
        if name in reserved | _SPECIAL_NAMES:
            yield line, f"`{name}` is a name of the page; choose another for yours"
    for node in tree.find_all(nodes.Node):
        if isinstance(node, nodes.Name) and node.name not in PAGE_NAMES | _SPECIAL_NAMES | bound:
            hidden = f"`{node.name}` is not for templates of a library"
            yield node.lineno, hidden if node.name in reserved else f"{node.name!r} is undefined"
        elif fault := _fault(node, own):
            yield node.lineno or 1, fault


def _bindings(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """The names that a template gives something to, with their lines."""
    for node in tree.find_all((nodes.Name, nodes.Macro, nodes.Import, nodes.FromImport)):
        if isinstance(node, nodes.Name):
            names = [node.name] if node.ctx != "load" else []
        elif isinstance(node, nodes.Macro):
            names = [node.name]
        elif isinstance(node, nodes.Import):
            names = [node.target]
        else:
            names = [one if isinstance(one, str) else one[1] for one in cast("nodes.FromImport", node).names]
        yield from ((node.lineno, name) for name in names)


def _fault(node: nodes.Node, own: Container[str]) -> str:
    match node:
        case nodes.Scope() | nodes.EvalContextModifier() | nodes.Filter(name="safe"):
            return "what is put in is always escaped; put HTML of ours in with {{ super() }}"
        case nodes.Filter(name=name) if name not in _FILTERS:
            return f"no filter `{name}`; there are {', '.join(_FILTERS)}"
        case nodes.Test(name=name) if name not in _TESTS:
            return f"no test `{name}`; there are {', '.join(_TESTS)}"
        case nodes.Include(template=named) | nodes.Extends(template=named):
            return "" if isinstance(named, nodes.Const) else "the name of a template is a text in quotes"
        case nodes.Import(template=named) | nodes.FromImport(template=named):
            known = isinstance(named, nodes.Const) and named.value in own
            return "" if known else "only macros of the library's own templates can be imported"
        case nodes.List(items=items) | nodes.Tuple(items=items, ctx="load"):
            return "" if all(isinstance(one, nodes.Const) for one in items) else "a list holds plain texts and numbers"
    return "" if isinstance(node, _ALLOWED_NODES) else f"{_kind(node)} is not in the language of templates"


def _kind(node: nodes.Node) -> str:
    return f"{type(node).__name__.lower()} {getattr(node, 'operator', '')}".rstrip()


def _cost(node: nodes.Node) -> int:
    """What running a part once may cost: its text, a little for each expression, much for each template."""
    texts = sum(len(one.data) for one in node.find_all(nodes.TemplateData))
    templates = sum(1 for _ in node.find_all((nodes.Include, nodes.Import, nodes.FromImport)))
    return texts + templates * _TEMPLATE_COST + _NODE_COST * sum(1 for _ in node.find_all(nodes.Node))


class _Meter(NodeTransformer):
    """Has each part that may run often count what it costs, and texts counted that are put together."""

    def generic_visit(self, node: nodes.Node, *arguments: object, **named: object) -> nodes.Node:
        """A node, metered."""
        found = super().generic_visit(node, *arguments, **named)
        if isinstance(found, nodes.Concat):
            first, *others = found.nodes
            return _call_filter(first, "concatenated", others, found.lineno)
        if isinstance(found, _BODIES):
            charged = _call_filter(nodes.Const(""), "charged", [nodes.Const(_cost(found))], found.lineno)
            found.body.insert(0, nodes.Output([charged], lineno=found.lineno))
        return found


def _call_filter(value: nodes.Expr, name: str, arguments: list[nodes.Expr], line: int) -> nodes.Filter:
    return nodes.Filter(value, name, arguments, [], None, None, lineno=line)
