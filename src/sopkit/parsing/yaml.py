"""Read YAML as typed, with the place of every key and value, and write scalars that read back as typed."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

import yaml

from sopkit.model.errors import SopkitError
from sopkit.model.finding import Edit, Finding, Fix, FixClass, Severity
from sopkit.model.source import Loc, Place, Places, Source

YamlValue: TypeAlias = "str | list[YamlValue] | dict[str, YamlValue] | None"
"""Every scalar is the text that was typed; an empty or null one is None."""

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


def load_yaml(data: bytes, path: str) -> YamlValue:
    """What a file says.

    Raises SopkitError with path and line for what is not UTF-8, not YAML, has a key twice, a key that is no
    text, or an alias.
    """
    root = _compose_file(data, path)
    return None if root is None else _to_data(root, set(), Source(data), path)


def yaml_line_of(data: bytes, path: str, steps: Iterable[str | int]) -> int:
    """Line (from 1) of what `steps` (keys and indices) lead to, or of the last thing on the way there."""
    node = _compose_file(data, path)
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


def yaml_key_lines(data: bytes, path: str) -> dict[str, int]:
    """Line (from 1) of each key of the highest level, read at once: a file may have thousands."""
    root = _compose_file(data, path)
    source = Source(data)
    text = data[source.text_start :].decode("utf-8")
    lines: dict[str, int] = {}
    at, offset = 0, source.text_start
    for key, _ in root.value if isinstance(root, yaml.MappingNode) else ():
        offset += len(text[at : key.start_mark.index].encode())
        at = key.start_mark.index
        lines[str(key.value)] = source.line_of(offset)
    return lines


def _compose_file(data: bytes, path: str) -> yaml.Node | None:
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
        line = _line(mark, Source(data)) if mark else 1
        reason = error.problem or error.context or "cannot be read"
        raise SopkitError(f"{path}:{line}: not YAML: {reason}", "mend the line") from error
    except yaml.YAMLError as error:
        raise SopkitError(f"{path}: not YAML: {str(error).splitlines()[0]}", "remove what is not plain text") from error


def _line(place: yaml.Node | yaml.Mark, source: Source) -> int:
    mark: yaml.Mark = place.start_mark if isinstance(place, yaml.Node) else place
    # YAML also ends lines at U+0085 and U+2028, an editor does not: count in the bytes.
    text = source.data[source.text_start :].decode("utf-8")
    return source.line_of(source.text_start + len(text[: mark.index].encode()))


def _to_data(node: yaml.Node, seen: set[int], source: Source, path: str) -> YamlValue:
    if isinstance(node, yaml.ScalarNode):
        return None if not node.style and node.value in _NULLS else str(node.value)
    if id(node) in seen:  # an alias may expand without end, or lead back to itself
        raise SopkitError(f"{path}:{_line(node, source)}: an alias repeats this", "write it out")
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        return [_to_data(item, seen, source, path) for item in node.value]
    plain: dict[str, YamlValue] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise SopkitError(f"{path}:{_line(key, source)}: a key is not plain text", "write a name as the key")
        if key.value in plain:
            raise SopkitError(f"{path}:{_line(key, source)}: the key `{key.value}` is there twice", "remove one")
        plain[str(key.value)] = _to_data(value, seen, source, path)
    return plain


_MAX_REPEATED = 20_000
_MAX_DEPTH = 50
_SEPARATORS = "\u0085\u2028\u2029"


class _UntaggedLoader(yaml.CBaseLoader):
    """Leaves out the tags of nodes: nobody asks for them, and they take a fifth of the time of composing."""

    def resolve(self, kind: object, value: object, implicit: object) -> str:
        del kind, value, implicit
        return ""

    def descend_resolver(self, current_node: object, current_index: object) -> None:
        """Nothing depends on where a node stands."""

    def ascend_resolver(self) -> None:
        """As above."""


@dataclass
class YamlTree:
    """What a piece of YAML holds. `pairs` are the top-level keys and values as typed, in order."""

    value: YamlValue = None
    places: Places = field(default_factory=Places)
    key_places: Places = field(default_factory=Places)
    findings: list[Finding] = field(default_factory=list)
    broken: bool = False

    def place(self, loc: Loc) -> Place | None:
        """Where the value at `loc` stands, or the nearest thing around it."""
        return self.places.nearest(loc)

    def key_place(self, loc: Loc) -> Place | None:
        """Where the key at `loc` stands, or the nearest thing around it."""
        return self.key_places.get(loc) or self.place(loc)


class _Offsets:
    """Turns the parser's marks, which count characters, into byte offsets of the file."""

    def __init__(self, text: str, start: int) -> None:
        self.start = start
        self.text = None if text.isascii() else text
        self.memo = (0, 0)

    def of(self, index: int) -> int:
        if self.text is None:
            return self.start + index
        known, offset = self.memo
        if index < known:
            known, offset = 0, 0
        offset += len(self.text[known:index].encode("utf-8", "surrogatepass"))
        self.memo = (index, offset)
        return self.start + offset


def read_yaml(source: Source, start: int, end: int, path: str, what: str) -> YamlTree:
    """The YAML between two byte offsets; what is wrong with its form becomes findings, never an error.

    `what` names the text in messages: "front matter", or the name of a register.
    """
    text = source.data[start:end].decode("utf-8", "replace")
    offsets = _Offsets(text, start)
    tree = YamlTree(places=Places(source, offsets.of), key_places=Places(source, offsets.of))
    try:
        node = yaml.compose(text, Loader=_UntaggedLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = offsets.of(min(mark.index, len(text))) if mark is not None else start
        reason = _plain_error(error, text)
        # what ends a line for YAML, but for no editor, in the line of the error or the one before
        line_start = max(start, source.line_starts[max(source.line_of(at) - 2, 0)])
        separator = max(source.data.rfind(char.encode(), line_start, at) for char in _SEPARATORS)
        if separator >= 0:
            at = separator
            reason = "a character that nobody sees ends a line there (U+2028, U+2029 or U+0085); delete it"
        return _add_syntax_finding(tree, source, at, path, f"{what} is not valid YAML: {reason}")
    except yaml.reader.ReaderError as error:
        at = offsets.of(min(error.position, len(text)))
        message = f"{what} holds a control character that YAML does not allow; delete it"
        return _add_syntax_finding(tree, source, at, path, message)
    except (RecursionError, ValueError, UnicodeError):
        return _add_syntax_finding(tree, source, start, path, f"{what} is nested too deeply to be read; flatten it")
    if node is not None:
        reader = _NodeReader(tree, path, what, len(text))
        tree.value = reader.read(node, (), ())
        if reader.excess:
            tree.value = None
            return _add_syntax_finding(tree, source, reader.excess_at, path, f"{what} {reader.excess}")
    return tree


def _add_syntax_finding(tree: YamlTree, source: Source, at: int, path: str, message: str) -> YamlTree:
    line = source.line_place(source.line_of(at))
    place = source.place(min(at, line.end), line.end)
    tree.findings.append(Finding(path, place, message, "SOP002", Severity.ERROR))
    tree.broken = True
    return tree


def _plain_error(error: yaml.MarkedYAMLError, text: str) -> str:
    reason = error.problem or "it cannot be read"
    if "nesting depth" in reason:
        return "it is nested too deeply; flatten it"
    if "mapping values are not allowed" in reason:
        return "a colon followed by a space inside a value; put the value in quotes"
    if "cannot start any token" in reason and error.problem_mark is not None:
        character = text[error.problem_mark.index : error.problem_mark.index + 1]
        if character == "\t":
            return "a tab; indent with spaces"
        return f"a value cannot begin with `{character}`; put the value in quotes"
    if "could not find expected ':'" in reason:
        return "a line without `key: value`"
    return f"{reason}; see the line above as well"


class _NodeReader:
    """Walks a node tree of bounded size into plain values and places."""

    def __init__(self, tree: YamlTree, path: str, what: str, size: int) -> None:
        self.tree, self.path, self.what = tree, path, what
        self.most = _MAX_REPEATED + size // 2  # a node takes two characters, unless an alias repeats it
        self.count = 0
        self.excess, self.excess_at = "", 0

    def read(self, node: yaml.Node, loc: Loc, above: tuple[int, ...]) -> YamlValue:
        self.count += 1
        if id(node) in above:
            self.excess = "refers to itself through an alias; write the value out"
        elif self.count > self.most or len(above) > _MAX_DEPTH:
            self.excess = "expands without end through aliases or is nested too deeply; write it out"
        if self.excess:
            outer = self.tree.places.get(loc[:1]) or self.tree.places.get(())
            self.excess_at = self.excess_at or (outer.start if outer else 0)
            return None
        self.tree.places.spans[loc] = (node.start_mark.index, node.end_mark.index)
        if isinstance(node, yaml.ScalarNode):
            value: str = node.value
            return None if not node.style and value in _NULLS else value
        above = (*above, id(node))
        if isinstance(node, yaml.SequenceNode):
            return [self.read(item, (*loc, index), above) for index, item in enumerate(node.value)]
        return dict(self.pairs(node, loc, above))

    def pairs(self, node: yaml.Node, loc: Loc, above: tuple[int, ...]) -> Iterator[tuple[str, YamlValue]]:
        seen: set[str] = set()
        twice: list[tuple[str, yaml.Node]] = []
        for key_node, value_node in node.value:
            key = key_node.value
            if not isinstance(key, str):
                self.report(key_node, "SOP002", "has a list or a mapping where a key belongs; write a word")
                continue
            place = (*loc, key)
            if key in seen:
                twice.append((key, key_node))
            seen.add(key)
            self.tree.key_places.spans[place] = (key_node.start_mark.index, key_node.end_mark.index)
            yield key, self.read(value_node, place, above)
        self.doubles(twice, nested=bool(loc))

    def doubles(self, twice: list[tuple[str, yaml.Node]], *, nested: bool) -> None:
        """One finding a key; several in one nested mapping are one mistake: the line that began the second is gone."""
        if nested and len(twice) > 1:
            keys = ", ".join(f"`{key}`" for key, _ in twice)
            reason = f"has the keys {keys} twice; is the line gone that began the second group?"
            self.report(twice[0][1], "SOP003", reason)
            return
        for key, node in twice:
            self.report(node, "SOP003", f"has the key `{key}` twice; keep one of the two lines")

    def report(self, node: yaml.Node, code: str, message: str) -> None:
        place = self.tree.places.of(node.start_mark.index, node.end_mark.index)
        self.tree.findings.append(Finding(self.path, place, f"{self.what} {message}", code))


_PLAIN_SCALAR = re.compile(r"[A-Za-z][\w./-]*(?: [\w./-]+)*|\d{4}-\d\d-\d\d", re.ASCII)
_PLAIN_TITLE = re.compile(r"[A-Za-z](?:[\w ./()&'+@-]*[\w./)])?")
_RESERVED_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})
"""Words that other readers of YAML take for something else than text."""
_INVISIBLE = re.compile(r"[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
"""What YAML reads as the end of a line, or not at all, and JSON leaves as it is."""


def quote_if_needed(value: str) -> str:
    """A value as it stands in YAML: plain where every reader takes it for that text, else in single quotes."""
    if _PLAIN_SCALAR.fullmatch(value) and value.lower() not in _RESERVED_WORDS:
        return value
    return "'" + value.replace("'", "''") + "'"


def rewrite_scalar(source: Source, place: Place, old: str, new: str) -> Fix | None:
    """A suggestion to write `new` where `old` stands; None for a value written in a way that is not plain to see.

    Quotes are kept; an anchor, a tag, an escape or several lines are for a person.
    """
    typed = source.data[place.start : place.end].decode("utf-8", "replace")
    if typed == old:
        text = quote_if_needed(new)
    elif typed in {f'"{old}"', f"'{old}'"} and not set(new) & {'"', "'", "\\"}:
        text = f"{typed[0]}{new}{typed[0]}"
    else:
        return None
    return Fix(f"write `{new}`", (Edit(place.start, place.end, text),), FixClass.SUGGESTION)


def double_quote(text: str) -> str:
    """The text as a double-quoted scalar."""
    return _INVISIBLE.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(text, ensure_ascii=False))


def yaml_scalar(text: str) -> str:
    """The text as a scalar that is read as this text anywhere in YAML: plain where it can be, else quoted."""
    return text if _PLAIN_TITLE.fullmatch(text) and text.lower() not in _RESERVED_WORDS else double_quote(text)


def flow_list(texts: tuple[str, ...]) -> str:
    """Texts as a list on one line."""
    return f"[{', '.join(map(yaml_scalar, texts))}]"
