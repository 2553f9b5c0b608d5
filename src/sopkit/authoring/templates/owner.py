"""The owner that somebody named: a role of the register, of the starter rows, or a new one."""

import re
from itertools import count

from sopkit.authoring.templates.starter import StarterRow, Starters, starter_rows
from sopkit.model.errors import SopkitError
from sopkit.model.similarity import nearest
from sopkit.parsing.anchors import make_slug
from sopkit.parsing.register import Register
from sopkit.parsing.yaml import yaml_scalar


def owner_role(name: str, roles: Register, starters: Starters) -> tuple[str, StarterRow | None]:
    """The id of the role that somebody named as owner, and a row for it when nobody knows it.

    Both are empty for no name. Raises SopkitError for words in which no name is.
    """
    words = " ".join(name.split())
    if not words:
        return "", None
    if there := roles.by_name.get(words.casefold()):
        return there.key, None
    if starter := starters.role(words):
        return starter.id, None
    key = make_slug(words)
    if not key:
        raise SopkitError(f"{name!r} is no name of a role", "name the role that answers for the SOP")
    if (known := {*roles.keys, *starters.rows["roles"]}) & {key}:
        if re.sub(r"[\s_-]+", "-", words.casefold()) == key:
            return key, None
        key = next(numbered for at in count(2) if (numbered := f"{key}-{at}") not in known)  # "C++ lead" and "C# lead"
    title = words if words != key else words.replace("-", " ").capitalize()
    lines = f"- id: {yaml_scalar(key)}\n  title: {yaml_scalar(title)}\n  holders: []  # [decide: who holds this role]\n"
    return key, starter_rows("roles", "--owner", lines.encode())[0]


def new_role_note(made: StarterRow, roles: Register, starters: Starters) -> str:
    """What to tell of a role that nobody knew."""
    near = nearest(made.id, {*roles.keys, *starters.rows["roles"]} - {made.id}, 1, 0.6)
    return f"the role {made.id} is new" + (f"; did you mean {near[0]}?" if near else "")


def with_role(starters: Starters, row: StarterRow | None) -> Starters:
    """The starter rows with one more role, if there is one."""
    if row is None:
        return starters
    return Starters({**starters.rows, "roles": {**starters.rows["roles"], row.id: row}})
