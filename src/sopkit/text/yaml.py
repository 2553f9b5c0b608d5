"""Read a YAML data file into plain text, lists and mappings; what is wrong with it is named by its line."""

from collections.abc import Iterable
from typing import TypeAlias

import yaml

from sopkit.model.errors import SopkitError
from sopkit.model.source import Source

Data: TypeAlias = "str | list[Data] | dict[str, Data] | None"
_ABSENT = ("", "~", "null", "Null", "NULL")


def load_yaml(data: bytes, path: str) -> Data:
    """Give what the file says: every scalar is the text that was typed, an empty or null one is None.

    Raises SopkitError with path and line for what is not UTF-8, not YAML, has a key twice, a key that is no
    text, or an alias.
    """
    root = _compose(data, path)
    return None if root is None else _plain(root, set(), Source(data), path)


def line_of(data: bytes, path: str, steps: Iterable[str | int]) -> int:
    """Line (from 1) of what `steps` (keys and indices) lead to, or of the last thing on the way there."""
    node = _compose(data, path)
    line = 1
    for step in steps:
        if isinstance(node, yaml.MappingNode) and isinstance(step, str):
            found = next((pair for pair in node.value if pair[0].value == step), None)
            if found is None:
                break
            line, node = _line(found[0], Source(data)), found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = _line(node, Source(data))
        else:
            break
    return line


def lines_of_keys(data: bytes, path: str) -> dict[str, int]:
    """Line (from 1) of each key of the highest level, read at once: a file may have thousands."""
    root = _compose(data, path)
    source = Source(data)
    text = data[source.text_start :].decode("utf-8")
    lines: dict[str, int] = {}
    at, offset = 0, source.text_start
    for key, _ in root.value if isinstance(root, yaml.MappingNode) else ():
        offset += len(text[at : key.start_mark.index].encode())
        at = key.start_mark.index
        lines[str(key.value)] = source.line_of(offset)
    return lines


def _compose(data: bytes, path: str) -> yaml.Node | None:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = Source(data).line_of(error.start)
        raise SopkitError(f"{path}:{line}: not UTF-8 text", "save the file as UTF-8") from error
    try:
        # The C parser bounds nesting itself, so that no depth of brackets can exhaust the stack.
        return yaml.compose(text, Loader=yaml.CBaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = _line_at(mark, Source(data)) if mark else 1
        said = error.problem or error.context or "cannot be read"
        raise SopkitError(f"{path}:{line}: not YAML: {said}", "mend the line") from error
    except yaml.YAMLError as error:
        raise SopkitError(f"{path}: not YAML: {str(error).splitlines()[0]}", "remove what is not plain text") from error


def _line_at(mark: yaml.Mark, source: Source) -> int:
    # YAML also ends lines at U+0085 and U+2028, an editor does not: count in the bytes.
    text = source.data[source.text_start :].decode("utf-8")
    return source.line_of(source.text_start + len(text[: mark.index].encode()))


def _line(node: yaml.Node, source: Source) -> int:
    return _line_at(node.start_mark, source)


def _plain(node: yaml.Node, seen: set[int], source: Source, path: str) -> Data:
    if isinstance(node, yaml.ScalarNode):
        return None if not node.style and node.value in _ABSENT else str(node.value)
    if id(node) in seen:  # an alias may expand without end, or lead back to itself
        raise SopkitError(f"{path}:{_line(node, source)}: an alias repeats this", "write it out")
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, seen, source, path) for item in node.value]
    plain: dict[str, Data] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise SopkitError(f"{path}:{_line(key, source)}: a key is not plain text", "write a name as the key")
        if key.value in plain:
            raise SopkitError(f"{path}:{_line(key, source)}: the key `{key.value}` is there twice", "remove one")
        plain[str(key.value)] = _plain(value, seen, source, path)
    return plain
