"""`python -m tests.mutants [RULE …] [-o FILE]`: change the rules one spot at a time and see whether a test fails.

A mutant is killed by an exception, by the rule's examples, by what the rule finds in the corpus and in the example
company, by its damages in `tests/mutations`, by a test that names the rule, or by taking too long. Each mutant is tried
in a process of its own, forked from one that has everything loaded. Survivors are printed; somebody has to read them.
"""

import argparse
import contextlib
import io
import os
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
from tests.mutants.mutation import Mutant, mutants
from tests.test_corpus import corpus
from tests.test_mutations import OPTIONS, TABLE, acme, damaged, path_of, with_text
from tests.test_rule_examples import verdict

from sopkit.library import Library
from sopkit.lint import lint
from sopkit.model.finding import Finding
from sopkit.rules import all_rules
from sopkit.rules._rule import Rule, Scope

TESTS = Path(__file__).parent.parent
RULES = Path(import_module("sopkit.rules").__path__[0])
_SECONDS = 60


@dataclass(frozen=True)
class Tried:
    """A mutant of a module and what killed it; empty for a survivor."""

    module: str
    mutant: Mutant
    killer: str


def main() -> int:
    """Try the mutants of the named rules, or of all, and print the survivors and the score."""
    asked = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    asked.add_argument("rules", nargs="*", help="names of files in rules/, without .py")
    asked.add_argument("--share", type=float, default=1.0, help="the share of the mutants to try, spread evenly")
    asked.add_argument("-o", "--output", type=Path, help="also write the survivors to this file")
    given = asked.parse_args()
    names = given.rules or sorted(path.stem for path in RULES.glob("[!_]*.py"))
    _load()
    totals: Counter[str] = Counter()
    lines = []
    for name in names:
        tried = list(_tried(name, given.share))
        alive = [one for one in tried if not one.killer]
        totals.update(all=len(tried), killed=len(tried) - len(alive))
        lines.append(f"{name}: {len(tried) - len(alive)} of {len(tried)} killed")
        lines += [f"    survivor {name}.py:{one.mutant.line}: {one.mutant.change}" for one in alive]
        print(*lines[-1 - len(alive) :], sep="\n", flush=True)
    lines.append(f"score: {totals['killed']} of {totals['all']} mutants killed, {totals['killed'] / totals['all']:.1%}")
    print(lines[-1])
    if given.output:
        given.output.write_text("\n".join([*lines, ""]))
    return 0


def _load() -> None:
    """Read and parse what every mutant is held against."""
    for library in (corpus(), acme()):
        _ = [sop.body for sop in library.sops], library.registers.values()


@cache
def _of_rule(name: str) -> tuple[tuple[str, int], ...]:
    return _findings(name)


def _findings(name: str) -> tuple[tuple[str, int], ...]:
    """What the rule finds in the corpus, by path and place; with its fixes."""
    rule = all_rules()[_code(name)]
    found = [*_run(rule, corpus()), *_run(rule, acme())]
    return tuple((f"{one.path} {one.fix} {one.severity}", one.place.start) for one in found)


def _run(rule: Rule, library: Library) -> Iterator[Finding]:
    """The rule's findings in a library that stays parsed, as `lint` leaves none."""
    if rule.needs == "history":
        return
    for sop in library.sops if rule.scope is Scope.SOP else ():
        if sop.readable:
            yield from rule.run(library, sop)
    if rule.scope is Scope.LIBRARY:
        yield from rule.run(library)
    if rule.in_registers is not None:
        yield from rule.in_registers(library)


def _code(name: str) -> str:
    return next(rule.code for rule in all_rules().values() if rule.name == name.replace("_", "-"))


def _tried(name: str, share: float) -> Iterator[Tried]:
    _ = _of_rule(name)
    source = (RULES / f"{name}.py").read_text("utf-8")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        every = [one for at, one in enumerate(mutants(source)) if int(at * share) != int((at + 1) * share)]
        yield from (
            Tried(name, mutant, killer)
            for mutant, killer in zip(every, pool.map(lambda one: _killer(name, one), every), strict=True)
        )


def _killer(name: str, mutant: Mutant) -> str:
    """What kills a mutant, found in a forked process; it writes a word into a pipe and ends."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        word = "exception"
        signal.alarm(_SECONDS)
        with contextlib.suppress(BaseException):
            silent = io.StringIO()
            with contextlib.redirect_stdout(silent), contextlib.redirect_stderr(silent):
                word = _try(name, mutant)
        os.write(writer, word.encode() or b"-")
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read().decode()
    os.waitpid(child, 0)
    return "time" if not said else said.removeprefix("-")


def _try(name: str, mutant: Mutant) -> str:
    module = import_module(f"sopkit.rules.{name}")
    before = _of_rule(name)
    exec(compile(mutant.tree, module.__file__ or name, "exec"), vars(module))
    all_rules.cache_clear()
    code = _code(name)
    with tempfile.TemporaryDirectory() as folder:
        if verdict(Path(folder), all_rules()[code]):
            return "examples"
    if _findings(name) != before:
        return "corpus"
    for row in TABLE:
        if row["code"] == code:
            found = lint(with_text(path_of(row["file"]), damaged(row)), OPTIONS).findings
            if [one.code for one in found] != [code]:
                return "damages"
    files = _tests_of(name, code)
    if files and pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *files]):
        return "tests"
    return ""


@cache
def _tests_of(name: str, code: str) -> tuple[str, ...]:
    """The files of tests that name the rule."""
    named = (code, name, name.replace("_", "-"))
    found = [
        path
        for path in (
            *(TESTS / "rules").glob("test_*.py"),
            *(TESTS / "authoring").glob("test_fix*.py"),
            *(TESTS / "lifecycle").glob("test_scenario*.py"),
        )
        if any(word in path.read_text("utf-8") for word in named)
    ]
    return (
        f"{TESTS / 'test_rule_examples.py'}::test_a_rule_that_mends_has_a_fix_for_its_bad_example",
        *map(str, found),
    )


if __name__ == "__main__":
    sys.exit(main())
