"""The first-parent commits of a library in one pass of git log, and when each landed."""

import os
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo
from typing import IO

from sopkit.git.repository import Repository
from sopkit.git.run import PLAIN_DIFF, checked_output, git_error, output, stream, text_output
from sopkit.model.commits import Commit, CommitFlag, CommitLog, FileChange, Landing
from sopkit.model.errors import SopkitError

BACKDATED_DAYS = 30
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_DAY_SECONDS = 86_400


def date_of(time: int, zone: tzinfo) -> date:
    """The day of a moment (seconds since 1970) in a zone; outside the calendar its first or last day."""
    try:
        return datetime.fromtimestamp(time, zone).date()
    except (OverflowError, ValueError, OSError):
        return date.max if time > 0 else date.min


def compute_landings(commits: Sequence[Commit], zone: tzinfo, today: date) -> tuple[Landing, ...]:
    """When each commit of a first-parent line, oldest first, landed.

    The longest run of commits dated no later than today whose committer days never fall landed at its
    committer dates; every other commit lands with the one before it, or with the first of the run.
    Raises SopkitError when all commits are dated after today.
    """
    if not commits:
        return ()
    days = [_date_ordinal(commit.committer_time, zone) for commit in commits]
    run = _longest_run(days, today.toordinal())
    if not run:
        raise SopkitError(
            f"every commit is dated after today ({today})",
            "check the clock of this machine and of the one that committed",
        )
    landings, on_time, anchor = [], set(run), run[0]
    for index, commit in enumerate(commits):
        if index in on_time:
            anchor = index
        landed = days[anchor]
        flags = []
        if days[index] < landed:
            flags.append(CommitFlag.CLOCK_REGRESSION)
        elif index not in on_time:
            flags.append(CommitFlag.FUTURE_DATED)
        if landed - _date_ordinal(commit.author_time, zone) > BACKDATED_DAYS:
            flags.append(CommitFlag.AUTHOR_DATE_BACKDATED)
        landings.append(Landing(date.fromordinal(landed), commits[anchor].committer_time, tuple(flags)))
    return tuple(landings)


def _date_ordinal(time: int, zone: tzinfo) -> int:
    if zone is UTC:  # thousands of commits, and this is five times as fast
        return min(max(time // _DAY_SECONDS + _EPOCH_ORDINAL, 1), date.max.toordinal())
    return date_of(time, zone).toordinal()


def _longest_run(days: Sequence[int], last: int) -> list[int]:
    """Indices of the longest run that never falls and ends by `last`; of several, that of the earliest."""
    length = [0] * len(days)  # of the longest run that begins at each commit
    tails: list[int] = []
    for index in range(len(days) - 1, -1, -1):
        if days[index] > last:
            continue
        at = bisect_right(tails, -days[index])
        tails[at : at + 1] = [-days[index]]
        length[index] = at + 1
    run = []
    wanted = len(tails)
    floor = 0
    for index, day in enumerate(days):
        if wanted and length[index] == wanted and day >= floor:
            run.append(index)
            floor = day
            wanted -= 1
    return run


TRAILERS = "%(trailers)"
"""All trailers of a commit, as typed: where git picks some out, `trailer.*.key` of a configuration renames them."""

_CO_AUTHOR = re.compile(r"^co-authored-by[ \t]*:(.*(?:\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE)
_FORMAT = f"%H%n%P%n%an%n%ae%n%ad%n%cn%n%ce%n%cd%n{TRAILERS}"
_LOG = (
    *("log", "--first-parent", "--diff-merges=first-parent", "--raw", "--no-abbrev", *PLAIN_DIFF, "--no-notes"),
    *("--encoding=UTF-8", "--date=raw", f"--format={_FORMAT}"),
)
_CHUNK = 1 << 18
_MODE_REMOVED = "000000"


def read_commit_log(
    repository: Repository,
    wanted: Callable[[str], bool],
    zone: tzinfo,
    today: date,
    environment: Mapping[str, str] = os.environ,
) -> CommitLog:
    """The first-parent line up to HEAD with the changes of the wanted paths (relative to the library's root).

    Starts one git process. Raises SopkitError where history is missing (shallow clone) or altered (grafts);
    `environment` tells at which CI the hint is aimed.
    """
    head = complete_head(repository, "no date can be told", environment)
    prefix = os.fsencode(repository.prefix)
    paths: dict[bytes, str | None] = {}  # None for those that do not count
    found = []
    with stream(repository.git, *_LOG, head, "--") as out:
        for header, raw in split_log(_split_tokens(out)):
            changes = []
            for about, name in raw:
                if name not in paths:
                    own = os.fsdecode(name[len(prefix) :]) if name.startswith(prefix) else None
                    paths[name] = own if own is not None and wanted(own) else None
                path = paths[name]
                if path is not None:
                    _, mode, _, oid, _ = about.decode("ascii").split(" ")
                    changes.append(FileChange(path, "", "") if mode == _MODE_REMOVED else FileChange(path, mode, oid))
            found.append(_parse_commit(header, changes))
    commits = tuple(reversed(found))
    return CommitLog(commits, compute_landings(commits, zone, today))


def complete_head(repository: Repository, unknown: str, environment: Mapping[str, str]) -> str:
    """The commit that is checked out. Raises SopkitError when the clone does not have the whole history."""
    head = repository.head_or_error()
    if repository.shallow:
        raise SopkitError(f"the clone is shallow, so {unknown}", unshallow_command(environment))
    if repository.grafted:
        raise SopkitError(
            "a grafts file alters the history of this repository",
            f"remove {repository.common_dir / 'info' / 'grafts'}",
        )
    return head


def unshallow_command(environment: Mapping[str, str]) -> str:
    """The one line that gives a shallow clone its history, at the CI of the environment."""
    if "GITHUB_ACTIONS" in environment:
        return "under `with:` of actions/checkout: `fetch-depth: 0`"
    if "GITLAB_CI" in environment:
        return 'under `variables:` of the job: `GIT_DEPTH: "0"`'
    return "run: git fetch --unshallow"


def split_log(tokens: Iterator[bytes]) -> Iterator[tuple[bytes, list[tuple[bytes, bytes]]]]:
    """The header of each commit of `git log --raw -z`, and the mode line and path of each of its changes."""
    header, changes = b"", list[tuple[bytes, bytes]]()
    for token in tokens:
        if token[:2] == b"\n:" or token[:1] == b":":
            changes.append((token, next(tokens, b"")))
        elif token.strip(b"\n"):
            if header:
                yield header, changes
            header, changes = token, []
    if header:
        yield header, changes


def _split_tokens(out: IO[bytes]) -> Iterator[bytes]:
    rest = b""
    while chunk := out.read(_CHUNK):
        *whole, rest = (rest + chunk).split(b"\0")
        yield from whole
    if rest:
        yield rest


def read_co_authors(trailers: Iterable[str]) -> tuple[str, ...]:
    """The people whom the lines of trailers name as co-authors."""
    found = (" ".join(match[1].split()) for match in _CO_AUTHOR.finditer("\n".join(trailers)))
    return tuple(filter(None, found))


def _parse_commit(header: bytes, changes: list[FileChange]) -> Commit:
    fields = header.decode("utf-8", "surrogateescape").split("\n")
    try:
        oid, parents, author, author_email, author_date, committer, committer_email, committer_date, *trailers = fields
        author_time, author_zone = author_date.split(" ")
        committer_time, committer_zone = committer_date.split(" ")
        return Commit(
            oid=oid,
            parents=tuple(parents.split()),
            author_name=author,
            author_email=author_email,
            author_time=int(author_time),
            author_zone=author_zone,
            committer_name=committer,
            committer_email=committer_email,
            committer_time=int(committer_time),
            committer_zone=committer_zone,
            changes=tuple(changes),
            co_authors=read_co_authors(trailers),
        )
    except ValueError as error:
        raise SopkitError(f"commit {fields[0]} has no date that can be read", "run: git fsck") from error


_DIFF = ("diff-tree", "-r", "--name-only", *PLAIN_DIFF)
_NOT_RELATED = 1  # exit code of merge-base


def find_base_commit(repository: Repository, base: str, environment: Mapping[str, str] = os.environ) -> str:
    """The commit at which HEAD left `base` (a branch, a tag or a commit): their merge base.

    Starts one git process. Raises SopkitError when `base` is unknown or unrelated, or history is missing.
    """
    head = complete_head(repository, "where a branch began cannot be told", environment)
    code, out, complaint = output(repository.git, "merge-base", "--end-of-options", f"{base}^{{commit}}", head)
    if code == _NOT_RELATED:
        raise SopkitError(
            f"HEAD and {base} have no commit in common", "name the branch, tag or commit that this one began from"
        )
    if code and ("Not a valid" in complaint or "ambiguous" in complaint):
        raise SopkitError(
            f"no branch, tag or commit is called {base!r}",
            "name one that `git log` knows, such as origin/main; at a CI fetch it first:"
            " git fetch origin main:refs/remotes/origin/main",
        )
    if code:
        raise git_error("merge-base", complaint)
    return out.decode("ascii").strip()


def list_changed_paths(
    repository: Repository, base: str, environment: Mapping[str, str] = os.environ
) -> tuple[str, ...]:
    """Files that differ between the merge base of `base` and HEAD, and HEAD; relative to the TOP of the repository.

    A file that was moved is there under both names. Starts two git processes; errors as `base_commit`.
    """
    start = find_base_commit(repository, base, environment)
    out = checked_output(repository.git, *_DIFF, start, repository.head_or_error(), "--")
    return tuple(sorted(os.fsdecode(path) for path in out.split(b"\0") if path))


_ID = re.compile(r"[0-9a-f]{7,64}")


def is_ancestor(repository: Repository, oid: str) -> bool:
    """Whether a commit, by the id that somebody kept, lies behind HEAD or is it; False when it is not there at all.

    Raises SopkitError for what is no id. Starts at most two git processes.
    """
    head = repository.head_or_error()
    full = resolve_commit(repository, oid)
    return full is not None and is_behind(repository, full, head)


def is_behind(repository: Repository, oid: str, later: str) -> bool:
    """Whether one commit lies behind another or is it, both by their whole ids; starts one git process."""
    return output(repository.git, "merge-base", "--is-ancestor", oid, later)[0] == 0


def resolve_commit(repository: Repository, oid: str) -> str | None:
    """The whole id of a commit from how it begins; None when there is none.

    Raises SopkitError for what is no id. Starts one git process.
    """
    if not _ID.fullmatch(oid.lower()):
        raise SopkitError(
            f"{oid!r} is no commit id",
            "name the id that was kept elsewhere, at least 7 hex digits; of a tag it is: git rev-parse 'TAG^{commit}'",
        )
    full = text_output(repository.git, "rev-parse", "--verify", "--quiet", f"{oid.lower()}^{{commit}}")
    return full if full.startswith(oid.lower()) else None  # else a branch or tag of that name


def list_ancestors(repository: Repository, oid: str) -> frozenset[str]:
    """The ids of a commit and of all behind it; starts one git process."""
    return frozenset(checked_output(repository.git, "rev-list", oid, "--").decode("ascii").split())
