"""What a text asks of those who approve it: roles, criticality, label."""

from sopkit.lifecycle.ledger.organisation import Organisation
from sopkit.lifecycle.texts.snapshot import Snapshot
from sopkit.model.config import Area, Config, Criticality

_PATCH_PARTS = 3


def required_roles(snapshot: Snapshot, organisation: Organisation, config: Config) -> tuple[str, ...]:
    """The roles that a text asks to approve, by id: its own, else those of its area."""
    typed = tuple(name for name in snapshot.approvers.split("\n") if name)
    areas = (organisation.config or config).all_areas
    names = typed or areas.get(snapshot.area, Area()).approvers
    return tuple(dict.fromkeys(role_id(name, organisation) for name in names))


def criticality_of(snapshot: Snapshot) -> Criticality:
    """The criticality of a text; none, and one that nobody knows, is medium."""
    known = snapshot.criticality in list(Criticality)
    return Criticality(snapshot.criticality) if known else Criticality.MEDIUM


def role_id(name: str, organisation: Organisation) -> str:
    """The id of the role that a text or an entry names; the name itself when the register does not know it."""
    row = organisation.role(name) if name else None
    return row.id if row else name


def is_patch(before: str, after: str) -> bool:
    """Whether a label raises only the third part of another; `1.2` is `1.2.0`."""
    old, new = ([*text.split("."), "0"][:_PATCH_PARTS] for text in (before, after))
    if len(old) != _PATCH_PARTS or len(new) != _PATCH_PARTS or not all(part.isdecimal() for part in (*old, *new)):
        return False
    return old[:2] == new[:2] and int(old[2]) < int(new[2])
