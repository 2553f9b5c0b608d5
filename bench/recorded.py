"""A generated library whose ledger says of every text that it was approved, and of every SOP that it was reviewed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from bench.libraries import CACHE, CONFIG, frame, git, made
from bench.sops import id_of, path_of, sop
from bench.words import ROLES, SUBJECTS, WRITERS
from sopkit.lifecycle.snapshot import SnapshotReader
from sopkit.parsing.config import read_config
from sopkit.parsing.digest import CANONICALISER

_FIRST = 1_577_869_200  # 2020-01-01T09:00Z
_LAST = 1_793_523_600  # 2026-11-01T09:00Z
_HOUR = 3_600
_PERSON = {role: person for role, _, person in ROLES}
_MERGED = 4
"""One change in so many lands by a merge, its approval on the branch; the others and theirs come on the main line."""

Files = dict[str, str]


@dataclass(frozen=True)
class Size:
    """How many SOPs, how many texts of each, and how many SOPs one commit changes."""

    sops: int
    revisions: int
    together: int = 1

    def __str__(self) -> str:
        return f"{self.sops:,} SOPs with {self.revisions} texts each"


def recorded(size: Size, cache: Path = CACHE) -> Path:
    """The folder of a repository of that size."""

    def write(folder: Path) -> None:
        git(folder, "init", "-q", "-b", "main")
        git(folder, "fast-import", "--quiet", lines=_Past(size).stream())
        git(folder, "reset", "-q", "--hard")
        git(folder, "branch", "-q", "-D", "topic")
        git(folder, "-c", "gc.auto=0", "gc", "-q")

    return made(cache / f"recorded-{size.sops}-{size.revisions}-{size.together}-{CANONICALISER}", write)


class _Past:
    """The commands of git fast-import for a past in which each change is approved an hour after it was written."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self.reader = SnapshotReader(read_config(CONFIG.encode(), "sopkit.toml"))
        self.mark = 0

    def stream(self) -> Iterator[bytes]:
        yield self._commit("ann", "Start the library", frame(), _FIRST - 24 * _HOUR)
        groups = [group for at in range(len(SUBJECTS)) for group in self._groups(at)]
        turns = [(turn, group) for turn in range(1, self.size.revisions + 1) for group in groups]
        for at, (turn, group) in enumerate(turns):
            yield from self._change(at, turn, group, _FIRST + (_LAST - _FIRST) * at // len(turns))

    def _groups(self, subject: int) -> list[list[int]]:
        """The numbers of the SOPs of one subject, which the same people own and approve, as they are changed."""
        numbers = list(range(subject, self.size.sops, len(SUBJECTS)))
        return [numbers[at : at + self.size.together] for at in range(0, len(numbers), self.size.together)]

    def _change(self, at: int, turn: int, group: list[int], when: int) -> Iterator[bytes]:
        texts = {number: _text(number, turn) for number in group}
        files = {path_of(number): text for number, text in texts.items()}
        owner = SUBJECTS[group[0] % len(SUBJECTS)].owner
        approver = _PERSON["cto" if owner == "ciso" else "ciso"]
        digests = {number: self.reader.read(text.encode()).digest for number, text in texts.items()}
        entries = _entries("approval", approver, digests, when + _HOUR)
        main, writer = self.mark, WRITERS[at % len(WRITERS)]
        if at % _MERGED:
            yield self._commit(writer, "Change", files, when)
            yield self._commit(approver, "Approve", entries, when + _HOUR)
        else:
            yield self._commit(writer, "Change", files, when, branch="topic", parent=main)
            yield self._commit(approver, "Approve", entries, when + _HOUR, branch="topic")
            yield self._commit("ann", "Merge branch 'topic'", files | entries, when + _HOUR, main, self.mark)
        if turn == self.size.revisions:
            reviewer = _PERSON[owner]
            review = _entries("review", reviewer, digests, when + 2 * _HOUR)
            yield self._commit(reviewer, "Review", review, when + 2 * _HOUR)

    def _commit(
        self,
        person: str,
        message: str,
        files: Files,
        when: int,
        parent: int | None = None,
        merged: int | None = None,
        branch: str = "main",
    ) -> bytes:
        self.mark += 1
        stamp = f"{person.title()} <{person.lower()}@acme.example> {when} +0000"
        lines = [f"commit refs/heads/{branch}", f"mark :{self.mark}", f"author {stamp}", f"committer {stamp}"]
        lines += [f"data {len(message.encode())}", message]
        lines += [f"from :{parent}"] if parent else []
        lines += [f"merge :{merged}"] if merged else []
        for path, text in files.items():
            lines += [f"M 100644 inline {path}", f"data {len(text.encode())}", text]
        return "\n".join([*lines, "", ""]).encode()


def _text(number: int, turn: int) -> str:
    """The text of an SOP in its turn; most of it stays, as with texts that people edit."""
    text = sop(number)
    head, mark, rest = text.partition("Without this procedure ")
    _, _, rest = rest.partition("\n")
    head = head.replace('version: "', f'version: "{turn}.', 1)
    return f"{head}{mark}the work of round {turn} has to be done again.\n{rest}"


def _entries(kind: str, person: str, digests: dict[int, str], when: int) -> Files:
    day = datetime.fromtimestamp(when, UTC).date()
    found = {}
    for number, digest in digests.items():
        text = (
            f"schema: sopkit/entry/1\nkind: {kind}\nid: {id_of(number)}\ndigest: {digest}\nby: {person}\n"
            f"date: {day}\nnote: Read with the people who do the work; nothing is open.\n"
        )
        name = f"{day}-{kind}-{person}-{sha256(text.encode()).hexdigest()[:8]}.yaml"
        found[f"ledger/sops/{id_of(number)}/{name}"] = text
    return found
