"""What the history of a library says about the SOPs in its folder, for the life-cycle rules."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sopkit.git.blobs import read_tree
from sopkit.git.repository import blob_id, open_repository
from sopkit.library import CONFIG_NAME
from sopkit.lifecycle.assessment import ClaimsAssessment, RecordsAssessment
from sopkit.lifecycle.authorship import Contribution
from sopkit.lifecycle.history import History, read_history
from sopkit.lifecycle.ledger import Approval, Ledger
from sopkit.lifecycle.ledger_reader import landing_of
from sopkit.lifecycle.revisions import Revision, RevisionHistory
from sopkit.lifecycle.status import SopState, StatusFlag
from sopkit.lifecycle.tracked_sops import TrackedSop, collect_from_history
from sopkit.model.config import Basis, Config
from sopkit.model.sop import Sop


@dataclass(frozen=True, slots=True)
class SopLifecycle:
    """What is known of one SOP of the judged commit; `states` holds every state that applies, with its reason."""

    subject: TrackedSop
    past: RevisionHistory
    ledger: Ledger
    states: Mapping[SopState | StatusFlag, str]
    touched: date | None  # landing of the last commit that changed the file
    contributions: tuple[Contribution, ...]

    @property
    def approval(self) -> Approval | None:
        """The standing approval of the judged text."""
        return self.ledger.approved.get(self.subject.revision) if self.subject.revision else None

    def digest_of(self, approval: Approval) -> str:
        """The digest of the text that was approved."""
        return self.past.revisions[approval.revision - 1].digest


@dataclass(frozen=True)
class LibraryLifecycle:
    """A library's history, read once for all rules and complete: nothing in it starts git later."""

    judged: History
    by_path: Mapping[str, SopLifecycle]
    by_id: Mapping[str, SopLifecycle]

    @property
    def basis(self) -> Basis:
        """What reviews are believed from."""
        return self.judged.config.review.basis

    def of(self, sop: Sop) -> SopLifecycle | None:
        """What is known of a file in the folder: by its path, or by its id where it was moved since."""
        there = self.by_path.get(sop.path)
        if there is not None and there.subject.id in {sop.id, ""}:
            return there
        return self.by_id.get(sop.id) if sop.id else there

    def digest(self, sop: Sop) -> str:
        """The digest of the text in the folder."""
        data = sop.source.data
        known = self.judged.snapshots.get(blob_id(data, self.judged.repository.object_format))
        return (known or self.judged.reader.read(data)).digest

    def same_bytes(self, sop: Sop, lifeline: SopLifecycle) -> bool:
        """Whether the folder holds the very file of the judged commit."""
        oid = blob_id(sop.source.data, self.judged.repository.object_format)
        return oid == lifeline.past.paths[lifeline.subject.path]

    def edited(self, sop: Sop, lifeline: SopLifecycle) -> bool:
        """Whether the folder holds another text than the judged commit."""
        return self.digest(sop) != lifeline.subject.digest


def read_lifecycle(
    root: Path, as_of: date, today: date, environment: Mapping[str, str] = os.environ
) -> LibraryLifecycle | None:
    """The history of the library in a folder up to a day; None where there is none, or none that could tell.

    That is outside of git, before the library is committed, and where the configuration gives history nothing to
    know SOPs or claims by. Raises SopkitError where an answer would rest on missing history.
    """
    repository = open_repository(root)
    if repository is None or repository.head is None or CONFIG_NAME not in read_tree(repository, repository.head):
        return None
    judged = read_history(repository, as_of, today, environment=environment)
    if not _has_basis(judged.config):
        return None
    subjects = collect_from_history(judged)
    lifelines = [_make_sop_lifecycle(judged, subject, as_of) for subject in subjects]
    if judged.config.review.basis is Basis.RECORDS:
        _ = judged.organisation  # read now: processes that share the linting start no git
    judged.cache.save()
    by_id: dict[str, SopLifecycle] = {}
    for lifeline in lifelines:
        by_id.setdefault(lifeline.subject.id, lifeline)
    return LibraryLifecycle(judged, {lifeline.subject.path: lifeline for lifeline in lifelines}, by_id)


def _has_basis(config: Config) -> bool:
    claims = config.front_matter.claims
    if config.review.basis is Basis.CLAIMS:
        return bool(claims.get("reviewed") or claims.get("next"))
    return config.review.basis is Basis.GIT or config.library.identity == "id"


def _make_sop_lifecycle(judged: History, subject: TrackedSop, as_of: date) -> SopLifecycle:
    config = judged.config
    by_records = config.review.basis is Basis.RECORDS
    judgement = (RecordsAssessment if by_records else ClaimsAssessment)(subject, config, as_of)
    past = judged.pasts.by_key[(subject.id, "") if subject.id else ("", subject.path)]
    states: dict[SopState | StatusFlag, str] = dict(judgement.states())
    touching = [*(one.commit for one in past.revisions[-1:]), *(event.commit for event in past.events[-1:])]
    revision = past.revisions[subject.revision - 1] if subject.revision else None
    return SopLifecycle(
        subject=subject,
        past=past,
        ledger=subject.ledger or Ledger(),
        states=states,
        touched=judged.landings[max(touching)].day if touching else None,
        contributions=_read_contributions(judged, past, revision),
    )


def _read_contributions(judged: History, past: RevisionHistory, revision: Revision | None) -> tuple[Contribution, ...]:
    if revision is None:
        return ()
    place = landing_of(past, revision)
    return judged.authorship.of_texts([place])[place]
