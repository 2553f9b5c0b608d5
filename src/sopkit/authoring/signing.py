"""With which key an entry is signed: the one that is named, else the one with which git signs commits."""

from pathlib import Path

from sopkit.authoring.desk import Desk
from sopkit.git.signature import git_signing_key, git_signs_commits, same_key
from sopkit.model.errors import SopkitError


def key_for(desk: Desk, by: str, key: str, *, sign: bool | None) -> tuple[str, str]:
    """The key with which `by` signs, or nothing when the entry stays unsigned, and a note for the user or nothing.

    `sign` is None when the user did not say: then as git signs commits, where the register knows that key.
    """
    if key:
        return key, ""
    if sign is False:
        return "", ""
    own = git_signing_key(desk.repository)
    if sign:
        if own is None:
            raise SopkitError(
                "git is not set to sign with an ssh key, so it is not known with which",
                "name it: --key FILE; or run: git config gpg.format ssh; git config user.signingkey FILE",
            )
        return own, ""
    if own is None or by not in desk.keys or not git_signs_commits(desk.repository):
        return "", ""
    if _registered(desk, by, own):
        return own, ""
    return "", (
        "not signed: registers/people.yaml, as it is committed, does not name the key with which git signs;"
        " add its public half to `signing_keys`"
    )


def _registered(desk: Desk, by: str, key: str) -> bool:
    """Whether the register says today that the key is that person's."""
    text = key
    for name in (key, f"{key}.pub"):
        try:
            read = Path(name).expanduser().read_text("utf-8", "replace")
        except (OSError, ValueError):
            continue
        if "PRIVATE KEY" not in read:
            text = read
            break
    text = text.strip().removeprefix("key::")
    keys = desk.judged.organisation.people[by].signing_keys
    return any(row.holds(desk.today) and same_key(text, row.key) for row in keys)
