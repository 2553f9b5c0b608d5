"""Judged ledgers kept between runs: what an entry is worth follows from its commit, so it is worked out once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sopkit.lifecycle.ledger.ledger import Approval, Ledger, Reason, Verdict
from sopkit.model.entries import Level

if TYPE_CHECKING:
    from sopkit.lifecycle.ledger.ledger_files import LedgerFile, Tampering
    from sopkit.lifecycle.ledger.ledgers import Line
    from sopkit.lifecycle.texts.revisions import Past

JUDGING = 3
"""Raised by one whenever the same entries may come to another ledger than before."""


@dataclass(frozen=True)
class Case:
    """What one ledger is made of: its files as they landed, what was done to them later, and the texts."""

    files: Sequence["LedgerFile"]
    altered: Sequence["Tampering"]
    past: "Past | None"


class KeptLedgers:
    """The ledgers that are known, by a hash of all that they follow from."""

    def __init__(self, line: "Line", organisation: Sequence[str]) -> None:
        """`organisation` names the files that say who is who in the judged commit."""
        self._line = line
        rests_on = (JUDGING, line.repository.prefix, line.config.model_dump_json(), tuple(organisation))
        self._common = sha256(repr(rests_on).encode("utf-8", "surrogateescape")).hexdigest()
        self._names: dict[str, str] = {}

    def get(self, sop_id: str, case: Case) -> Ledger | None:
        """The ledger of an id as it was judged before, or None when it was not."""
        name = self._names[sop_id] = self._name(case)
        kept = self._line.cache.ledger(name)
        return None if kept is None else self._unpacked(kept, case)

    def keep(self, cases: Mapping[str, Case], judged: Mapping[str, Ledger]) -> None:
        """Remember ledgers that were asked for and have been judged since."""
        fresh = {self._names[sop_id]: _packed(ledger, cases[sop_id]) for sop_id, ledger in judged.items()}
        self._line.cache.keep_ledgers(fresh, self._names.values())

    def _name(self, case: Case) -> str:
        """A commit id stands for its whole past: who was who, who wrote what, and the files beside an entry."""
        commits, landings, snapshots = self._line.commits, self._line.landings, self._line.snapshots
        told: list[object] = [self._common]
        for file in case.files:
            commit, landing, entry = commits[file.commit], landings[file.commit], file.reading.entry
            told += (file.path, file.blob, file.commit, commit.oid)
            told += (commit.author_name, commit.author_email)  # of a rehearsal they are not those of the object
            told += (landing.day.toordinal(), landing.time, *map(str, landing.flags))
            told.append(entry is not None and entry.blob in snapshots)
        told += [(one.path, commits[one.commit].oid, one.what, one.removed) for one in case.altered]
        for revision in case.past.revisions if case.past else ():
            told += (revision.number, revision.digest, revision.commit, commits[revision.commit].oid)
            told += (revision.path, revision.before, revision.blob)
        return sha256(repr(told).encode("utf-8", "surrogateescape")).hexdigest()

    def _unpacked(self, kept: Sequence[Any], case: Case) -> Ledger:
        verdicts_kept, corrected, approved, ended, tampered, required = kept
        landings = self._line.landings
        verdicts = []
        for file, (reason, detail, level, revision, roles, late) in zip(case.files, verdicts_kept, strict=True):
            landing = landings[file.commit]
            why = Reason(reason) if reason else None
            verdicts.append(
                Verdict(file, landing.day, landing.time, why, detail, Level(level), revision, tuple(roles), late)
            )

        def approval(row: Sequence[Any]) -> Approval:
            number, commit, label, at = row
            return Approval(number, commit, landings[commit].day, label, tuple(verdicts[place] for place in at))

        return Ledger(
            verdicts=verdicts,
            corrected=set(corrected),
            approved={row[0]: approval(row) for row in approved},
            ended=[(approval(row), verdicts[at]) for row, at in ended],
            tampered=[case.altered[at] for at in tampered],
            required=tuple(required),
        )


def _packed(ledger: Ledger, case: Case) -> list[object]:
    places = {verdict.file.path: at for at, verdict in enumerate(ledger.verdicts)}

    def row(approval: Approval) -> list[object]:
        at = [places[verdict.file.path] for verdict in approval.verdicts]
        return [approval.revision, approval.commit, approval.label, at]

    return [
        [(one.reason, one.detail, one.level, one.revision, one.roles, one.late) for one in ledger.verdicts],
        sorted(ledger.corrected),
        [row(approval) for approval in ledger.approved.values()],
        [(row(approval), places[verdict.file.path]) for approval, verdict in ledger.ended],
        [at for at, one in enumerate(case.altered) if one in ledger.tampered],
        ledger.required,
    ]
