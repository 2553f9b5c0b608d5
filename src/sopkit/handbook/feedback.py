"""The links by which a reader says what is wrong with a text, or mends it: filled in from the configuration."""

from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from sopkit.handbook.ground import Ground
    from sopkit.model.sop import Sop

_SCHEMES = ("https://", "http://", "mailto:")


def feedback_link(ground: "Ground", sop: "Sop") -> str:
    """Where a reader reports on a text, with its id, version and commit filled in; empty where nothing is set.

    `[handbook] feedback` is an e-mail address or a web address. Where it says `{id}`, `{version}`, `{commit}` or
    `{title}` they are put there; else they are its subject or title.
    """
    where = ground.library.config.handbook.feedback.strip()
    if "@" in where and ":" not in where:
        where = f"mailto:{where}"
    if not where.startswith(_SCHEMES):
        return ""
    known = {
        "id": sop.id,
        "title": sop.title,
        "version": sop.text("version"),
        "commit": ground.edition.commit[:12],
    }
    filled = _filled(where, known)
    if filled != where:
        return filled
    about = f"{sop.id} {known['version']}: ".replace(" :", ":")
    body = f"{sop.id} {known['title']}\n{known['version']} · {known['commit']}"
    key = "subject" if where.startswith("mailto:") else "title"
    return f"{where}{'&' if '?' in where else '?'}{key}={quote(about, safe='')}&body={quote(body, safe='')}"


def edit_link(ground: "Ground", sop: "Sop") -> str:
    """Where the file of a text is edited, from the pattern `[handbook] edit` with `{path}`; empty where none is set."""
    pattern = ground.library.config.handbook.edit.strip()
    if not pattern.startswith(_SCHEMES[:2]) or "{path}" not in pattern:
        return ""
    return pattern.replace("{path}", quote(sop.path, safe="/"))


def _filled(pattern: str, known: dict[str, str]) -> str:
    for name, value in known.items():
        pattern = pattern.replace(f"{{{name}}}", quote(value, safe=""))
    return pattern
