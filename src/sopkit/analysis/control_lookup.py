"""Look up controls: their texts and mappings, the SOPs that claim them, and the applicability decision."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sopkit.analysis.applicability import decision_by_control
from sopkit.frameworks.loader import load_catalogue
from sopkit.library import Library, find_root, load
from sopkit.model.catalogue import Catalogue
from sopkit.model.control_ids import MatchKind, parse_control
from sopkit.model.control_views import (
    ClaimedBy,
    ControlMapping,
    ControlView,
    Decided,
    describe_control,
    explain_match,
    map_control,
)
from sopkit.model.errors import SopkitError

_ANY_DATE = date(2000, 1, 1)  # nothing that is looked up here depends on the day


@dataclass(frozen=True, slots=True)
class ControlDetails:
    """A control with the SOPs that claim it or its successors, and what the statement of applicability says of it."""

    view: ControlView
    sops: tuple[ClaimedBy, ...]
    decided: Decided | None


@dataclass(frozen=True)
class ControlFinder:
    """The frameworks at hand, and the library when there is one."""

    catalogue: Catalogue
    library: Library | None

    @classmethod
    def at(cls, folder: Path | None, here: Path) -> "ControlFinder":
        """For the library in a folder, else the one around `here`, else without any."""
        try:
            library = load(folder or find_root(here), _ANY_DATE)
        except SopkitError:
            if folder is not None:
                raise
            return cls(load_catalogue(), None)
        return cls(library.catalogue, library)

    @property
    def default(self) -> str | None:
        """The library's first framework."""
        return (self.library.first_framework if self.library else "") or None

    def frameworks(self) -> list[tuple[str, ...]]:
        """Id, edition, status, number of controls and title of each framework."""
        found: list[tuple[str, ...]] = []
        for one in map(self.catalogue.get, self.catalogue.ids):
            status = f"withdrawn, see {one.superseded_by}" if one.superseded_by else one.status
            found.append((one.id, one.edition, status, str(len(one.controls)), one.title))
        return found

    def controls(self, framework_id: str, group: str | None) -> list[tuple[str, ...]]:
        """Id, title, group and a note for each control. Raises SopkitError for an unknown framework or group."""
        framework = self.catalogue.require(framework_id)
        if group is not None and group not in framework.groups_by_id:
            raise SopkitError(f"{framework_id} has no group {group}", f"groups: {', '.join(framework.groups_by_id)}")
        controls = framework.within(group) if group is not None else framework.controls
        return [
            (one.id, one.title, one.group, "withdrawn" if one.withdrawn else ("new" if one.new else ""))
            for one in controls
        ]

    def show(self, written: str, framework: str | None) -> list[ControlDetails]:
        """Each control that a written id means. Raises SopkitError when none is meant."""
        if framework is not None:
            self.catalogue.require(framework)
        match = parse_control(written, self.catalogue, framework or self.default)
        if match.kind is MatchKind.UNKNOWN and match.choices and framework is None:
            match = parse_control(written, self.catalogue)  # the library's own edition first: a look-up is no claim
        if match.kind in {MatchKind.AMBIGUOUS, MatchKind.UNKNOWN, MatchKind.GROUP} or match.framework is None:
            message, advice = explain_match(match)
            if match.kind is MatchKind.AMBIGUOUS:
                advice += f": {' or '.join(f'--framework {name}' for name, _ in match.choices)}"
            raise SopkitError(message, advice)
        return [self._details(match.framework, control) for control in match.ids]

    def map(self, written: str, to: str, framework: str | None) -> tuple[ControlMapping, ...]:
        """What a written id corresponds to in another framework."""
        return map_control(self.catalogue, written, to, framework)

    def _details(self, framework: str, control: str) -> ControlDetails:
        view = describe_control(self.catalogue, framework, control)
        library = self.library
        if library is None:
            return ControlDetails(view, (), None)
        decision = decision_by_control(library).get((framework, control))
        decided = None
        if decision is not None:
            row = decision.row
            owner = library.role_title(row.owner)
            decided = Decided(row.applicable, row.procedure, row.reason, row.drivers, owner, row.note)
        meant = ((framework, control), *self.catalogue.successors(framework, control))
        sops = tuple(
            ClaimedBy(
                sop.id,
                sop.text("title"),
                sop.status,
                claim.strength,
                sop.path,
                library.role_title(sop.text("owner")),
                claimed,
            )
            for sop in library.sops
            for claim in library.claims(sop)
            for name, claimed in meant
            if claim.framework == name and claimed in claim.ids
        )
        return ControlDetails(view, sops, decided)
