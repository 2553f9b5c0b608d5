"""`sopkit register`: from the options to what is printed and written."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from openpyxl import load_workbook
from tests.cli.conftest import DAY, Run

from sopkit.docs import schemas
from sopkit.model.registers import REGISTERS

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("on_day")]


@pytest.fixture(autouse=True)
def _here(acme: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(acme)


def registers(root: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted((root / "registers").iterdir())}


@pytest.mark.parametrize(("words", "schema"), [((), "registers"), (("roles", "--all"), "register")])
def test_lists_as_json(words: tuple[str, ...], schema: str, run: Run) -> None:
    done = run("register", "list", *words, "-f", "json", *DAY)
    data = json.loads(done.out)
    Draft202012Validator(schemas()[schema]).validate(data)
    assert data["schema"] == f"sopkit/{schema}/1"
    if schema == "registers":
        assert [row["name"] for row in data["rows"]] == list(REGISTERS)
        assert all(row["findings"] == 0 and row["rows"] for row in data["rows"])
    else:
        head = next(row for row in data["rows"] if row["key"] == "head-of-platform")
        assert head["cells"]["holders"][0] == {"person": "oliver", "from": "2019-01-07", "to": "2026-06-30"}
        lines = Path("registers/roles.yaml").read_text().splitlines()
        assert lines[head["line"] - 1] == "- id: head-of-platform"


def test_lists_rows_in_force_or_all(run: Run) -> None:
    closed = "Documents lie unencrypted on the upload server"
    assert closed not in run("register", "list", "risks", *DAY).out
    assert closed in run("register", "list", "risks", "--all", *DAY).out
    page = run("register", "list", "external", "-f", "markdown", *DAY).out
    assert page.startswith("# Register of external\n\nAcme Cloud, as of 2026-11-24\n\n| id | edition | checked |")
    assert run("register", "list", "vendors", "-f", "csv", *DAY).out.startswith(
        "id,title,tier,owner,data,review,offboarded,classification\n"
    )
    assert run("register", "list", "risk").err.endswith(
        "no register 'risk'; did you mean risks? known: " + ", ".join(REGISTERS) + "\n"
    )


def test_lists_as_workbook_with_the_columns_of_the_register(run: Run, tmp_path: Path) -> None:
    for words in ((), ("risks", "--all")):
        assert run("register", "list", *words, "-o", tmp_path / "list.xlsx", *DAY).code == 0
        rows = json.loads(run("register", "list", *words, "-f", "json", *DAY).out)["rows"]
        sheet = load_workbook(tmp_path / "list.xlsx").worksheets[1]
        values = list(sheet.iter_rows(values_only=True))
        assert len(values) == 1 + len(rows)
    assert values[0][:4] == ("ID", "Title", "Owner", "Likelihood")
    risks = {row["key"]: row["cells"] for row in rows}
    due = {row[0]: row[values[0].index("Review")] for row in values[1:]}
    assert {key: day.date().isoformat() for key, day in due.items() if day} == {
        key: cells["review"] for key, cells in risks.items() if cells["review"]
    }


@pytest.mark.slow
def test_check_tells_what_lint_tells_of_registers(run: Run, acme: Path) -> None:
    assert run("register", "check", *DAY).out == "no findings in 11 registers (profile publish)\n"
    roles = acme / "registers/roles.yaml"
    roles.write_text(roles.read_text().replace("- id: ceo\n", "- id: ceo\n  reports_to: cto\n"))
    done = run("register", "check", "-f", "concise", *DAY)
    assert done.code == 1
    assert done.out.startswith("registers/roles.yaml:2:15: SOP512 `reports_to` goes in a circle: ")
    assert run("register", "check", "risks", *DAY).out == "no findings in 1 register (profile publish)\n"
    (acme / "registers/actions.yaml").write_text("- {id: A, action: x, due: 2026-01-01}\n")
    assert "SOP806" in run("register", "check", "actions", "-f", "concise", *DAY).out
    assert run("register", "check", "actions", "--fail-on", "warning", *DAY).code == 1


@pytest.mark.slow
def test_all_registers_come_back_from_a_workbook_without_a_change(run: Run, acme: Path, tmp_path: Path) -> None:
    before = registers(acme)
    book = tmp_path / "all.xlsx"
    assert run("register", "export", "--all", "-f", "xlsx", "-o", book).code == 0
    done = run("register", "import", "--all", book, *DAY)
    assert (done.code, done.out.count(" 0 new, 0 changed, ")) == (0, len(REGISTERS))
    assert done.err == "note: sheets that are no register: About, Columns, Lists\n"
    assert registers(acme) == before
    for file in (acme / "registers").iterdir():
        file.unlink()
    assert run("register", "import", "--all", book, *DAY).code == 0
    assert run("register", "export", "--all", "-f", "xlsx", "-o", tmp_path / "again.xlsx").code == 0
    assert (tmp_path / "again.xlsx").read_bytes() == book.read_bytes()


@pytest.mark.slow
def test_csv_for_excel_in_a_country_with_decimal_commas(run: Run, acme: Path, tmp_path: Path) -> None:
    before = registers(acme)
    assert run("register", "export", "--all", "--delimiter", ";", "-o", tmp_path / "out").code == 0
    assert (tmp_path / "out/risks.csv").read_bytes().startswith(b"\xef\xbb\xbfid;title;owner;")
    for name in REGISTERS:
        done = run("register", "import", name, tmp_path / f"out/{name}.csv", *DAY)
        assert " 0 new, 0 changed, " in done.out, done
    assert registers(acme) == before


def test_import_says_what_it_changes_and_keeps_the_rest(run: Run, acme: Path, tmp_path: Path) -> None:
    table = tmp_path / "risks.csv"
    table.write_text(
        'Risk ID;Likelihood;Title\r\nRSK-001;Rare;"A former member of staff still reaches company systems"\r\nRSK-099;Rare;=1+1\r\n'
    )
    before = (acme / "registers/risks.yaml").read_text()
    words = ("register", "import", "risks", table, *DAY)
    dry = run(*words, "--dry-run")
    assert dry.out.startswith("registers/risks.yaml: 1 new, 1 changed, 0 as before, ")
    assert dry.out.splitlines()[1:3] == [
        "  + RSK-099 =1+1",
        "  ~ RSK-001 likelihood: possible -> rare",
    ]
    assert dry.err == "nothing was written: --dry-run\n"
    assert (acme / "registers/risks.yaml").read_text() == before
    assert run(*words).err == "look at the change with git diff, then run: sopkit register check\n"
    after = before.replace("  likelihood: possible\n", "  likelihood: rare\n", 1)
    assert (acme / "registers/risks.yaml").read_text() == after + '- id: RSK-099\n  title: "=1+1"\n  likelihood: rare\n'
    assert run("register", "export", "risks").out.splitlines()[-1].startswith("RSK-099,'=1+1,")


@pytest.mark.slow
def test_a_table_with_a_fault_writes_nothing(run: Run, acme: Path, tmp_path: Path) -> None:
    table = tmp_path / "vendors.csv"
    table.write_text("id,title,tier\naws,Amazon,first\nnew,New,1\n")
    before = registers(acme)
    done = run("register", "import", "vendors", table)
    assert (done.code, done.out) == (1, f"{table}:2: tier: `first` is no whole number\n")
    assert done.err == "nothing was written; mend the table, then import it again\n"
    assert registers(acme) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("export",), "name the registers, or say --all"),
        (("export", "risks", "--all"), "name the registers, or say --all"),
        (("export", "risks", "vendors"), "several registers go into a folder with -o DIR"),
        (("export", "risks", "--delimiter", ";;"), "';;' divides no cells"),
        (("import", "risks"), "name the register and the file: sopkit register import risks FILE"),
        (("import", "--all", "a", "b"), "--all takes the workbook alone"),
        (("import", "--all", "README.md"), "README.md: is no workbook"),
        (("import", "--all", "README.md", "--columns", "a=b"), "--columns is about one register"),
        (("import", "risks", "README.md", "--columns", "title"), "'title' says of no column what it is"),
        (("import", "risks", "nothing.csv"), "nothing.csv: cannot be read"),
        (("import", "risk", "x.csv"), "no register 'risk'; did you mean risks?"),
        (("init", "risks", "--framework", "gdpr"), "--framework is for soa"),
        (("init", "soa", "--framework", "gdprs"), "no framework 'gdprs'; did you mean gdpr?"),
        (("export", "risks", "-o", "registers/risks.yaml"), "so it is not written over"),
    ],
)  # fmt: skip
def test_a_call_that_cannot_be_meant(words: tuple[str, ...], said: str, run: Run, acme: Path) -> None:
    before = registers(acme)
    done = run("register", *words)
    assert done.code == 2
    assert said in " ".join(done.err.split())
    assert registers(acme) == before


def test_init_begins_what_is_not_there(run: Run, acme: Path) -> None:
    for file in (acme / "registers").iterdir():
        if file.name != "roles.yaml":
            file.unlink()
    done = run("register", "init")
    assert done.out.splitlines()[1] == "registers/roles.yaml: is there"
    assert "registers/soa.yaml: a row for each control comes with: sopkit register init soa" in done.out
    assert not (acme / "registers/soa.yaml").exists()
    assert run("register", "check", *DAY).out.startswith("no findings in 10 registers")
    before = registers(acme)
    run("register", "init")
    assert registers(acme) == before


def test_init_soa_adds_the_controls_that_are_missing(run: Run, acme: Path) -> None:
    soa = acme / "registers/soa.yaml"
    whole = soa.read_text()
    assert run("register", "init", "soa").out == "registers/soa.yaml: has a row for each control\n"
    assert soa.read_text() == whole
    first, last = "- control: A.5.2  # ours\n  reason: many roles\n", "- {control: A.8.33, reason: tests}\n"
    soa.write_text(f"# Ours\n{first}{last}")
    assert run("register", "init", "soa").out == "registers/soa.yaml: 91 rows added\n"
    lines = soa.read_text().splitlines(keepends=True)
    assert (lines[0], lines.index(last), "".join(lines[2:4])) == ("# Ours\n", 93, first)
    assert lines[-1] == (
        '- {control: A.8.34, applicable: , reason: "", drivers: [], owner: ""}'
        "  # Protection of information systems during audit testing\n"
    )
    soa.unlink()
    assert run("register", "init", "soa").out == "registers/soa.yaml: 93 rows added\n"
    assert '- {control: A.8.13, applicable: , reason: "", drivers: [RSK-008, RSK-009' in soa.read_text()
    assert run("register", "init", "soa", "--framework", "soc2-tsc-2017").out == "registers/soa.yaml: 61 rows added\n"
    assert (
        run("register", "init", "soa", "--framework", "soc2-tsc-2017").out
        == "registers/soa.yaml: has a row for each control\n"
    )


def test_rows_that_cannot_be_read_are_told_and_never_lost_silently(run: Run, acme: Path, tmp_path: Path) -> None:
    vendors = acme / "registers/vendors.yaml"
    vendors.write_text("- {id: aws, title: Amazon}\n- {id: okta, tier: first}\n")
    done = run("register", "export", "vendors")
    assert (done.code, done.out.count("\n")) == (1, 2)
    assert done.err.startswith("note: registers/vendors.yaml:2: `tier` is not a whole number")
    assert "registers/vendors.yaml:2: `tier`" in run("register", "list", "vendors").err
    table = tmp_path / "vendors.csv"
    table.write_text("id,title\naws,AWS\n")
    refused = run("register", "import", "vendors", table)
    assert (refused.code, refused.err.splitlines()[1]) == (
        2,
        "  mend the register first: nothing is brought into a broken one",
    )
