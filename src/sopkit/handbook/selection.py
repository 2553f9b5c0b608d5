"""Build options, and which SOPs a build publishes, each with which text, and why others are excluded."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from sopkit.git.repository import blob_id
from sopkit.lifecycle.ledger import Approval
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.lifecycle.snapshot import Snapshot
from sopkit.model.clearance import is_visible_to, is_within_clearance
from sopkit.model.errors import SopkitError
from sopkit.model.sop import Sop
from sopkit.model.sop_document import Classification

_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?")


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """What the user wants of a build.

    `classification` is the most secret that is shown; `base_url` where the site will stand, empty where it may stand
    anywhere; `edition` a name for the edition; with `drafts` texts are shown that were never approved, marked as such.
    """

    classification: Classification = Classification.INTERNAL
    base_url: str = ""
    edition: str = ""
    drafts: bool = False

    def __post_init__(self) -> None:
        if self.base_url and not _ADDRESS.fullmatch(self.base_url):
            raise SopkitError(
                f"{self.base_url!r} is no address at which a site can stand",
                "write all of it, in --base-url or in [handbook] url: https://handbook.example.com/path/",
            )

    @property
    def top(self) -> str:
        """The path of the site on its host, which ends with `/`."""
        return f"{unquote(urlsplit(self.base_url).path).rstrip('/')}/"


class Authority(StrEnum):
    """What stands behind the text that is shown."""

    APPROVED = "approved"
    UNKEPT = "unkept"
    """The library keeps no record of approvals, so its owner's word is all there is."""
    NONE = "none"
    """Nobody approved it: it is shown because drafts were asked for."""


class ExclusionReason(StrEnum):
    """Why an SOP is left out, as it is told on the terminal."""

    ABOVE = "more secret"
    UNAPPROVED = "not approved"
    NOT_YET = "not in force yet"
    NAMELESS = "without an id"
    UNREADABLE = "that cannot be read"


@dataclass(frozen=True, slots=True)
class TextChoice:
    """An SOP that is shown: `file` is that of the library, `text` the one that is shown, `approval` that of `text`.

    The text of the file may be newer: `awaits` says that it is not approved, `later` is its approval for a later day.
    """

    file: Sop
    text: Sop
    authority: Authority
    newer: Sop | None = None
    awaits: bool = False
    approval: Approval | None = None
    later: Approval | None = None

    @property
    def is_valid(self) -> bool:
        """Whether readers may follow the text: it is approved, or its owner says so where no approvals are kept."""
        if self.authority is Authority.UNKEPT:
            return self.file.status not in {"draft", "trial"}
        return self.authority is Authority.APPROVED


@dataclass(frozen=True, slots=True)
class BuildSelection:
    """What is shown, and for the builder alone: the paths of what is left out by reason, and warnings."""

    chosen: tuple[TextChoice, ...] = ()
    left_out: tuple[tuple[ExclusionReason, str], ...] = ()
    warnings: tuple[str, ...] = ()


def select_texts(status: LibraryStatus, options: BuildOptions) -> BuildSelection:
    """Choose the SOPs of a build."""
    chosen: list[TextChoice] = []
    left_out: list[tuple[ExclusionReason, str]] = []
    warnings: list[str] = []
    done: set[str] = set()
    for sop in status.library.in_order:
        if not sop.id:
            left_out.append((ExclusionReason.NAMELESS if sop.readable else ExclusionReason.UNREADABLE, sop.path))
        if not sop.id or sop.id in done:
            continue
        done.add(sop.id)
        files = status.library.by_id[sop.id]
        found = _choose_text(files, status, options)
        if isinstance(found, ExclusionReason):
            left_out += [(found, file.path) for file in files]
            continue
        chosen.append(found)
        if len(files) > 1:
            what = "its approved text" if found.authority is Authority.APPROVED else found.file.path
            paths = " and ".join(file.path for file in files)
            warnings.append(f"{paths} have the id {sop.id}; shown is {what}; give one of them another id")
    return BuildSelection(tuple(chosen), tuple(left_out), tuple(warnings))


def is_publishable(sop: Sop, status: LibraryStatus, options: BuildOptions) -> bool:
    """Whether a text may be shown. Of a build for those who may see everything, nothing is kept back."""
    if options.classification is Classification.RESTRICTED:
        return True
    if snapshot_of(sop, status) is not None:
        return is_blob_publishable(_blob_of(sop, status), status, options)
    return is_visible_to(sop, options.classification, status.library.config)


def snapshot_of(sop: Sop, status: LibraryStatus) -> Snapshot | None:
    """What was read of a text that was committed, so that its front matter need not be read again."""
    return status.judged.snapshots.get(_blob_of(sop, status)) if status.judged else None


def _blob_of(sop: Sop, status: LibraryStatus) -> str:
    return blob_id(sop.source.data, status.judged.repository.object_format) if status.judged else ""


def is_blob_publishable(blob: str, status: LibraryStatus, options: BuildOptions) -> bool:
    """The same of a text of the past, by its id in git; of one that was never read, no."""
    if options.classification is Classification.RESTRICTED:
        return True
    snapshot = status.judged.snapshots.get(blob) if status.judged else None
    if snapshot is None or not snapshot.clearance:
        return False
    return is_within_clearance(Classification(snapshot.clearance), options.classification)


def _choose_text(files: Sequence[Sop], status: LibraryStatus, options: BuildOptions) -> TextChoice | ExclusionReason:
    """The text of an id; where several files have it, all must be such as may be shown: nobody knows which is meant."""
    found = [_text_candidate(sop, status) for sop in files]
    texts = [text for one in found for text in (one.file, one.text)]
    past = status.judged.pasts.by_key.get((files[0].id, "")) if status.judged else None
    committed = all(is_blob_publishable(blob, status, options) for blob in past.paths.values()) if past else True
    if not committed or not all(is_publishable(text, status, options) for text in texts):
        return ExclusionReason.ABOVE
    best = min(found, key=lambda one: (not one.is_valid, one.awaits, one.file.path))
    if not best.is_valid and not options.drafts:
        approved = any(status.of(one.file).ledger.approved for one in found)
        return ExclusionReason.NOT_YET if approved else ExclusionReason.UNAPPROVED
    return replace(best, newer=best.file if options.drafts and best.text is not best.file else None)


def _text_candidate(sop: Sop, status: LibraryStatus) -> TextChoice:
    """The text to follow, else that of the file; what stands behind it; whether a newer one is approved."""
    if not status.keeps_approvals:
        return TextChoice(sop, sop, Authority.UNKEPT)
    text, later = status.text_in_force(sop), _later_approval(sop, status)
    if text is None:
        return TextChoice(sop, sop, Authority.NONE, later=later)
    approval, awaits = status.approval_in_force(sop), text is not sop and later is None
    return TextChoice(sop, text, Authority.APPROVED, awaits=awaits, approval=approval, later=later)


def _later_approval(sop: Sop, status: LibraryStatus) -> Approval | None:
    """The approval of the very text of a file, when that text comes into force after the day that is judged."""
    found = status.of(sop)
    approval = found.approval if not found.edited else None
    return approval if approval is not None and approval.starts > status.as_of else None


def describe_exclusions(choice: BuildSelection) -> Iterator[str]:
    """How many SOPs are left out for each reason: `2 not approved`."""
    reasons = [why for why, _ in choice.left_out]
    yield from (f"{reasons.count(why)} {why}" for why in ExclusionReason if why in reasons)
