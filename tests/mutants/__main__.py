"""`python -m tests.mutants [MODULE …] [--share S] [-o FILE]`: change rules one spot at a time; does a test fail?

A mutant is killed by an exception, by the examples of the rules, by what the rule finds in the corpus and in the example
company, by the damages in `tests/mutations`, by the tests in files that name the rule, or by taking too long. Survivors
are printed; somebody has to read them.
"""

import argparse
import gc
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.mutants.evidence import Evidence
from tests.mutants.modules import names, source
from tests.mutants.mutation import mutants
from tests.mutants.trial import Trial, UnfitError, files_of_tests


class Mutants:
    """A plugin of pytest, which has collected the tests by the time that it asks how to run them."""

    def __init__(self, given: argparse.Namespace) -> None:
        self._given = given

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try the mutants, instead of running each test once."""
        base = session.config._tmp_path_factory.getbasetemp()  # before the children share it
        trial = Trial(Evidence(base / "examples"), session)
        gc.collect()
        gc.freeze()
        lines: list[str] = []
        for line in self._tried(trial):
            print(line, flush=True)
            lines.append(line)
            if self._given.output:
                self._given.output.write_text("\n".join([*lines, ""]), "utf-8")
        return True

    def _tried(self, trial: Trial) -> Iterator[str]:
        share, total = self._given.share, Counter[str]()
        for name in self._given.modules or names():
            every = mutants(source(name))
            some = [one for at, one in enumerate(every) if int(at * share) != int((at + 1) * share)]
            try:
                tried = list(trial.of(name, some))
            except UnfitError as error:
                yield str(error)
                continue
            alive = sorted((one.line, one.change) for one, killer in tried if not killer)
            total.update(killer or "alive" for _, killer in tried)
            if some:
                yield f"{name}: {len(some) - len(alive)} of {len(some)} killed"
            yield from (f"    {name}.py:{line}: {change}" for line, change in alive)
        tried_in_all = total.total()
        killed = tried_in_all - total.pop("alive", 0)
        yield f"{killed} of {tried_in_all} killed, {killed / max(tried_in_all, 1):.1%}: {dict(total.most_common())}"


def main() -> int:
    """Collect the tests, and try the mutants of the named modules, or of all."""
    asked = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    asked.add_argument("modules", nargs="*", help="modules below sopkit, such as lint.rules.sop207_bare_hedge")
    asked.add_argument("--share", type=float, default=1.0, help="the share of the mutants to try, spread evenly")
    asked.add_argument("-o", "--output", type=Path, help="also write what is printed to this file")
    options = ["-p", "no:cacheprovider", "-p", "no:terminal", "-p", "no:xdist", "--capture=sys", "-o"]
    options += ["addopts=--import-mode=importlib", "-o", "tmp_path_retention_policy=none", *map(str, files_of_tests())]
    with tempfile.TemporaryDirectory() as folder:
        options.append(f"--basetemp={folder}/base")
        return int(pytest.main(options, plugins=[Mutants(asked.parse_args())]))


if __name__ == "__main__":
    sys.exit(main())
