"""An SOP as read from its file, valid or not: front matter with places, body and findings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from sopkit.model.body import Body
from sopkit.model.finding import Finding, Fix, Severity
from sopkit.model.similarity import nearest
from sopkit.model.sop_document import SopDocument
from sopkit.model.source import Loc, Place, Places, Source


@dataclass(frozen=True, eq=False)
class FrontMatter:
    """The front matter with places. `values` has defaults and aliases applied; `typed` is as written."""

    start: int = 0
    end: int = 0
    present: bool = False
    readable: bool = True
    typed: dict[str, object] = field(default_factory=dict)
    values: dict[str, object] = field(default_factory=dict)
    places: Places = field(default_factory=Places)
    key_places: Places = field(default_factory=Places)
    spelled: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class FrontMatterReading:
    """Front matter, where the body begins (byte offset), and what was found on the way.

    `body_known` is False where nothing tells where the body begins, or the file cannot be read at all.
    """

    front: FrontMatter
    body_start: int
    findings: tuple[Finding, ...] = ()
    body_known: bool = True


ValidationResult = tuple[SopDocument | None, tuple[Finding, ...]]


@dataclass(frozen=True, eq=False)
class Sop:
    """One file of the library. What is costly to know is worked out when first asked for.

    `known_id` is the id where a glance at the text tells it, so that a library of thousands is not parsed to find one.
    """

    path: str
    source: Source
    read: Callable[["Sop"], FrontMatterReading]
    parse_body: Callable[["Sop"], Body]
    validate: Callable[["Sop"], ValidationResult]
    known_id: str | None = None

    @cached_property
    def _read(self) -> FrontMatterReading:
        return self.read(self)

    @property
    def front(self) -> FrontMatter:
        """The front matter."""
        return self._read.front

    @property
    def body_start(self) -> int:
        """Byte offset at which the Markdown begins."""
        return self._read.body_start

    @property
    def reading(self) -> tuple[Finding, ...]:
        """What was found before the schema and the rules looked."""
        return self._read.findings

    @property
    def readable(self) -> bool:
        """Whether there is a body to judge."""
        return self._read.body_known

    @cached_property
    def body(self) -> Body:
        """The Markdown, parsed."""
        return self.parse_body(self)

    @cached_property
    def anchors(self) -> frozenset[str]:
        """Names in the body by which it can be linked to; once asked for, they outlive the body."""
        return self.body.anchors

    def forget_body(self) -> None:
        """Free the parsed Markdown and the words, the bulk of an SOP in memory; both are made again when asked for."""
        self.__dict__.pop("body", None)
        self.source.forget_words()

    @cached_property
    def _validated(self) -> ValidationResult:
        return self.validate(self)

    @property
    def document(self) -> SopDocument | None:
        """The valid document, or None when something in it is invalid."""
        return self._validated[0]

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What reading and the schema found."""
        return (*self.reading, *self.body.findings, *self._validated[1]) if self.readable else self.reading

    @property
    def id(self) -> str:
        """The id as typed, or the path where that is the identity; empty when there is none."""
        return self.known_id if self.known_id is not None else self.text("id")

    @property
    def name(self) -> str:
        """What people call the SOP: its id, or its path where it has none."""
        return self.id or self.path

    @property
    def title(self) -> str:
        """The title as typed, else the first heading, for which the body is parsed."""
        heading = None if self.text("title") or not self.readable else self.body.title
        return heading.text if heading else self.text("title")

    @property
    def classification(self) -> str:
        """Who may read it, as typed; `internal` where nothing is said."""
        return self.text("classification") or "internal"

    def text(self, key: str) -> str:
        """A front-matter value that is text, else the empty string."""
        value = self._read.front.values.get(key)
        return value if isinstance(value, str) else ""

    def texts(self, key: str) -> tuple[tuple[str, Loc], ...]:
        """The texts of a front-matter list (or of a single text), each with its place's key."""
        value = self.front.values.get(key)
        if isinstance(value, str):
            return ((value, (key,)),)
        if isinstance(value, list):
            return tuple((item, (key, index)) for index, item in enumerate(value) if isinstance(item, str))
        return ()

    def mappings(self, key: str) -> tuple[tuple[Mapping[str, object], Loc], ...]:
        """The mappings of a front-matter list (or a single mapping), each with its place's key."""
        value = self.front.values.get(key)
        if isinstance(value, dict):
            return ((value, (key,)),)
        rows = value if isinstance(value, list) else ()
        return tuple((row, (key, index)) for index, row in enumerate(rows) if isinstance(row, dict))

    @cached_property
    def status(self) -> str:
        """The status as typed."""
        return self.text("status")

    @cached_property
    def active(self) -> bool:
        """Whether the SOP says that it is in force."""
        return self.status == "active"

    @property
    def in_force(self) -> bool:
        """Whether a fix must be asked for by name: the SOP is active, or its status is a slip for that."""
        return self.active or bool(nearest(self.status.strip().lower(), ("active",)))

    def flawed(self, key: str) -> bool:
        """Whether something inside the value of a front-matter key was found wrong already."""
        outer = self.front.places.get((self.front.spelled.get(key, key),))
        return outer is not None and any(
            outer.start <= finding.place.start <= outer.end for finding in (*self.reading, *self._validated[1])
        )

    def place(self, where: "Place | Loc | str | tuple[int, int]") -> Place:
        """A place: as given, of a front-matter key, or of byte offsets."""
        if isinstance(where, Place):
            return where
        if isinstance(where, str):
            where = (where,)
        if len(where) == 2 and isinstance(where[0], int) and isinstance(where[1], int):  # noqa: PLR2004 - a pair
            return self.source.place(where[0], where[1])
        for size in range(len(where), 0, -1):
            loc = (self.front.spelled.get(str(where[0]), where[0]), *where[1:size])
            if (found := self.front.places.get(loc)) is not None:
                return found
        return self.source.line_place(1)

    def finding(
        self,
        where: "Place | Loc | str | tuple[int, int]",
        message: str,
        *,
        severity: Severity | None = None,
        fix: Fix | None = None,
    ) -> Finding:
        """A finding in this file; the rule's code is added when the rule runs, its severity unless given."""
        weighed = severity is not None
        return Finding(self.path, self.place(where), message, "", severity or Severity.ERROR, weighed=weighed, fix=fix)
