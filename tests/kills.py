"""`python -m tests.kills [--group N] [--single N] [--seed S]`: kill commands that write at moments of chance.

After each kill: git finds no damage, the user's next commit takes no committed entry away (also when the user removes the
locks first), git commits nothing that the user did not stage, and after the next run no file of a killed run is left.
What is found is counted, and each fault printed; the exit code is 1 when there is one. A kill between the two renames of
index and branch leaves the entry staged under the lock of the index, where git refuses to commit until the next run has
undone it: that is counted, and is no fault.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.authoring.ledger import USERS, library
from tests.repository import GitRepository, isolated, people

COMMANDS: dict[str, tuple[str, ...]] = {
    "review": ("review", "AC-001", "--note", "walked through", "--yes"),
    "approve": ("approve", "AC-001", "--note", "read", "--yes"),
    "adopt --commit": ("adopt", "docs", "--commit"),
    "adopt --write": ("adopt", "docs", "--write"),
    "init": ("init", "--yes", "--git", "../fresh"),
    "new": ("new", "offboarding", "--yes"),
    "lint --fix": ("lint", "--fix", "--unsafe"),
    "register init": ("register", "init"),
    "codeowners": ("doctor", "--codeowners", "--write"),
    "export": ("export", "csv", "-o", "exported"),
    "build": ("build", "--with-drafts", "-o", "site"),
}
COMMITS = ("review", "approve", "adopt --commit")
LEGACY = (
    "# Restore a {what}\n\n## Purpose\n\nGet it back.\n\n## Procedure\n\n1. Open the console.\n2. Restore the {what}.\n"
)


def environment(home: Path, command: str) -> dict[str, str]:
    key = "cat" if command == "approve" else "ben"
    who = {name: value for name, value in people(USERS[key], USERS[key], "", "").items() if not name.endswith("DATE")}
    return os.environ | isolated(home) | who


def prepare(folder: Path) -> GitRepository:
    """A library, in which the user has staged something and has another edit that is not staged."""
    docs = {f"docs/{what}.md": LEGACY.format(what=what) for what in ("backup", "mailbox", "server")}
    there = library(
        folder, **docs, **{"sops/ac-009.md": "---\nid: AC-009\ntitel: Grant\nstatus: Draft\n---\n# Grant\n"}
    )
    there.commit("2026-02-02", {"notes.txt": "one\n"})
    there.write("notes.txt", "two\n")
    there.write("staged.txt", "staged\n")
    there.git("add", "staged.txt", "notes.txt")
    there.write("notes.txt", "three\n")
    return there


def staged(there: GitRepository) -> list[str]:
    return there.git("diff", "--cached", "--name-status", "--no-renames").splitlines()


def ledger(there: GitRepository) -> set[str]:
    return set(there.git("ls-tree", "-r", "--name-only", "HEAD", "ledger").splitlines())


class Trial:
    """One command on a fresh library, killed once, and what is wrong afterwards."""

    def __init__(self, prepared: GitRepository, place: Path, command: str) -> None:
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(prepared.root, place / "library", symlinks=True)
        self.there, self.place, self.command = GitRepository(place / "library"), place, command
        self.there.git("update-index", "-q", "--refresh")
        self.before = staged(self.there)

    def start(self) -> "subprocess.Popen[bytes]":
        words = [sys.executable, "-m", "sopkit", *COMMANDS[self.command]]
        return subprocess.Popen(
            words,
            cwd=self.there.root,
            env=environment(self.place, self.command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def wait_for(self, process: "subprocess.Popen[bytes]", path: str, seconds: float) -> None:
        """Until a file below .git is there or changes."""
        file, deadline = self.there.root / ".git" / path, time.monotonic() + seconds
        first = _state(file)
        while _state(file) == first and process.poll() is None and time.monotonic() < deadline:
            pass

    @property
    def locked(self) -> bool:
        return (self.there.root / ".git/index.lock").exists()

    def faults(self) -> Iterator[str]:
        """What is wrong; the last of it after the next run."""
        fsck = subprocess.run(["git", "fsck", "--no-dangling"], cwd=self.there.root, capture_output=True, check=False)
        if fsck.returncode or b"error" in fsck.stderr:
            yield "git fsck"
        for kind in ("as it is", "without locks"):
            yield from self._next_commit(kind)
        if staged(self.there) != self.before and not self.locked:
            yield "staged at once"
        if self.start().wait(120) not in {0, 1, 2}:
            yield "next run"
        if staged(self.there) != self.before:
            yield "staged after the next run"
        shutil.rmtree(self.place / "copy", ignore_errors=True)
        files = [path for path in self.place.rglob("*") if path.name.endswith((".part", ".lock"))]
        yield from (f"left: {path.relative_to(self.place)}" for path in files)
        yield from (f"left: {path.name}" for path in (self.there.root / ".git/sopkit").glob("commit-*"))
        if self.command in COMMITS[:2]:
            yield from (f"not committed: {line}" for line in self._status() if "ledger" in line)

    def _next_commit(self, kind: str) -> Iterator[str]:
        copy = GitRepository(self.place / "copy")
        shutil.rmtree(copy.root, ignore_errors=True)
        shutil.copytree(self.there.root, copy.root, symlinks=True)
        if kind == "without locks":
            for lock in (copy.root / ".git").rglob("*.lock"):
                lock.unlink()
        landed = ledger(copy)
        for options in (("-q", "-m", "next"), ("-q", "-a", "--allow-empty", "-m", "next")):
            try:
                copy.git("commit", *options)
            except AssertionError:
                if kind == "without locks":
                    yield "git refuses to commit"
            if lost := landed - ledger(copy):
                yield f"lost by the next commit, {kind}: {', '.join(lost)}"

    def _status(self) -> list[str]:
        return self.there.git("status", "--porcelain", "-uall").splitlines()


def _state(file: Path) -> tuple[int, int]:
    try:
        found = file.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_ino


def run_series(name: str, count: int, commands: tuple[str, ...], chance: random.Random, folder: Path) -> Counter[str]:
    """Kill each command in turn; in the series "group" all processes, and often at the moment that matters."""
    prepared, found = prepare(folder / "prepared"), Counter[str]()
    seconds = {}
    for command in commands:
        started = time.monotonic()
        if Trial(prepared, folder / "trial", command).start().wait(120) not in {0, 1}:
            raise SystemExit(f"{command} does not do its work when nobody kills it")
        seconds[command] = time.monotonic() - started
    for number in range(count):
        command = commands[number % len(commands)]
        trial = Trial(prepared, folder / "trial", command)
        process = trial.start()
        moment = chance.choice(("any", "lock", "branch")) if command in COMMITS else "any"
        if moment == "any":
            time.sleep(chance.uniform(0.2, 1.1) * seconds[command])
        else:
            trial.wait_for(process, {"lock": "index.lock", "branch": "refs/heads/main"}[moment], 30)
            time.sleep(chance.choice((0, chance.uniform(0, 0.15))))
        if process.poll() is None:
            (os.killpg if name == "group" else os.kill)(process.pid, signal.SIGKILL)
            found[f"{name}: killed"] += 1
        process.wait()
        time.sleep(0.3 if name == "single" else 0)  # what git does without its parent
        found[f"{name}: staged under the lock"] += trial.locked and staged(trial.there) != trial.before
        for fault in trial.faults():
            found[f"{name}: {fault.partition(':')[0]}"] += 1
            print(f"{name} {number} {command} ({moment}): {fault}", flush=True)
    return found


def main() -> int:
    """Run both series and print what was counted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--group", type=int, default=100, help="kills of the whole process group, of commits")
    parser.add_argument("--single", type=int, default=300, help="kills of sopkit alone, of every command that writes")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    chance, found = random.Random(given.seed), Counter[str]()
    with TemporaryDirectory() as place:
        found += run_series("group", given.group, COMMITS, chance, Path(place) / "group")
        found += run_series("single", given.single, tuple(COMMANDS), chance, Path(place) / "single")
    for what, count in sorted(found.items()):
        print(f"{count:5} {what}")
    return int(any(count for what, count in found.items() if not what.endswith(("killed", "under the lock"))))


if __name__ == "__main__":
    sys.exit(main())
