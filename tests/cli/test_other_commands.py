"""The commands that read: explain, status, render, control, schema."""

import csv
import io
import json
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from tests.cli.conftest import ACME, DAY, Run

from sopkit.cli.app import PANELS
from sopkit.docs import schemas
from sopkit.lint.rules import all_rules
from sopkit.tables.reader import read_sheet

pytestmark = pytest.mark.slow

IDS = ["AC-001", "AC-002", "AC-003", "AM-001", "AM-002", "BK-001", "BK-002", "CM-001", "CM-002", "HR-001"]
IDS += ["IH-001", "IH-002", "IH-003", "SD-001", "VM-001", "VM-002"]


@pytest.mark.parametrize("command", [name for names in PANELS.values() for name in names])
def test_every_command_has_help(run: Run, command: str) -> None:
    done = run(command, "--help")
    assert done.code == 0
    assert "Usage: sopkit " + command in done.out


def test_help_shows_the_panels_and_the_exit_codes(run: Run) -> None:
    out = run("--help").out
    assert [line.rstrip(":") for line in out.splitlines() if line.rstrip(":") in PANELS] == list(PANELS)
    assert "Exit codes" in out


def test_explain(run: Run) -> None:
    page = run("explain", "SOP207").out
    assert page == run("explain", "bare-hedge").out
    for part in ("SOP207 bare-hedge (warning)", "Why:", "Mend:", "Found:", "Clean:"):
        assert part in page
    listed = run("explain").out
    assert all(code in listed for code in all_rules())


@pytest.mark.usefixtures("on_day")
def test_status_is_written_as_the_name_of_the_file_asks(run: Run, tmp_path: Path) -> None:
    files = {form: tmp_path / f"list.{form}" for form in ("csv", "json", "md", "xlsx", "txt")}
    for file in files.values():
        assert run("status", "-C", ACME, "-o", file, *DAY).code == 0
    assert files["csv"].read_text().startswith("id,title,version")
    assert json.loads(files["json"].read_text())["schema"] == "sopkit/status/1"
    assert files["md"].read_text().startswith("# Master list\n\nAcme Cloud, as of 2026-11-24\n\n| id | title |")
    assert files["txt"].read_text().startswith("ID      TITLE")
    grid = read_sheet(files["xlsx"], "Master list")
    assert ([line.cells[0] for line in grid.rows], grid.header[:2]) == (IDS, ("ID", "Title"))


@pytest.mark.usefixtures("on_day")
def test_status_lists_filters_and_counts(run: Run) -> None:
    rows = json.loads(run("status", "-C", ACME, "-f", "json", *DAY).out)["rows"]
    assert [row["id"] for row in rows] == IDS
    assert rows[5]["controls"][:2] == ["gdpr:Art. 32", "iso27001-2022:A.5.30"]
    assert rows[0]["controls"][:2] == ["iso27001-2022:A.5.15", "iso27001-2022:A.5.16"]
    by_area = run("status", "-C", ACME, "-f", "csv", "--area", "backup-recovery", *DAY).out
    assert [row["id"] for row in csv.DictReader(io.StringIO(by_area))] == ["BK-001", "BK-002"]
    claimed = run("status", "-C", ACME, "-f", "csv", "--control", "5.18", *DAY).out
    assert [row["id"] for row in csv.DictReader(io.StringIO(claimed))] == ["AC-001", "AC-002"]
    retired = run("status", "-C", ACME, "-f", "csv", "--status", "retired", *DAY).out
    assert [row["id"] for row in csv.DictReader(io.StringIO(retired))] == ["AC-003"]
    nothing = ("--status", "retired", "--area", "vendor-management")
    assert run("status", "-C", ACME, *nothing, *DAY).out == "no SOP matches\n"
    assert run("status", "-C", ACME, "--control", "A.5.99", *DAY).code == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--status", "activ"), "no status 'activ'; did you mean active? known: draft, trial, active, retired"),
        (("--area", "backup"), "no area 'backup'; did you mean backup-recovery? known: access-control"),
        (("--owner", "CISO"), "no owner 'CISO'; did you mean ciso? known:"),
    ],
)
def test_status_knows_what_can_be_asked_for(run: Run, words: tuple[str, str], said: str) -> None:
    done = run("status", "-C", ACME, *words, *DAY)
    assert done.code == 2
    assert said in " ".join(done.err.split())


def test_a_group_needs_its_framework(run: Run) -> None:
    done = run("control", "list", "--group", "AC")
    assert done.code == 2
    assert "name the framework that has the group" in done.err


@pytest.mark.slow
@pytest.mark.usefixtures("on_day")
def test_status_is_the_same_twice_and_has_no_formula(run: Run, acme: Path) -> None:
    sop = next(acme.rglob("ac-001*.md"))
    title = "title: Grant, change and remove access"
    sop.write_text(sop.read_text("utf-8").replace(title, "title: '=HYPERLINK(\"x\")'", 1), "utf-8")
    first, second = (run("status", "-C", acme, "-f", "csv", *DAY).out for _ in range(2))
    assert first == second
    assert next(csv.DictReader(io.StringIO(first)))["title"] == '\'=HYPERLINK("x")'


@pytest.mark.slow
def test_render_needs_no_network_and_names_what_an_auditor_asks_for(run: Run, tmp_path: Path) -> None:
    page = run("render", "AC-001", "-C", ACME, *DAY).out
    for part in ("AC-001", "2.1", "Access rights", "internal"):
        assert part in page
    assert "<script" not in page
    run("render", "AC-001", "-C", ACME, "-o", tmp_path / "a.html", *DAY)
    assert (tmp_path / "a.html").read_text("utf-8") == page
    assert "# Grant, change and remove access" in run("render", "AC-001", "-C", ACME, "-f", "markdown", *DAY).out


def test_render_draws_the_flow_unless_told_not_to(run: Run) -> None:
    assert "<svg" in run("render", "AC-001", "-C", ACME, *DAY).out
    assert "<svg" not in run("render", "AC-001", "-C", ACME, "--no-flow", *DAY).out


@pytest.mark.slow
def test_control_show_names_titles_predecessors_and_sops(run: Run) -> None:
    out = run("control", "show", "A.5.18", "-C", ACME).out
    for part in ("A.5.18  Access rights", "A.9.2.2", "AC-2", "AC-001"):
        assert part in out
    for spelling in ("Annex A 5.18", "ISO 27001:2022 A.5.18", "ISO/IEC 27002:2022, 5.18"):
        assert run("control", "show", spelling, "-C", ACME).out == out
    assert "AC-2(1)" in run("control", "show", "AC-02(01)").out
    assert "AC-2(1)" in run("control", "show", "ac-2.1").out
    ranged = run("control", "show", "A.5.19-23", "-C", ACME).out
    assert [line.split("  ")[0] for line in ranged.splitlines() if line.startswith("A.5")] == [
        f"A.5.{n}" for n in range(19, 24)
    ]


def test_control_show_outside_a_library_names_the_choices(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("control", "show", "A.5.1")
    assert done.code == 2
    assert "A.5.1 of iso27001-2022" in done.err
    assert "A.5.1 of iso27001-2013" in done.err
    assert "name the framework: --framework iso27001-" in done.err
    assert "Policies for information security" in run("control", "show", "A.5.1", "--framework", "iso27001-2022").out
    assert "soc2-tsc-2017" in run("control", "show", "A1.2", "-f", "json").out


def test_control_map(run: Run) -> None:
    out = run("control", "map", "A.9.2.2", "--to", "iso27001-2022", "-f", "csv").out
    assert out == "from,to,title,relation\nA.9.2.2,A.5.18,Access rights,successor\n"


def test_control_list(run: Run) -> None:
    frameworks = json.loads(run("control", "list", "-f", "json").out)["rows"]
    assert {row["id"]: row["controls"] for row in frameworks}["iso27001-2022"] == 93
    assert len(frameworks) == 9
    assert len(json.loads(run("control", "list", "iso27001-2022", "-f", "json").out)["rows"]) == 93
    assert run("control", "list", "iso27001-2022", "--group", "A.6", "-f", "csv").out.count("\n") == 9


@pytest.mark.slow
@pytest.mark.parametrize("name", list(schemas()))
def test_schema_prints_what_it_names(run: Run, name: str) -> None:
    Draft202012Validator.check_schema(json.loads(run("schema", name).out))


def test_control_show_tells_how_far_an_sop_goes(run: Run) -> None:
    rows = json.loads(run("control", "show", "A.6.5", "-C", ACME, "-f", "json").out)["rows"]
    assert [(sop["id"], sop["strength"]) for row in rows for sop in row["sops"]] == [
        ("AC-001", "partial"),
        ("HR-001", "partial"),
    ]


@pytest.mark.slow
def test_control_show_tells_what_the_statement_of_applicability_says(run: Run) -> None:
    done = run("control", "show", "A.8.17", "-C", ACME)
    assert done.out.splitlines()[-5:] == [
        "  applies      yes, without a procedure: the timeline of an incident joins logs of ten systems",
        (
            "  remark       Amazon Time Sync on every instance by the base image; all logs in UTC; "
            "monitor clock-offset in Datadog"
        ),
        "  drivers      RSK-007",
        "  owner        Head of platform",
        "  SOP          none claims it",
    ]
    assert done.err == "note: steps, records, when it was last reviewed: sopkit report trace A.8.17\n"
    assert "  applies      no: no cabling of ours" in run("control", "show", "A.7.12", "-C", ACME).out
    carried = run("control", "show", "A.8.13", "-C", ACME).out
    assert "BK-001 Back up and restore production data (full, active; Head of platform)" in carried
    assert run("control", "show", "AC-02(01)", "-C", ACME).err == ""
    assert run("control", "show", "CC6.1", "-C", ACME).err.endswith(" sopkit report trace soc2-tsc-2017:CC6.1\n")


def test_schema_lists_what_there_is_and_writes_into_a_file(run: Run, tmp_path: Path) -> None:
    assert run("schema").out.split() == list(schemas())
    done = run("schema", "config", "-o", str(tmp_path / "config.json"))
    assert (done.code, done.out) == (0, "")
    assert json.loads((tmp_path / "config.json").read_text("utf-8")) == schemas()["config"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("frameworks", ("list",)),
        ("controls", ("list", "iso27001-2022")),
        ("control", ("show", "A.5.18")),
        ("control", ("show", "A.9.2.2-3")),
        ("control", ("show", "AC-2(10)")),
        ("mapping", ("map", "A.9.2.2", "--to", "iso27001-2022")),
    ],
)
def test_schemas_accept_what_is_told_of_controls(run: Run, what: str, words: tuple[str, ...]) -> None:
    told = json.loads(run("control", *words, "-f", "json", "-C", str(ACME)).out)
    Draft202012Validator(json.loads(run("schema", what).out)).validate(told)
    assert told["rows"]


@pytest.mark.slow
def test_schemas_accept_the_example(run: Run) -> None:
    import tomllib

    import yaml

    for name in (
        "roles",
        "people",
        "assets",
        "risks",
        "vendors",
        "soa",
        "policies",
        "glossary",
        "actions",
        "exceptions",
        "external",
    ):
        schema = json.loads(run("schema", f"register-{name}").out)
        rows = yaml.load((ACME / "registers" / f"{name}.yaml").read_bytes(), Loader=yaml.CBaseLoader)
        Draft202012Validator(schema).validate(_typed(rows))
    schema = json.loads(run("schema", "config").out)
    Draft202012Validator(schema).validate(tomllib.loads((ACME / "sopkit.toml").read_text("utf-8")))
    schema = json.loads(run("schema", "front-matter").out)
    for sop in ACME.glob("sops/**/*.md"):
        front = yaml.load(sop.read_text("utf-8").split("---\n")[1], Loader=yaml.CBaseLoader)
        Draft202012Validator(schema).validate(_typed(front))


def _typed(value: object) -> object:
    """Text as an editor's YAML reader would type it: true, false and whole numbers."""
    if isinstance(value, dict):
        return {key: _typed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_typed(item) for item in value]
    if value in {"true", "false"}:
        return value == "true"
    return int(value) if isinstance(value, str) and value.isdigit() and len(value) < 4 else value


@pytest.mark.skipif(sys.platform == "win32", reason="no folder that is in use can be deleted there")
def test_a_folder_that_is_gone_is_said(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    done = run("template", "list")
    monkeypatch.chdir(tmp_path)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("sopkit: the folder that you are in cannot be entered: ")
