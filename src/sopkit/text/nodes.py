"""YAML with places: plain values as typed, and where every key and value stands."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from sopkit.model.finding import Finding, Severity
from sopkit.model.places import Loc, Places
from sopkit.model.source import Place, Source

Value = str | list["Value"] | dict[str, "Value"] | None

_MOST_REPEATED = 20_000
_MOST_DEPTH = 50
_SEPARATORS = "\u0085\u2028\u2029"
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


class _Untagged(yaml.CBaseLoader):
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

    value: Value = None
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
        node = yaml.compose(text, Loader=_Untagged)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = offsets.of(min(mark.index, len(text))) if mark is not None else start
        said = _plain(error, text)
        if (separator := _separator(source, start, at)) >= 0:
            at, said = separator, "a character that nobody sees ends a line there (U+2028, U+2029 or U+0085); delete it"
        return _broken(tree, source, at, path, f"{what} is not valid YAML: {said}")
    except yaml.reader.ReaderError as error:
        at = offsets.of(min(error.position, len(text)))
        message = f"{what} holds a control character that YAML does not allow; delete it"
        return _broken(tree, source, at, path, message)
    except (RecursionError, ValueError, UnicodeError):
        return _broken(tree, source, start, path, f"{what} is nested too deeply to be read; flatten it")
    if node is not None:
        reader = _Reader(tree, path, what, len(text))
        tree.value = reader.read(node, (), ())
        if reader.excess:
            tree.value = None
            return _broken(tree, source, reader.excess_at, path, f"{what} {reader.excess}")
    return tree


def _broken(tree: YamlTree, source: Source, at: int, path: str, message: str) -> YamlTree:
    line = source.line_place(source.line_of(at))
    place = source.place(min(at, line.end), line.end)
    tree.findings.append(Finding(path, place, message, "SOP002", Severity.ERROR))
    tree.broken = True
    return tree


def _separator(source: Source, start: int, at: int) -> int:
    """The offset of what ends a line for YAML, but for no editor, in the line of an error or the one before; or -1."""
    first = source.line_starts[max(source.line_of(at) - 2, 0)]
    return max(source.data.rfind(mark.encode(), max(first, start), at) for mark in _SEPARATORS)


def _plain(error: yaml.MarkedYAMLError, text: str) -> str:
    said = error.problem or "it cannot be read"
    if "nesting depth" in said:
        return "it is nested too deeply; flatten it"
    if "mapping values are not allowed" in said:
        return "a colon followed by a space inside a value; put the value in quotes"
    if "cannot start any token" in said and error.problem_mark is not None:
        character = text[error.problem_mark.index : error.problem_mark.index + 1]
        if character == "\t":
            return "a tab; indent with spaces"
        return f"a value cannot begin with `{character}`; put the value in quotes"
    if "could not find expected ':'" in said:
        return "a line without `key: value`"
    return f"{said}; see the line above as well"


class _Reader:
    """Walks a node tree of bounded size into plain values and places."""

    def __init__(self, tree: YamlTree, path: str, what: str, size: int) -> None:
        self.tree, self.path, self.what = tree, path, what
        self.most = _MOST_REPEATED + size // 2  # a node takes two characters, unless an alias repeats it
        self.count = 0
        self.excess, self.excess_at = "", 0

    def read(self, node: yaml.Node, loc: Loc, above: tuple[int, ...]) -> Value:
        self.count += 1
        if id(node) in above:
            self.excess = "refers to itself through an alias; write the value out"
        elif self.count > self.most or len(above) > _MOST_DEPTH:
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
        return {key: value for key, value in self.pairs(node, loc, above) if key is not None}

    def pairs(self, node: yaml.Node, loc: Loc, above: tuple[int, ...]) -> Iterator[tuple[str | None, Value]]:
        seen: set[str] = set()
        twice: list[tuple[str, yaml.Node]] = []
        for key_node, value_node in node.value:
            key = key_node.value
            if not isinstance(key, str):
                self.report(key_node, "SOP002", "has a list or a mapping where a key belongs; write a word")
                yield None, None
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
            said = f"has the keys {keys} twice; is the line gone that began the second group?"
            self.report(twice[0][1], "SOP003", said)
            return
        for key, node in twice:
            self.report(node, "SOP003", f"has the key `{key}` twice; keep one of the two lines")

    def report(self, node: yaml.Node, code: str, message: str) -> None:
        place = self.tree.places.of(node.start_mark.index, node.end_mark.index)
        self.tree.findings.append(Finding(self.path, place, f"{self.what} {message}", code))
