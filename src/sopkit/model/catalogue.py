"""All frameworks and mappings of a library, each read when it is first asked for."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from sopkit.model.errors import SopkitError
from sopkit.model.frameworks import Framework, FrameworkHead
from sopkit.model.nearest import nearest

if TYPE_CHECKING:  # most commands ask for no mapping and should not pay for its models
    from sopkit.model.mappings import Mapping


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Frameworks and mappings by id. The readers, made by `sopkit.frameworks`, remember."""

    ids: tuple[str, ...]
    read_head: Callable[[str], FrameworkHead]
    read_framework: Callable[[str], Framework]
    read_mapping: "Callable[[str], Mapping]"
    read_ends: Callable[[], dict[tuple[str, str], str]]
    _inverted: "dict[str, Mapping]" = field(default_factory=dict, repr=False)

    def framework(self, framework_id: str) -> Framework | None:
        """The framework of that id, or None. SopkitError when its file is broken."""
        return self.read_framework(framework_id) if framework_id in self.ids else None

    def get(self, framework_id: str) -> Framework:
        """The framework of an id that is in `ids`. KeyError when it is not."""
        if framework_id not in self.ids:
            raise KeyError(framework_id)
        return self.read_framework(framework_id)

    def asked(self, framework_id: str) -> Framework:
        """The framework of an id that somebody typed. SopkitError with the nearest id when there is none."""
        if framework_id not in self.ids:
            near = nearest(framework_id.lower(), self.ids, 1, 0.3)
            advice = f"did you mean `{near[0]}`?" if near else f"known: {', '.join(self.ids)}"
            raise SopkitError(f"no framework `{framework_id}`", advice)
        return self.read_framework(framework_id)

    def mapping(self, source: str, target: str) -> "Mapping | None":
        """The mapping from one framework to another, turned round when it was written the other way."""
        if found := self.ends.get((source, target)):
            return self.read_mapping(found)
        if found := self.ends.get((target, source)):
            if found not in self._inverted:
                self._inverted[found] = self.read_mapping(found).inverted()
            return self._inverted[found]
        return None

    def neighbours(self, framework_id: str) -> tuple[str, ...]:
        """The frameworks that a mapping connects with this one."""
        return tuple(
            dict.fromkeys(
                target if source == framework_id else source
                for source, target in self.ends
                if framework_id in (source, target)
            )
        )

    @cached_property
    def ends(self) -> dict[tuple[str, str], str]:
        """The mappings by source and target framework."""
        return self.read_ends()

    @cached_property
    def heads(self) -> dict[str, FrameworkHead]:
        """What each framework says about itself."""
        return {framework_id: self.read_head(framework_id) for framework_id in self.ids}

    @cached_property
    def predecessors(self) -> dict[str, tuple[str, ...]]:
        """The withdrawn frameworks by the one that superseded them."""
        found: dict[str, tuple[str, ...]] = {}
        for head in self.heads.values():
            if head.superseded_by:
                found[head.superseded_by] = (*found.get(head.superseded_by, ()), head.id)
        return found
