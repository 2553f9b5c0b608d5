"""The commands by which anybody with a clone of the repository checks what the audit view says."""

import shlex
from collections.abc import Iterator, Sequence
from datetime import timedelta
from urllib.parse import quote

from sopkit.handbook.audit.document import ApprovalRow, CommandRow
from sopkit.handbook.ground import Ground
from sopkit.lifecycle.history import History
from sopkit.lifecycle.verify_report import SignatureStatus
from sopkit.model.registers import Person

_SHORT = 12
ALLOWED = "allowed-signers"
"""The name of the file that says whose each key is, as git and ssh-keygen read it."""


def commands(ground: Ground, approvals: Sequence[ApprovalRow]) -> Iterator[CommandRow]:
    """The commands for the history, for one of the approvals, and for the handbook as a whole."""
    judged = ground.standings.judged
    if judged is None:
        return
    say = ground.words
    yield CommandRow(say("audit.check_history"), tuple(_history(ground)))
    if approvals:
        row = approvals[0]
        yield CommandRow(
            say("audit.check_approval", id=row.id, version=row.version), tuple(_approval(row, ground, judged))
        )
    if not ground.edition.edited:
        yield CommandRow(say("audit.check_site"), tuple(_site(ground, judged)))


def allowed_signers(ground: Ground) -> str:
    """The keys of the people in the register, one on a line with the key of the person and the days that it holds."""
    lines = []
    for person in ground.library.registers["people"].rows:
        for key in person.signing_keys if isinstance(person, Person) else ():
            days = [f'valid-after="{key.since:%Y%m%d}"'] if key.since else []
            days += [f'valid-before="{key.until + timedelta(days=1):%Y%m%d}"'] if key.until else []
            lines.append(
                " ".join((quote(person.key, safe=""), *([",".join(days)] if days else []), *key.key.split()[:2]))
            )
    return "".join(f"{line}\n" for line in lines)


def _history(ground: Ground) -> Iterator[str]:
    edition = ground.edition
    if edition.name:
        yield _line("git", "rev-parse", f"{edition.name}^{{commit}}")
    yield _line("git", "log", "-1", "--format=fuller", edition.commit)
    yield _line("sopkit", "verify", "--anchor", edition.commit, "--as-of", str(edition.as_of))


def _approval(row: ApprovalRow, ground: Ground, judged: History) -> Iterator[str]:
    prefix = judged.repository.prefix
    for entry in row.entries:
        yield _line("git", "show", f"{entry.commit}:{prefix}{entry.entry}")
        yield _line("git", "log", "-1", "--format=fuller", entry.commit)
        if entry.commit_signature is not SignatureStatus.NONE:
            yield _line("git", "-c", f"gpg.ssh.allowedSignersFile={ALLOWED}", "verify-commit", entry.commit)
    yield _line("git", "cat-file", "blob", row.blob)
    yield _line("git", "log", "-1", "--format=fuller", row.text_commit, "--", f":(top,literal){prefix}{row.path}")
    yield _line("sopkit", "history", row.id, "--as-of", str(ground.edition.as_of))


def _site(ground: Ground, judged: History) -> Iterator[str]:
    edition, prefix = ground.edition, judged.repository.prefix
    options = ["--as-of", str(edition.as_of), "--classification", edition.classification]
    options += ["--with-drafts"] if edition.drafts else []
    options += ["--base-url", ground.asked.base_url] if ground.asked.base_url else []
    beside = f"{'../' * prefix.count('/')}../handbook-{edition.commit[:_SHORT]}"
    if edition.name:
        yield _line("sopkit", "build", "--edition", edition.name, *options, "-o", beside)
        return
    clone = f"{beside}-clone"
    yield _line("git", "worktree", "add", "--detach", clone, edition.commit)
    yield _line("sopkit", "build", "-C", f"{clone}/{prefix}".rstrip("/"), *options, "-o", beside)


def _line(*words: str) -> str:
    return shlex.join(words)
