"""The small changes of a module: one node of its syntax tree replaced at a time.

The operators are the usual ones (DeMillo, Lipton, Sayward 1978; those of mutmut and cosmic-ray): comparisons, boolean
and arithmetic operators, constants, conditions, jumps, lost statements. Texts are left alone: a message may be worded
in many ways.
"""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_COMPUTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Div: ast.Mult,
    ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip
_CALLED = {"any": "all", "all": "any", "min": "max", "max": "min"}


@dataclass(frozen=True)
class Mutant:
    """A module with one change: the line that it is in, what was changed into what, and the whole tree."""

    line: int
    change: str
    tree: ast.Module


def mutants(source: str) -> Iterator[Mutant]:
    """Every mutant of a module, in the order of its lines."""
    tree = ast.parse(source)
    typed = _annotations(tree)
    for index, node in enumerate(ast.walk(tree)):
        if id(node) in typed:
            continue
        for make in _changes(node):
            changed = copy.deepcopy(tree)
            target = next(other for at, other in enumerate(ast.walk(changed)) if at == index)
            before = ast.unparse(target)
            after = make(target)
            if after is not None:
                _replace(changed, target, after)
            shown = ast.unparse(after if after is not None else target)
            yield Mutant(
                getattr(node, "lineno", 0),
                f"{before.splitlines()[0]} -> {shown.splitlines()[0]}",
                ast.fix_missing_locations(changed),
            )


def _annotations(tree: ast.Module) -> set[int]:
    """The nodes that say a type, assert equal lengths or decorate: mypy sees what they do, or every test does."""
    found: set[int] = set()
    for node in ast.walk(tree):
        parts: list[ast.AST | None] = []
        if isinstance(node, ast.FunctionDef):
            parts = [*node.decorator_list, node.returns]
        elif isinstance(node, (ast.arg, ast.AnnAssign)):
            parts = [node.annotation]
        elif isinstance(node, ast.keyword) and node.arg == "strict":
            parts = [node]
        elif isinstance(node, ast.ClassDef):
            parts = [*node.decorator_list, *node.bases]
        elif isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            parts = [node]
        for part in parts:
            found |= {id(below) for below in ast.walk(part)} if part is not None else set()
    return found


def _changes(node: ast.AST) -> Iterator[Callable[[ast.AST], ast.AST | None]]:
    """Functions that change a copy of the node, in its place or by the node that they give back."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _COMPARED:
        yield _set("ops", [_COMPARED[type(node.ops[0])]()])
    elif isinstance(node, ast.BoolOp):
        yield _set("op", ast.Or() if isinstance(node.op, ast.And) else ast.And())
        for at in range(len(node.values)):
            yield _without(at)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield lambda copied: copied.operand  # type: ignore[attr-defined] - as the node
    elif isinstance(node, ast.BinOp) and type(node.op) in _COMPUTED and not isinstance(node.left, ast.JoinedStr):
        yield _set("op", _COMPUTED[type(node.op)]())
    elif isinstance(node, ast.Constant):
        yield from _of_constant(node)
    elif isinstance(node, (ast.If, ast.IfExp)):
        yield _set("test", ast.Constant(value=True))
        yield _set("test", ast.Constant(value=False))
    elif isinstance(node, ast.comprehension) and node.ifs:
        yield _set("ifs", [])
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _CALLED:
        yield _set("func", ast.Name(_CALLED[node.func.id], ast.Load()))
    elif isinstance(node, ast.Continue):
        yield lambda _: ast.Break()
    elif isinstance(node, ast.Break):
        yield lambda _: ast.Continue()
    elif _may_be_lost(node):
        yield lambda _: ast.Pass()


def _may_be_lost(node: ast.AST) -> bool:
    if isinstance(node, ast.Return):
        return node.value is None
    return isinstance(node, (ast.AugAssign, ast.Expr)) and not isinstance(node.value, ast.Constant)


def _of_constant(node: ast.Constant) -> Iterator[Callable[[ast.AST], ast.AST | None]]:
    if isinstance(node.value, bool):
        yield _set("value", not node.value)
    elif isinstance(node.value, (int, float)):
        yield _set("value", node.value + 1)
        if node.value:
            yield _set("value", node.value - 1)


def _set(name: str, value: object) -> Callable[[ast.AST], None]:
    return lambda copied: setattr(copied, name, value)


def _without(at: int) -> Callable[[ast.AST], ast.AST | None]:
    def make(copied: ast.AST) -> ast.AST | None:
        assert isinstance(copied, ast.BoolOp)
        del copied.values[at]
        return copied.values[0] if len(copied.values) == 1 else None

    return make


def _replace(tree: ast.Module, old: ast.AST, new: ast.AST) -> None:
    for node in ast.walk(tree):
        for name, value in ast.iter_fields(node):
            if value is old:
                setattr(node, name, new)
                return
            if isinstance(value, list) and any(item is old for item in value):
                value[:] = [new if item is old else item for item in value]
                return
