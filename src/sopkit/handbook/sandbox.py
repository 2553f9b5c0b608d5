"""A sandbox for the templates of a library: they see the variables of a page and can call nothing else."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path, PurePath
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, FunctionLoader, PrefixLoader, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from sopkit.handbook.theme import LibraryTemplate
from sopkit.model.errors import SopkitError

_BLOCKED_TYPES = (BuiltinFunctionType, FunctionType, MethodType, ModuleType, PurePath, partial, type)
"""Of what a template sees no attribute: there is nothing to show, and much to reach."""

_CALLABLE_MODULES = ("sopkit.", "jinja2.runtime", "markupsafe")
"""Modules whose functions may be called: what a page is given, and nothing that leads on to others."""

_DATA_TYPES = (str, tuple, list, dict, frozenset, date, int)
_HINT = "docs/handbook.md says what a template may use"


class TemplateSandbox(ImmutableSandboxedEnvironment):
    """An environment in which only functions of pages and methods of plain data can be called."""

    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
        """Whether a template may see an attribute."""
        closed = isinstance(obj, _BLOCKED_TYPES) or isinstance(value, (ModuleType, PurePath))
        return not closed and super().is_safe_attribute(obj, attr, value)

    def is_safe_callable(self, obj: object) -> bool:
        """Whether a template may call something."""
        if isinstance(obj, partial):
            return self.is_safe_callable(obj.func)
        if isinstance(getattr(obj, "__self__", None), _DATA_TYPES):
            return super().is_safe_callable(obj)
        module = getattr(obj, "__module__", None) or type(obj).__module__
        return module.startswith(_CALLABLE_MODULES) and super().is_safe_callable(obj)

    def call(self, context: Context, obj: Callable[..., object], /, *arguments: object, **named: object) -> object:
        """What the call gives. Raises SecurityError, without the data of the object, for one that is not safe."""
        if not self.is_safe_callable(obj):
            raise SecurityError(f"{getattr(obj, '__name__', type(obj).__name__)} cannot be called here")
        return context.call(obj, *arguments, **named)


def create_sandbox(ours: Path, own: Mapping[str, LibraryTemplate]) -> TemplateSandbox:
    """The environment of a library with templates of its own, which name ours as `sopkit/NAME`."""
    found = FunctionLoader(lambda name: (own[name].text, own[name].path, None) if name in own else None)
    loader = FileSystemLoader(ours)
    return TemplateSandbox(autoescape=True, loader=ChoiceLoader([found, PrefixLoader({"sopkit": loader}), loader]))


def check_templates(environment: Environment, own: Mapping[str, LibraryTemplate]) -> None:
    """Raises SopkitError, with file and line, for a template that is not understood, reaches too far, or is none."""
    for template in own.values():
        for line, message in _template_errors(environment, template):
            raise SopkitError(f"{template.path}:{line}: {message}", _HINT)


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


def _template_errors(environment: Environment, template: LibraryTemplate) -> Iterator[tuple[int, str]]:
    try:
        tree = environment.parse(template.text)
    except TemplateSyntaxError as error:
        yield error.lineno, error.message or "is not understood"
        return
    except (RecursionError, ValueError, MemoryError):
        yield 1, "is too deep or too long to be read"
        return
    for node in tree.find_all((nodes.Name, nodes.Filter, nodes.ScopedEvalContextModifier, nodes.EvalContextModifier)):
        if isinstance(node, nodes.Name):
            if node.name == "published":
                yield node.lineno, "`published` is not for templates of a library"
        elif not isinstance(node, nodes.Filter) or node.name == "safe":
            yield node.lineno, "what is put in is always escaped; put HTML of ours in with {{ super() }}"
