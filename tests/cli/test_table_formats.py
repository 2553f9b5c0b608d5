"""Every command that lists rows writes every format, with the rows and the notes."""

import csv
import io
import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from openpyxl import load_workbook
from tests.build import PATH, REGISTERS, complete
from tests.cli.conftest import Run
from tests.repository import GitRepository

from sopkit.docs import schemas
from sopkit.reports import report_names

pytestmark = pytest.mark.slow

FUTURE = "2027-06-01"
PEOPLE = "registers/people.yaml"
WORDS = {
    "person": ("ann",),
    "trace": (f"sop:{PATH}",),
    "sample": ("--sop", "AC-001", "--period", "2026-01-01..2026-12-31", "-n", "5", "--seed", "audit"),
}
COMMANDS = {
    "status": ("status",),
    "stale": ("stale",),
    "history": ("history", "AC-001"),
    "verify": ("verify",),
    "registers": ("register", "list"),
    "register": ("register", "list", "roles"),
    **{f"report-{name}": ("report", name, *WORDS.get(name, ())) for name in report_names()},
}
NOTES = {
    "stale": "1 commit is dated later than today",
    "history": "two files have this id",
    **{f"report-{name}": "differs from the last commit" for name in report_names()},
}
"""The start or a part of a note that the command gives for the library below."""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two SOPs with one id, the second from a commit dated in the future, and a file that is not committed as it is."""
    folder = tmp_path_factory.mktemp("library")
    repository = GitRepository.start(folder)
    config = '[library]\nname = "Acme"\nframeworks = ["iso27001-2022"]\n'
    repository.commit("2026-01-02", {"sopkit.toml": config, PEOPLE: REGISTERS[PEOPLE], PATH: complete()})
    repository.commit(FUTURE, {"sops/other.md": complete(title="Give access")})
    (folder / PATH).write_text(complete(title="Grant access again"), "utf-8")
    return folder


@pytest.mark.parametrize("name", COMMANDS)
def test_every_format_has_the_rows_and_the_notes(run: Run, root: Path, tmp_path: Path, name: str) -> None:
    words = (*COMMANDS[name], "-C", root)
    note = NOTES.get(name, "")
    texts = {}
    for form, ending in {"table": "txt", "csv": "csv", "json": "json", "xlsx": "xlsx", "markdown": "md"}.items():
        file = tmp_path / f"a.{ending}"
        done = run(*words, "-o", file)
        assert (done.code in {0, 1}, done.out) == (True, "")
        assert (note in done.err) or form not in {"table", "csv"}
        texts[form] = "" if form == "xlsx" else file.read_text("utf-8")
        assert form not in {"csv", "json"} or run(*words, "-f", form).out == texts[form]
    data = json.loads(texts["json"])
    Draft202012Validator(schemas()[name], format_checker=FormatChecker()).validate(data)
    assert list(data)[:5] == ["schema", "tool", "head", "as_of", "notes"]
    assert data["schema"] == f"sopkit/{name}/1"
    assert bool(note) == bool(data["notes"])
    assert any(note in one for one in data["notes"]) or not note
    assert len(list(csv.reader(io.StringIO(texts["csv"])))) == 1 + len(data["rows"])
    assert texts["markdown"].startswith("# ")
    assert note in texts["markdown"]
    book = load_workbook(tmp_path / "a.xlsx")
    assert 1 + len(data["rows"]) in [sheet.max_row for sheet in book.worksheets[1:]]
    assert any(note in str(cell.value) for row in book["About"].iter_rows() for cell in row)
