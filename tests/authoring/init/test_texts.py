"""The files of a new library: valid for those who read them, whatever the organisation is called."""

import re
import tomllib
from dataclasses import replace

import pytest
import yaml

from sopkit.authoring.init_files import (
    InitOptions,
    OpenMark,
    clean_organisation,
    fill_text,
    find_open_marks,
    format_checklist,
    format_config,
    format_forge_files,
    format_readme,
    parse_config,
    unique_marks,
)
from sopkit.authoring.init_library import STARTER_REGISTERS
from sopkit.git.checkout import Forge
from sopkit.library import CONFIG_NAME
from sopkit.model.config import Config
from sopkit.model.errors import SopkitError
from sopkit.parsing.config import read_config
from sopkit.parsing.register import read_register

NAMES = [
    "Example",
    'Say "hi" \\ there',
    "Brackets ] [and] (more)",
    "Team 👩‍💻 Ünïcode",
    "{{ name }} @@name $name %s",
    "# no comment: - [x] *bold* <b>&amp;</b> | `code`",
    "日本語株式会社",
    "x" * 200,
]
FORGES = (Forge.GITHUB, Forge.GITLAB, Forge.UNKNOWN)


@pytest.mark.parametrize("name", NAMES)
def test_the_configuration_says_what_was_chosen_and_nothing_else(name: str) -> None:
    choice = InitOptions(clean_organisation(name), frameworks=("gdpr", "iso27001-2022"), evidence="E3")
    config = parse_config(choice)
    assert (config.library.name, config.library.frameworks) == (name, ("gdpr", "iso27001-2022"))
    assert config.approval.min_evidence.high == "E3"
    assert set(tomllib.loads(format_config(choice))) == {"library", "approval"}


def test_the_defaults_change_no_rule() -> None:
    config = parse_config(InitOptions())
    assert config.library == Config().library.default()
    assert config.approval.min_evidence == Config().approval.min_evidence.default()


def test_every_setting_in_a_comment_is_one_that_the_reader_takes() -> None:
    given = format_config(InitOptions())
    taken = re.sub(r"^# (?=\[|\w+ = )", "", given, flags=re.MULTILINE)
    config = read_config(taken.encode(), CONFIG_NAME)
    assert taken.count("\n#") == given.count("\n#") - 7
    assert config.library.timezone == "Europe/Berlin"
    assert config.review.ceiling.high == config.review.ceiling.default().high
    assert config.scales == Config().scales


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("two\nlines", "the name of the organisation holds a line end or another character that is not seen: '\\n'"),
        ("a\u2028b", "the name of the organisation holds a line end or another character that is not seen: '\\u2028'"),
        ("a\u202eb", "the name of the organisation holds a line end or another character that is not seen: '\\u202e'"),
        ("a\x00b", "the name of the organisation holds a line end or another character that is not seen: '\\x00'"),
        ("x" * 201, "the name of the organisation has 201 characters, more than 200"),
    ],
)
def test_a_name_that_no_line_can_hold_is_refused(name: str, said: str) -> None:
    with pytest.raises(SopkitError) as error:
        clean_organisation(name)
    assert error.value.message == said


def test_a_name_is_taken_without_the_blanks_around_it() -> None:
    assert clean_organisation("  Acme  Cloud \n") == "Acme  Cloud"
    assert clean_organisation("  ") == ""


@pytest.mark.parametrize("name", STARTER_REGISTERS)
def test_a_register_of_comments_is_empty_and_its_example_is_a_row(name: str) -> None:
    path = f"registers/{name}.yaml"
    given = fill_text(path)
    empty = read_register(name, path, given.encode())
    assert (empty.rows, empty.findings, bool(empty)) == ((), (), False)
    example = "\n".join(line[2:] for line in given.splitlines() if re.match(r"# (- |  )", line))
    shown = read_register(name, path, example.encode())
    assert (len(shown.rows), shown.findings) == (1, ())


@pytest.mark.parametrize("forge", FORGES)
@pytest.mark.parametrize("folder", ["", "docs/isms", 'my docs/it\'s "isms"'])
def test_what_forge_and_hooks_read_is_yaml(forge: Forge, folder: str) -> None:
    files = format_forge_files(InitOptions(forge=forge), folder)
    assert set(files) == {
        ".pre-commit-config.yaml",
        *{
            Forge.GITHUB: (".github/workflows/sopkit.yml", ".github/CODEOWNERS"),
            Forge.GITLAB: (".gitlab-ci.yml", ".gitlab/CODEOWNERS"),
            Forge.UNKNOWN: (),
        }[forge],
    }
    read = {path: yaml.safe_load(content) for path, content in files.items() if path.endswith((".yml", ".yaml"))}
    [hook] = read[".pre-commit-config.yaml"]["repos"][0]["hooks"]
    assert hook.get("args", []) == (["--profile", "review", "-C", folder] if folder else [])
    if forge is Forge.GITHUB:
        workflow = read[".github/workflows/sopkit.yml"]
        assert workflow["permissions"] == {"contents": "read"}
        assert workflow.get("defaults") == ({"run": {"working-directory": folder}} if folder else None)
        checkouts = [job["steps"][0] for job in workflow["jobs"].values()]
        assert [step["with"] for step in checkouts] == [{"fetch-depth": 0, "persist-credentials": False}] * 3
    assert not any("@@" in content for content in files.values())


@pytest.mark.parametrize("name", ["", *NAMES])
def test_the_readme_names_the_organisation_and_leaves_no_name_open(name: str) -> None:
    page = format_readme(InitOptions(name), "AC-001")
    heading = page.split("\n", 1)[0]
    assert re.sub(r"\\(.)", r"\1", heading) == (
        f"# Procedures of {name}".replace("\\\\", "\\") if name else "# Procedures"
    )
    assert "@@" not in page.replace("@@name", "")


def test_the_readme_speaks_of_the_forge_that_is_used() -> None:
    requests = {forge: format_readme(replace(InitOptions(), forge=forge), "AC-001") for forge in FORGES}
    assert "open a merge request" in requests[Forge.GITLAB]
    assert "open a pull request" in requests[Forge.GITHUB]
    assert "open an issue" not in requests[Forge.UNKNOWN]


def test_the_readme_escapes_only_what_would_be_read_as_something_else() -> None:
    page = format_readme(InitOptions("Müller & Söhne R&D"), "AC-001")
    assert page.startswith("# Procedures of Müller & Söhne R&D\n")
    assert format_readme(InitOptions("A &amp; B"), "AC-001").startswith("# Procedures of A \\&amp; B\n")


def test_a_mark_in_quotes_is_the_same_as_outside() -> None:
    files = {
        "sops/a.md": '---\nwhere: "[decide: where it is, e.g. board \\"Ops\\"]"\n---\n[decide: where it is, e.g. board "Ops"]\n'
    }
    marks = find_open_marks(files)
    ask = 'where it is, e.g. board "Ops"'
    assert marks == (OpenMark("sops/a.md", 2, ask), OpenMark("sops/a.md", 4, ask))
    assert unique_marks(marks) == marks[:1]


@pytest.mark.parametrize(("forge", "named"), [(Forge.GITHUB, True), (Forge.GITLAB, True), (Forge.UNKNOWN, False)])
def test_the_checklist_speaks_of_the_forge_where_there_is_one(forge: Forge, named: bool) -> None:
    page = format_checklist(InitOptions("Example", forge=forge), ())
    assert ("--codeowners" in page, "Protect the default branch" in page) == (named, named)
    assert "Nobody approves a text that they wrote" in page


@pytest.mark.parametrize("evidence", ["E1", "E3"])
def test_the_checklist_asks_for_keys_where_approvals_are_signed(evidence: str) -> None:
    assert ("under `signing_keys`" in format_checklist(InitOptions("Example", evidence=evidence), ())) == (
        evidence == "E3"
    )
