"""The links by which a reader says what is wrong with a text, or mends it: filled in from the configuration."""

from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from sopkit.handbook.ground import Ground
    from sopkit.model.sop import Sop


def feedback_link(ground: "Ground", sop: "Sop") -> str:
    """Where a reader reports on a text, with its id, version and commit filled in; empty where nothing is set.

    What `[handbook] feedback` names as `{id}`, `{version}`, `{title}` and `{commit}` is put there; where it names none
    of them, they are the subject or title of the report.
    """
    where = ground.library.config.handbook.feedback
    known = {
        "id": sop.id,
        "title": sop.title,
        "version": sop.text("version"),
        "commit": ground.edition.commit[:12],
    }
    filled = _filled(where, known)
    if filled != where or not where:
        return filled
    about = f"{sop.id} {known['version']}: ".replace(" :", ":")
    body = f"{sop.id} {known['title']}\n{known['version']} · {known['commit']}"
    key = "subject" if where.startswith("mailto:") else "title"
    return f"{where}{'&' if '?' in where else '?'}{key}={quote(about, safe='')}&body={quote(body, safe='')}"


def edit_link(ground: "Ground", sop: "Sop") -> str:
    """Where the file of a text is edited, from the pattern `[handbook] edit` with `{path}`; empty where none is set."""
    return ground.library.config.handbook.edit.replace("{path}", quote(sop.path, safe="/"))


def _filled(pattern: str, known: dict[str, str]) -> str:
    for name, value in known.items():
        pattern = pattern.replace(f"{{{name}}}", quote(value, safe=""))
    return pattern
