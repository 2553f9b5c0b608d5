"""The SOPs that an assistant may see, each with its approved text if it has one."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from sopkit.git.blobs import read_blobs
from sopkit.git.repository import open_repository
from sopkit.library import Library, load
from sopkit.lifecycle.history import History, read_history
from sopkit.lifecycle.stale import report_stale
from sopkit.lifecycle.status import StaleRow
from sopkit.lifecycle.text_lookup import approval_in_force, blob_of_approval, describe_approval
from sopkit.model.clearance import is_visible_to
from sopkit.model.errors import SopkitError
from sopkit.model.similarity import nearest
from sopkit.model.sop import Sop
from sopkit.model.sop_document import Classification
from sopkit.parsing.digest import digest

NO_HISTORY = "Approval unknown: the library has no history in git that tells it."


@dataclass(frozen=True, eq=False)
class AssistantSop:
    """One SOP: `sop` is its approved text where `approved`, else that of the folder; `folder` is always the latter."""

    sop: Sop
    folder: Sop
    approved: bool


@dataclass(frozen=True, eq=False)
class AssistantLibrary:
    """A library as far as it may be shown, judged on its day; `now` is the day on which that is done."""

    library: Library
    now: date
    clearance: Classification

    @cached_property
    def _judged(self) -> History | None:
        try:
            repository = open_repository(self.library.root)
            if repository is None or repository.head is None:
                return None
            judged = read_history(repository, self.library.as_of, self.now)
        except SopkitError:
            return None
        judged.cache.save()
        return judged

    @cached_property
    def books(self) -> dict[str, AssistantSop]:
        """The SOPs that may be shown, by id; one whose id another has as well is not among them."""
        alone = [found[0] for found in self.library.by_id.values() if len(found) == 1]
        visible = [sop for sop in alone if self._may_show(sop)]
        approved = self._approved(visible)
        books = {}
        for sop in visible:
            text = approved.get(sop.id)
            if text is not None and not self._may_show(text):
                continue
            books[sop.id] = AssistantSop(text or sop, sop, text is not None)
        return books

    def book(self, name: str) -> AssistantSop:
        """The SOP of an id. Raises SopkitError that names the nearest one that may be shown."""
        found = self.books.get(name) or self.books.get(name.strip().upper())
        if found is None:
            near = nearest(name.upper(), list(self.books), 1, 0.5)
            raise SopkitError(f"no SOP {name}", f"did you mean {near[0]}?" if near else "search for it by its words")
        return found

    @cached_property
    def rows(self) -> dict[str, StaleRow]:
        """The rows of `sopkit stale` about SOPs that may be shown, by id."""
        try:
            report = report_stale(self.library.root, self.library.as_of, self.now)
        except SopkitError:
            return {}
        return {row.id: row for row in report.rows if row.id in self.books}

    def state(self, sop_id: str) -> str:
        """The state of an SOP's review, or that it is not known."""
        row = self.rows.get(sop_id)
        return row.state.value if row is not None else "unknown"

    def _may_show(self, sop: Sop) -> bool:
        return is_visible_to(sop, self.clearance, self.library.config)

    def _approved(self, sops: list[Sop]) -> dict[str, Sop]:
        """The approved texts that are in force, by id."""
        judged = self._judged
        if judged is None:
            return {}
        blobs = {}
        for sop in sops:
            past = judged.pasts.by_key.get((sop.id, ""))
            approval = approval_in_force(judged, past, self.library.as_of) if past is not None else None
            if past is not None and approval is not None:
                blobs[sop.id] = blob_of_approval(judged, past, approval)
        data = dict(read_blobs(judged.repository, blobs.values()))
        by_id = {sop.id: sop for sop in sops}
        texts = {}
        for sop_id, blob in blobs.items():
            folder, approved = by_id[sop_id], data[blob] or b""
            texts[sop_id] = folder if approved == folder.source.data else self.library.read(folder.path, approved)
        return texts

    def approval(self, sop: Sop) -> str:
        """What the ledger says of a text, in one sentence."""
        if self._judged is None:
            return NO_HISTORY
        return describe_approval(self._judged, (sop.id, ""), digest(sop, self._judged.config))


def open_assistant_library(root: Path, as_of: date, now: date, clearance: Classification) -> AssistantLibrary:
    """The shelf of the library in a folder, as it is at this moment. Raises SopkitError as `load` does."""
    return AssistantLibrary(load(root, as_of), now, clearance)
