"""The schema of a control framework: its groups and controls, and keys of control ids for comparing and sorting."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

IdKey = tuple[str | int, ...]

_PARTS = re.compile(r"[a-z]+|\d+", re.ASCII)
_SPELLING = re.compile(r"[A-Za-z0-9\s.()§-]+", re.ASCII)
_LONG_FORMS = {"article": "art", "articles": "art", "arts": "art"}
_MIN_PADDED_DIGITS = 2


def id_key(text: str) -> IdKey | None:
    """The words and numbers of an id: `AC-02(01)`, `ac-2.1` and `AC-2 (1)` give `("ac", 2, 1)`.

    None when the text has another character than an id can have. A number may be padded to two digits, as
    NIST does; `AC-001` is something else than AC-1.
    """
    if not _SPELLING.fullmatch(text):
        return None
    parts: list[str | int] = []
    for part in _PARTS.findall(text.lower()):
        if part[0].isdigit():
            if part[0] == "0" and len(part) > _MIN_PADDED_DIGITS:
                return None
            parts.append(int(part))
        else:
            parts.append(_LONG_FORMS.get(part, part))
    return tuple(parts) or None


def sort_key(control_id: str) -> tuple[tuple[int, int, str], ...]:
    """Order of ids by their numbers: A.5.9 comes before A.5.10, AC-2 before AC-2(1)."""
    return tuple(
        (0, int(part), "") if part[0].isdigit() else (1, 0, part) for part in _PARTS.findall(control_id.lower())
    )


def _schema_error(message: str, *at: str | int) -> PydanticCustomError:
    # The place goes along, so that the message can name the line of a library's own file.
    return PydanticCustomError("framework", "{message}", {"message": message, "at": at})


class FrameworkPart(BaseModel):
    """A piece of a framework or mapping file."""

    # The models are built when first used: a command that reads no framework does not pay for them.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class ControlGroup(FrameworkPart):
    """A part of a framework: a theme, domain, objective, family, function, category or chapter."""

    id: str = Field(min_length=1, description="Number or letters of the group.")
    title: str = Field(min_length=1, description="Short title.")
    parent: str | None = Field(None, description="The group that this one is a part of.")
    statement: str | None = Field(None, description="Outcome statement, where the publisher allows copying.")


class Control(FrameworkPart):
    """One control, clause, criterion, safeguard or article."""

    id: str = Field(min_length=1, description="Number or letters as the publisher writes them.")
    title: str = Field(min_length=1, description="Short title or outcome statement.")
    group: str = Field(description="The group that it belongs to.")
    parent: str | None = Field(None, description="The control that this one refines.")
    new: bool = Field(default=False, description="Whether no control of the previous edition led to it.")
    title_27002: str | None = Field(None, description="Title in ISO/IEC 27002, where it differs.")
    heading_only: bool = Field(default=False, description="Whether it only holds sub-clauses.")
    coso_principle: int | None = Field(None, description="Number of the COSO principle behind it.")
    kind: Literal["standard", "implementation_specification", "paragraph"] | None = Field(
        None, description="What it is in the HIPAA Security Rule."
    )
    designation: Literal["required", "addressable"] | None = Field(
        None, description="Whether a HIPAA implementation specification is required."
    )
    withdrawn: bool = Field(default=False, description="Whether the publisher withdrew it.")
    withdrawn_note: str | None = Field(None, description="What became of it, when no control took it over.")
    incorporated_into: tuple[str, ...] = Field((), description="Controls that took it over.")
    moved_to: tuple[str, ...] = Field((), description="The controls as which it goes on.")
    added_in: str | None = Field(None, description="Release of the framework that added it.")
    baselines: tuple[Literal["low", "moderate", "high", "privacy"], ...] = Field(
        (), description="NIST baselines that select it."
    )

    @property
    def successors(self) -> tuple[str, ...]:
        """Where a withdrawn control went, in the same framework."""
        return self.incorporated_into + self.moved_to


class FrameworkHead(FrameworkPart):
    """What a framework says about itself before its groups and controls."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]*$", description="Name of the framework and of its file.")
    title: str = Field(min_length=1, description="Title.")
    edition: str = Field(min_length=1, description="Edition; an id means nothing without it.")
    publisher: str = Field(min_length=1, description="Who publishes it.")
    status: Literal["current", "withdrawn"] = Field(description="Whether this edition is in force.")
    superseded_by: str | None = Field(None, description="The framework that a withdrawn one gave way to.")
    cited_as: tuple[str, ...] = Field((), description="Names under which documents cite it.")
    id_words: tuple[str, ...] = Field((), description="Words that stand before its ids only.")
    id_form: str = Field("", description="Regular expression of its ids as running text has them.")
    group_form: str = Field("", description="Regular expression of the ids of its groups.")
    needs_name: bool = Field(default=False, description="Whether an id in running text needs a name beside it.")
    paragraphs: bool = Field(default=False, description="Whether `(1)(b)` after an id is a part of it.")
    lower_in_oscal: bool = Field(
        default=False, description="Whether the publisher's own OSCAL catalog writes its ids in lower case."
    )
    licence_note: str = Field(min_length=1, description="What was taken over, and under which right.")
    sources: tuple[str, ...] = Field((), description="Where the facts were read.")

    @model_validator(mode="after")
    def _forms_compile(self) -> Self:
        for key, form in (("id_form", self.id_form), ("group_form", self.group_form)):
            try:
                captures = re.compile(f"(?:{form})").groups
            except re.error as error:
                raise _schema_error(f"not a regular expression: {error.msg}", key) from error
            if captures:
                raise _schema_error("has a group that captures; write (?:…)", key)
            if form and re.fullmatch(form, ""):
                raise _schema_error("matches no text at all, and so would be found everywhere", key)
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """Everything it is called: its id, its title and the names under which it is cited."""
        return (self.id, self.title, *self.cited_as)


class Framework(FrameworkHead):
    """A control framework with all its groups and controls."""

    groups: tuple[ControlGroup, ...] = Field(description="Groups, a parent before its parts.")
    controls: tuple[Control, ...] = Field(description="Controls in the publisher's order.")

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        from sopkit.model.backtracking import compile_pattern  # not for the heads of the shipped frameworks

        for key, form in (("id_form", self.id_form), ("group_form", self.group_form)):
            try:
                compile_pattern(form)
            except ValueError as error:
                raise _schema_error(str(error), key) from error
        for end in find_inconsistencies(self.id_form, tuple(enumerate(self.groups)), tuple(enumerate(self.controls))):
            if end.kind is not InconsistencyKind.CIRCLE:  # odd, but whoever reads on knows how to stop
                raise _schema_error(end.message, *end.at)
        return self

    @cached_property
    def by_id(self) -> dict[str, Control]:
        """The controls by canonical id."""
        return {control.id: control for control in self.controls}

    @cached_property
    def groups_by_id(self) -> dict[str, ControlGroup]:
        """The groups by canonical id."""
        return {group.id: group for group in self.groups}

    @cached_property
    def by_key(self) -> dict[IdKey, Control]:
        """The controls by the words and numbers of their ids."""
        return {key: control for control in self.controls if (key := id_key(control.id))}

    @cached_property
    def groups_by_key(self) -> dict[IdKey, ControlGroup]:
        """The groups by the words and numbers of their ids."""
        return {key: group for group in self.groups if (key := id_key(group.id))}

    @cached_property
    def lead(self) -> str | None:
        """The word that every id begins with and that people leave out: `a` in Annex A, `art` in the GDPR."""
        first = {key[0] for key in self.by_key}
        word = first.pop() if len(first) == 1 else None
        return word if isinstance(word, str) else None

    def within(self, group: str) -> tuple[Control, ...]:
        """The controls of a group and of the groups in it."""
        inside = {group}
        for entry in self.groups:  # a parent comes before its parts
            if entry.parent in inside:
                inside.add(entry.id)
        return tuple(control for control in self.controls if control.group in inside)


class InconsistencyKind(StrEnum):
    """In what way something in a framework does not hang together."""

    TWICE = "twice"
    FORM = "form"
    NOWHERE = "nowhere"
    CIRCLE = "circle"


@dataclass(frozen=True, slots=True)
class Inconsistency:
    """Something that does not hang together; `at` leads to it by keys and indices."""

    kind: InconsistencyKind
    message: str
    at: tuple[str | int, ...]


def find_inconsistencies(
    id_form: str, groups: Sequence[tuple[int, ControlGroup]], controls: Sequence[tuple[int, Control]]
) -> Iterator[Inconsistency]:
    """What does not hang together among groups and controls, each with its index: the lists may have gaps."""
    seen: set[str] = set()
    for index, group in groups:
        if group.id in seen:
            yield Inconsistency(InconsistencyKind.TWICE, f"{group.id} is there twice", ("groups", index, "id"))
        if group.parent is not None and group.parent not in seen:
            message = f"{group.parent} is no group before {group.id}"
            yield Inconsistency(InconsistencyKind.NOWHERE, message, ("groups", index, "parent"))
        seen.add(group.id)
    yield from _control_inconsistencies(re.compile(id_form or ".*", re.DOTALL), frozenset(seen), controls)


def _control_inconsistencies(
    form: re.Pattern[str], groups: frozenset[str], controls: Sequence[tuple[int, Control]]
) -> Iterator[Inconsistency]:
    known = {control.id: control for _, control in controls}
    seen = set(groups)
    for index, control in controls:
        at = ("controls", index)
        if control.id in seen:
            yield Inconsistency(InconsistencyKind.TWICE, f"{control.id} is there twice", (*at, "id"))
        if not form.fullmatch(control.id):
            yield Inconsistency(InconsistencyKind.FORM, f"{control.id} does not have the form of id_form", (*at, "id"))
        if control.group not in groups:
            yield Inconsistency(InconsistencyKind.NOWHERE, f"{control.group} is no group", (*at, "group"))
        if control.parent is not None and control.parent not in known:
            yield Inconsistency(InconsistencyKind.NOWHERE, f"{control.parent} is no control", (*at, "parent"))
        elif _is_own_ancestor(control, known):
            yield Inconsistency(InconsistencyKind.CIRCLE, f"{control.id} is part of itself", (*at, "parent"))
        for key in ("incorporated_into", "moved_to"):
            if unknown := [other for other in getattr(control, key) if other not in known]:
                yield Inconsistency(InconsistencyKind.NOWHERE, f"{unknown[0]} is no control", (*at, key))
        seen.add(control.id)


def _is_own_ancestor(control: Control, known: Mapping[str, Control]) -> bool:
    above, passed = control.parent, set[str]()
    while above is not None and above in known and above not in passed:
        if above == control.id:
            return True
        passed.add(above)
        above = known[above].parent
    return False
