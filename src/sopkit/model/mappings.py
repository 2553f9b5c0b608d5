"""The schema of a mapping: which controls of one framework correspond to controls of another."""

from collections import defaultdict
from functools import cached_property
from typing import Literal

from pydantic import ConfigDict, Field

from sopkit.model.frameworks import FrameworkPart, sort_key


class MappingRow(FrameworkPart):
    """What one control corresponds to."""

    model_config = ConfigDict(populate_by_name=True)

    source: str = Field(alias="from", description="Control of the source framework.")
    to: tuple[str, ...] = Field(description="Controls of the target framework.")
    partial: tuple[str, ...] = Field((), description="Those of `to` that the publisher calls partial.")


class SingleSourceRow(FrameworkPart):
    """A correspondence that only one source states."""

    model_config = ConfigDict(populate_by_name=True)

    source: str = Field(alias="from", description="Control of the source framework.")
    to: str = Field(description="Control of the target framework.")
    stated_by: str = Field(description="Who states it.")


class Mapping(FrameworkPart):
    """Which controls of one framework correspond to which of another; only `rows` are confirmed."""

    id: str = Field(description="Name of the mapping and of its file.")
    title: str = Field(min_length=1, description="Title.")
    source_framework: str = Field(description="Framework of the left side.")
    target_framework: str = Field(description="Framework of the right side.")
    clause_framework: str | None = Field(None, description="Framework of the left side of `clause_rows`.")
    relation: Literal["successor", "predecessor", "related"] = Field(description="What the right side is to the left.")
    source: str = Field(min_length=1, description="The publication that states it.")
    sources: tuple[str, ...] = Field((), description="Where it was read.")
    licence_note: str = Field("", description="What was taken over, and under which right.")
    notes: tuple[str, ...] = Field((), description="What a reader must know.")
    rows: tuple[MappingRow, ...] = Field(description="Confirmed correspondences.")
    reverse_rows: tuple[MappingRow, ...] = Field((), description="The same as published the other way round.")
    new_in_target: tuple[str, ...] = Field((), description="Target controls that nothing led to.")
    one_source_rows: tuple[SingleSourceRow, ...] = Field((), description="Unconfirmed correspondences.")
    clause_rows: tuple[MappingRow, ...] = Field((), description="Unconfirmed correspondences of clauses.")

    @cached_property
    def by_source(self) -> dict[str, MappingRow]:
        """The confirmed correspondences by source id; several rows of one id are one."""
        found: dict[str, MappingRow] = {}
        for row in self.rows:
            if (first := found.get(row.source)) is not None:
                to, partial = (*first.to, *row.to), (*first.partial, *row.partial)
                row = MappingRow(source=row.source, to=tuple(dict.fromkeys(to)), partial=tuple(dict.fromkeys(partial)))  # noqa: PLW2901
            found[row.source] = row
        return found

    def targets(self, control_id: str) -> tuple[str, ...]:
        """What a control corresponds to; empty when nothing is confirmed."""
        row = self.by_source.get(control_id)
        return row.to if row else ()

    def inverted(self) -> "Mapping":
        """The same confirmed rows read from target to source, in the order of the ids."""
        back: defaultdict[str, list[str]] = defaultdict(list)
        partial: defaultdict[str, list[str]] = defaultdict(list)
        for row in self.rows:
            for target in row.to:
                back[target].append(row.source)
                if target in row.partial:
                    partial[target].append(row.source)
        relations: dict[str, Literal["successor", "predecessor"]] = {
            "successor": "predecessor",
            "predecessor": "successor",
        }
        return Mapping(
            id=self.id,
            title=self.title,
            source_framework=self.target_framework,
            target_framework=self.source_framework,
            relation=relations.get(self.relation, "related"),
            source=self.source,
            sources=self.sources,
            licence_note=self.licence_note,
            notes=self.notes,
            rows=tuple(
                MappingRow(source=target, to=tuple(back[target]), partial=tuple(partial[target]))
                for target in sorted(back, key=sort_key)
            ),
        )
