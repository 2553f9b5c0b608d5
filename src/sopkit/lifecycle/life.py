"""What the history of a library says of the SOPs in its folder: the rules of the life cycle judge by it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sopkit.git.repository import blob_id, open_repository
from sopkit.git.tree import tree
from sopkit.library import CONFIG_NAME
from sopkit.lifecycle.due import is_soon
from sopkit.lifecycle.judged import Judged, judge
from sopkit.lifecycle.ledger.authorship import Contribution
from sopkit.lifecycle.ledger.ledger import Approval, Ledger
from sopkit.lifecycle.ledger.ledgers import place_of
from sopkit.lifecycle.staleness.assess_claims import ClaimsJudgement
from sopkit.lifecycle.staleness.assess_records import RecordsJudgement
from sopkit.lifecycle.staleness.states import Mark, State
from sopkit.lifecycle.staleness.subject import Subject
from sopkit.lifecycle.staleness.subjects import from_history
from sopkit.lifecycle.staleness.terms import terms_of
from sopkit.lifecycle.texts.revisions import Past, Revision
from sopkit.model.config import Basis, Config
from sopkit.model.sop import Sop


@dataclass(frozen=True, slots=True)
class Lifeline:
    """What is known of one SOP of the judged commit; `states` holds every state that applies, with its reason."""

    subject: Subject
    past: Past
    ledger: Ledger
    states: Mapping[State | Mark, str]
    first_due: date | None  # without a review: the last day in time for the first one
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
class Life:
    """A library's history, read once for all rules and complete: nothing in it starts git later."""

    judged: Judged
    by_path: Mapping[str, Lifeline]
    by_id: Mapping[str, Lifeline]

    @property
    def basis(self) -> Basis:
        """What reviews are believed from."""
        return self.judged.config.review.basis

    def of(self, sop: Sop) -> Lifeline | None:
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

    def same_bytes(self, sop: Sop, lifeline: Lifeline) -> bool:
        """Whether the folder holds the very file of the judged commit."""
        oid = blob_id(sop.source.data, self.judged.repository.object_format)
        return oid == lifeline.past.paths[lifeline.subject.path]

    def edited(self, sop: Sop, lifeline: Lifeline) -> bool:
        """Whether the folder holds another text than the judged commit."""
        return self.digest(sop) != lifeline.subject.digest


def read_life(root: Path, as_of: date, today: date, environment: Mapping[str, str] = os.environ) -> Life | None:
    """The history of the library in a folder up to a day; None where there is none, or none that could tell.

    That is outside of git, before the library is committed, and where the configuration gives history nothing to
    know SOPs or claims by. Raises SopkitError where an answer would rest on missing history.
    """
    repository = open_repository(root)
    if repository is None or repository.head is None or CONFIG_NAME not in tree(repository, repository.head):
        return None
    judged = judge(repository, as_of, today, environment=environment)
    if not _can_tell(judged.config):
        return None
    subjects = from_history(judged)
    lifelines = [_lifeline(judged, subject, as_of) for subject in subjects]
    if judged.config.review.basis is Basis.RECORDS:
        _ = judged.organisation  # read now: processes that share the linting start no git
    judged.cache.save()
    by_id: dict[str, Lifeline] = {}
    for lifeline in lifelines:
        by_id.setdefault(lifeline.subject.id, lifeline)
    return Life(judged, {lifeline.subject.path: lifeline for lifeline in lifelines}, by_id)


def _can_tell(config: Config) -> bool:
    claims = config.front_matter.claims
    if config.review.basis is Basis.CLAIMS:
        return bool(claims.get("reviewed") or claims.get("next"))
    return config.review.basis is Basis.GIT or config.library.identity == "id"


def _lifeline(judged: Judged, subject: Subject, as_of: date) -> Lifeline:
    config = judged.config
    by_records = config.review.basis is Basis.RECORDS
    judgement = (RecordsJudgement if by_records else ClaimsJudgement)(subject, config, as_of)
    past = judged.pasts.by_key[(subject.id, "") if subject.id else ("", subject.path)]
    states: dict[State | Mark, str] = dict(judgement.states())
    since = subject.active_since
    unreviewed = State.NEVER_REVIEWED in states and since is not None
    first_due = terms_of(subject.snapshot, config).due(since) if unreviewed and since else None
    if first_due and first_due >= as_of and is_soon(first_due, as_of, config.review.due_soon):
        states[State.DUE_SOON] = f"the first review is due on {first_due}"
    touching = [*(one.commit for one in past.revisions[-1:]), *(event.commit for event in past.events[-1:])]
    revision = past.revisions[subject.revision - 1] if subject.revision else None
    return Lifeline(
        subject=subject,
        past=past,
        ledger=subject.ledger or Ledger(),
        states=states,
        first_due=first_due,
        touched=judged.landings[max(touching)].day if touching else None,
        contributions=_contributions(judged, past, revision),
    )


def _contributions(judged: Judged, past: Past, revision: Revision | None) -> tuple[Contribution, ...]:
    if revision is None:
        return ()
    place = place_of(past, revision)
    return judged.authorship.of_texts([place])[place]
