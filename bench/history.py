"""A generated repository with years of history: SOPs that are added, edited, renamed and merged among other files."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

from bench.libraries import CACHE, frame, git, made
from bench.sops import path_of, sop

SOPS = 285
COMMITS = 13_000
_PEOPLE = tuple((name, f"{name.lower()}@acme.example") for name in ("Ann", "Ben", "Cat", "Devika", "Elias", "Fay"))
_FIRST = 1_577_869_200  # 2020-01-01T09:00Z
_LAST = 1_793_523_600  # 2026-11-01T09:00Z
_OTHERS = 400
_SOP_SHARE = 0.4
"""Of the commits that touch an SOP; the rest touch code. A repository kept for its documents has more of both."""

Files = dict[str, str]


def repository(commits: int = COMMITS, sops: int = SOPS, cache: Path = CACHE) -> Path:
    """The folder of a repository with that many commits, merges and their branches included."""

    def write(folder: Path) -> None:
        git(folder, "init", "-q", "-b", "main")
        git(folder, "fast-import", "--quiet", lines=_Past(commits, sops).stream())
        git(folder, "reset", "-q", "--hard")
        git(folder, "branch", "-q", "-D", "topic")
        # As a fresh clone would be: one pack, with an index of its commits.
        git(folder, "-c", "gc.auto=0", "gc", "-q")

    return made(cache / f"history-{commits}", write)


class _Past:
    """The commands of git fast-import for a past, drawn from a fixed seed."""

    def __init__(self, commits: int, sops: int) -> None:
        self.commits = commits
        self.sops = sops
        self.draw = Random("past")
        self.mark = 0
        self.texts: dict[int, str] = {}
        self.paths: dict[int, str] = {}

    def stream(self) -> Iterator[bytes]:
        yield self._commit("Start the library", frame() | {f"src/part_{at}.py": _code(at, 0) for at in range(_OTHERS)})
        while self.mark < self.commits:
            left = self.commits - self.mark
            if self.draw.random() < 0.15 and left >= 4:
                yield from self._branch(self.draw.randint(1, 3))
            else:
                yield self._commit(*self._change())

    def _branch(self, length: int) -> Iterator[bytes]:
        """Commits beside the main line, then the merge that brings in their files."""
        base = self.mark
        brought: Files = {}
        gone: set[str] = set()
        for at in range(length):
            message, files = self._change()
            brought |= files
            gone |= {path for path, text in files.items() if not text}
            yield self._commit(message, files, branch="topic", parent=base if at == 0 else None)
        last = {
            path: "" if path in gone and path not in self.paths.values() else text for path, text in brought.items()
        }
        yield self._commit("Merge branch 'topic'", last, parent=base, merged=self.mark)

    def _change(self) -> tuple[str, Files]:
        progress = self.mark / self.commits
        # All SOPs are there after two thirds of the time.
        if len(self.texts) < min(self.sops, self.sops * progress * 1.5 + 1):
            number = len(self.texts)
            self.texts[number], self.paths[number] = sop(number), path_of(number)
            return f"Add {self.paths[number]}", {self.paths[number]: self.texts[number]}
        if self.draw.random() < _SOP_SHARE:
            return self._edit(self.draw.choice(list(self.texts)))
        at = self.draw.randrange(_OTHERS)
        return f"Change part {at}", {f"src/part_{at}.py": _code(at, self.mark)}

    def _edit(self, number: int) -> tuple[str, Files]:
        kind = self.draw.random()
        path, text = self.paths[number], self.texts[number]
        files: Files = {}
        if kind < 0.02:
            files[path] = ""
            head, dot, tail = path.removesuffix(".md").partition("-renamed")
            path = f"{head}.md" if dot else f"{head}{tail}-renamed.md"
            message = "Rename"
        elif kind < 0.15:
            text = text.replace("* ", "- ") if "\n* " in text else text.replace("\n- ", "\n* ")
            message = "Reformat"
        elif kind < 0.35:
            text = _with(text, "summary: ", f"How the work was done in round {self.mark}.")
            message = "Reword the summary"
        elif kind < 0.6:
            text = _with(text, 'version: "', f'{self.mark // 1000 + 1}.{self.mark % 1000}"')
            message = "Raise the version"
        else:
            text = _with(text, "Without this procedure ", f"the work of round {self.mark} has to be done again.")
            message = "Change the purpose"
        self.paths[number], self.texts[number] = path, text
        return f"{message} of {path}", files | {path: text}

    def _commit(
        self, message: str, files: Files, branch: str = "main", parent: int | None = None, merged: int = 0
    ) -> bytes:
        self.mark += 1
        name, mail = self.draw.choice(_PEOPLE)
        when = _FIRST + (_LAST - _FIRST) * self.mark // self.commits
        lines = [f"commit refs/heads/{branch}", f"mark :{self.mark}"]
        lines += [f"{role} {name} <{mail}> {when} +0000" for role in ("author", "committer")]
        lines += [f"data {len(message.encode())}", message]
        lines += [f"from :{parent}"] if parent else []
        lines += [f"merge :{merged}"] if merged else []
        for path, text in files.items():
            if text:
                lines += [f"M 100644 inline {path}", f"data {len(text.encode())}", text]
            else:
                lines.append(f"D {path}")
        return "\n".join([*lines, "", ""]).encode()


def _with(text: str, start: str, rest: str) -> str:
    """The text with the rest of the first line in which `start` stands replaced."""
    at = text.index(start) + len(start)
    return f"{text[:at]}{rest}{text[text.index(chr(10), at) :]}"


def _code(part: int, turn: int) -> str:
    body = "".join(
        f"    total += {(part * 31 + line * 7 + (turn if line % 5 == 0 else 0)) % 997}\n" for line in range(30)
    )
    return f'"""Part {part}."""\n\n\ndef count() -> int:\n    total = {turn}\n{body}    return total\n'
