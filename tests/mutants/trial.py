"""A trial of mutants: each lives in a process of its own, forked from one that has everything loaded."""

import os
import re
import resource
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import pytest
from tests.mutants.evidence import Evidence
from tests.mutants.modules import affected, codes, put
from tests.mutants.mutation import Mutant

from sopkit.lint.rules import all_rules

_TESTS = Path(__file__).parent.parent
_EXAMPLES = _TESTS / "test_corpus.py"
_KILLERS = ("", "exception", "examples", "corpus", "damages", "texts of others", "tests", "time")
_SPARE = 15
"""Seconds that a mutant may take beyond three times of what the rule takes unchanged."""

Name = TypeVar("Name")


def files_of_tests() -> list[Path]:
    """The files of tests that may name a rule."""
    return [
        *sorted((_TESTS / "lint/rules").glob("test_*.py")),
        *sorted((_TESTS / "authoring").glob("test_fix.py")),
        *sorted((_TESTS / "lifecycle").glob("test_scenarios_*.py")),
        _EXAMPLES,
    ]


class UnfitError(Exception):
    """A module that fails without a change."""


class Trial:
    """Tries mutants of modules by the evidence and by the collected tests."""

    def __init__(self, evidence: Evidence, session: pytest.Session) -> None:
        self._evidence, self._session = evidence, session
        self._texts = {path: path.read_text("utf-8") for path in files_of_tests()}

    def of(self, name: str, some: list[Mutant]) -> Iterator[tuple[Mutant, str]]:
        """Each mutant of a module with what killed it, which is nothing for one that survives."""
        for code in codes(name):
            self._evidence.read(code)
        items = self._tests_of(name)
        [(_, killer, seconds)] = _forked([("unchanged", lambda: self._judged(name, items))], 600)
        if killer:
            raise UnfitError(f"{name}: not tried, because unchanged it does not pass: {killer}")
        yield from (
            (mutant, killer)
            for mutant, killer, _ in _forked(
                ((one, lambda one=one: self._tried(name, one, items)) for one in some), round(3 * seconds) + _SPARE
            )
        )

    def _tried(self, name: str, mutant: Mutant, items: list[pytest.Item]) -> str:
        try:
            put(name, mutant.tree)
            return self._judged(name, items)
        except Exception:  # noqa: BLE001 - whatever a mutant raises, a test would have met it
            return "exception"

    def _judged(self, name: str, items: list[pytest.Item]) -> str:
        for kinds in zip(*(self._evidence.killers(code) for code in codes(name)), strict=True):
            for code, (killer, killed) in zip(codes(name), kinds, strict=True):
                if killed(all_rules()[code]):
                    return killer
        for at, item in enumerate(items):
            after = items[at + 1] if at + 1 < len(items) else None
            item.ihook.pytest_runtest_protocol(item=item, nextitem=after)
            if self._session.testsfailed:
                return "tests"
        return ""

    def _tests_of(self, name: str) -> list[pytest.Item]:
        """The tests in files that name a rule the module has a part in, those of its own file first."""
        rules = [all_rules()[code] for code in codes(name)]
        words = {
            *(one.rpartition(".")[2] for one in affected(name)),
            *(rule.name for rule in rules),
            *(rule.code for rule in rules),
        }
        named = {path for path, text in self._texts.items() if any(word in text for word in words)} - {_EXAMPLES}
        told = tuple(f"told_and_what_a_fix_makes_of_it[{rule.name}]" for rule in rules)
        own = f"test_{re.sub(r'.*[.](sop[0-9]{3}_)?', '', name)}.py"
        found = [item for item in self._session.items if item.path in named or item.name.endswith(told)]
        return sorted(found, key=lambda item: (item.path != _EXAMPLES, item.path.name != own))


def _forked(tries: Iterable[tuple[Name, Callable[[], str]]], most: int) -> Iterator[tuple[Name, str, float]]:
    """Each name with what its function gave back in a process of its own, and the seconds that it took."""
    running: dict[int, Name] = {}
    for name, call in tries:
        if len(running) == (os.cpu_count() or 1):
            yield _ended(running)
        child = os.fork()
        if not child:
            _end_with(call, most)
        running[child] = name
    while running:
        yield _ended(running)


def _end_with(call: Callable[[], str], most: int) -> None:
    """Call a function in this process, and leave it with what it gives back as the status."""
    said = "exception"
    with suppress(BaseException):
        resource.setrlimit(resource.RLIMIT_CPU, (most, most))
        signal.alarm(20 * most)  # for one that sleeps
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        said = call()
    os._exit(_KILLERS.index(said))


def _ended(running: dict[int, Name]) -> tuple[Name, str, float]:
    child, status, used = os.wait4(-1, 0)
    killer = _KILLERS[os.WEXITSTATUS(status)] if os.WIFEXITED(status) else "time"
    return running.pop(child), killer, used.ru_utime + used.ru_stime
