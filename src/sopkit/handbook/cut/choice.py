"""Which SOPs a build shows, each with which text, and why it leaves the others out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sopkit.git.repository import blob_id
from sopkit.handbook.asked import Asked
from sopkit.handbook.page import sop_path
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.lifecycle.snapshot import Snapshot
from sopkit.model.clearance import is_visible_to, is_within_clearance
from sopkit.model.errors import SopkitError
from sopkit.model.sop import Sop
from sopkit.model.sop_document import Classification


class Authority(StrEnum):
    """What stands behind the text that is shown."""

    APPROVED = "approved"
    UNKEPT = "unkept"
    """The library keeps no record of approvals, so its owner's word is all there is."""
    NONE = "none"
    """Nobody approved it: it is shown because drafts were asked for."""


class Why(StrEnum):
    """Why an SOP is left out, as it is told on the terminal."""

    ABOVE = "more secret"
    UNAPPROVED = "not approved"
    NAMELESS = "without an id"
    UNREADABLE = "that cannot be read"


@dataclass(frozen=True, slots=True)
class Chosen:
    """An SOP that is shown: `file` is that of the library, `text` the one that is shown."""

    file: Sop
    text: Sop
    authority: Authority
    newer: Sop | None = None
    awaits: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """What is shown, and for the builder alone: the paths of what is left out by reason, and warnings."""

    chosen: tuple[Chosen, ...] = ()
    left_out: tuple[tuple[Why, str], ...] = ()
    warnings: tuple[str, ...] = ()


def choose(standings: LibraryStatus, asked: Asked) -> Choice:
    """Choose the SOPs of a build. Raises SopkitError when the pages of two would be one file."""
    chosen: list[Chosen] = []
    left_out: list[tuple[Why, str]] = []
    warnings: list[str] = []
    done: set[str] = set()
    for sop in standings.library.in_order:
        if not sop.id:
            left_out.append((Why.NAMELESS if sop.readable else Why.UNREADABLE, sop.path))
        if not sop.id or sop.id in done:
            continue
        done.add(sop.id)
        files = standings.library.by_id[sop.id]
        found = _of_id(files, standings, asked)
        if isinstance(found, Why):
            left_out += [(found, file.path) for file in files]
            continue
        chosen.append(found)
        if len(files) > 1:
            what = "its approved text" if found.authority is Authority.APPROVED else found.file.path
            paths = " and ".join(file.path for file in files)
            warnings.append(f"{paths} have the id {sop.id}; shown is {what}; give one of them another id")
    _refuse_one_page(chosen)
    return Choice(tuple(chosen), tuple(left_out), tuple(warnings))


def may_see(sop: Sop, standings: LibraryStatus, asked: Asked) -> bool:
    """Whether a text may be shown. Of a build for those who may see everything, nothing is kept back."""
    if asked.classification is Classification.RESTRICTED:
        return True
    if snapshot_of(sop, standings) is not None:
        return may_see_blob(_blob(sop, standings), standings, asked)
    return is_visible_to(sop, asked.classification, standings.library.config)


def snapshot_of(sop: Sop, standings: LibraryStatus) -> Snapshot | None:
    """What was read of a text that was committed, so that its front matter need not be read again."""
    return standings.judged.snapshots.get(_blob(sop, standings)) if standings.judged else None


def _blob(sop: Sop, standings: LibraryStatus) -> str:
    return blob_id(sop.source.data, standings.judged.repository.object_format) if standings.judged else ""


def may_see_blob(blob: str, standings: LibraryStatus, asked: Asked) -> bool:
    """The same of a text of the past, by its id in git; of one that was never read, no."""
    if asked.classification is Classification.RESTRICTED:
        return True
    snapshot = standings.judged.snapshots.get(blob) if standings.judged else None
    if snapshot is None or not snapshot.clearance:
        return False
    return is_within_clearance(Classification(snapshot.clearance), asked.classification)


def _of_id(files: Sequence[Sop], standings: LibraryStatus, asked: Asked) -> Chosen | Why:
    """The text of an id; where several files have it, all must be such as may be shown: nobody knows which is meant."""
    found = sorted((_text(sop, standings) for sop in files), key=_weight)
    texts = [text for one in found for text in (one.file, one.text) if text is not None]
    past = standings.judged.pasts.by_key.get((files[0].id, "")) if standings.judged else None
    committed = all(may_see_blob(blob, standings, asked) for blob in past.paths.values()) if past else True
    if not committed or not all(may_see(text, standings, asked) for text in texts):
        return Why.ABOVE
    best = found[0]
    if best.text is None and not asked.drafts:
        return Why.UNAPPROVED
    newer = best.file if asked.drafts and best.awaits else None
    return Chosen(best.file, best.text or best.file, best.authority, newer, best.awaits)


@dataclass(frozen=True, slots=True)
class _Text:
    file: Sop
    text: Sop | None
    authority: Authority
    awaits: bool = False


def _weight(one: _Text) -> tuple[bool, bool, str]:
    return one.text is None, one.awaits, one.file.path


def _text(sop: Sop, standings: LibraryStatus) -> _Text:
    """The text to follow, if there is one; what stands behind it; whether a newer one awaits approval."""
    if not standings.keeps_approvals:
        return _Text(sop, None if sop.status in {"draft", "trial"} else sop, Authority.UNKEPT)
    standing, row = standings.of(sop), standings.rows.get(sop.path)
    if not standing.in_force or row is None:
        return _Text(sop, None, Authority.NONE)
    if row.revision == standing.in_force and not standing.edited:
        return _Text(sop, sop, Authority.APPROVED)
    data = standings.approved_bytes(sop)
    if data is None:
        return _Text(sop, None, Authority.NONE)
    return _Text(sop, standings.library.read(sop.path, data), Authority.APPROVED, awaits=True)


def _refuse_one_page(chosen: Sequence[Chosen]) -> None:
    """Raise SopkitError when the pages of two SOPs would be one file where case does not count."""
    seen: dict[str, Chosen] = {}
    for one in chosen:
        other = seen.setdefault(sop_path(one.text.id).casefold(), one)
        if other is not one:
            raise SopkitError(
                f"the ids {other.text.id} of {other.file.path} and {one.text.id} of {one.file.path} differ only by "
                "case, and their pages would be one file on many disks",
                "give one of them another id",
            )


def left_out_in_words(choice: Choice) -> Iterator[str]:
    """How many SOPs are left out for each reason: `2 not approved`."""
    reasons = [why for why, _ in choice.left_out]
    yield from (f"{reasons.count(why)} {why}" for why in Why if why in reasons)
