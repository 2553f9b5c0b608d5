"""Makes a report of a library in a folder."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests.build import AS_OF, library
from tests.cli.conftest import ACME, DAY, Run, run

from sopkit.lifecycle.library_status import read_library_status
from sopkit.reports import report_named
from sopkit.reports.report import ReportOptions, ReportResult

__all__ = ["Tell", "run"]

Tell = Callable[..., ReportResult]


@pytest.fixture
def tell(tmp_path: Path) -> Tell:
    def call(
        name: str, files: Mapping[str, str | bytes] | None = None, *, config: str = "", by: str = ""
    ) -> ReportResult:
        library(tmp_path, files, config=config)
        with read_library_status(tmp_path, AS_OF, AS_OF) as ground:
            return report_named(name).make(ground, ReportOptions(by=by))

    return call


@pytest.fixture
def of_acme(
    run: Run,
    golden: Callable[[str, str], None],
) -> Callable[..., None]:
    """Compares a report of the example company, as people see it, with its golden file."""

    def compare(name: str, *words: str) -> None:
        done = run("report", name, *words, "-C", ACME, *DAY, "--tree-only")
        assert done.code == 0
        golden(f"reports/{name}-acme.txt", done.out)

    return compare
