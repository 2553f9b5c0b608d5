"""SOP608: who counts as approver in CODEOWNERS."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library

from sopkit.library import Library
from sopkit.lint.engine import LintOptions, lint
from sopkit.model.finding import Finding

REGISTERS = {
    "registers/people.yaml": """\
- {key: ann, emails: [ann@acme.example], logins: {github: Ann-Acme}}
- {key: ben, emails: [ben@acme.example]}
- {key: cat, emails: [cat@acme.example]}
""",
    "registers/roles.yaml": """\
- {id: security-lead, holders: [{person: ann}]}
- {id: cto, holders: [{person: cat}]}
- {id: it-operations, holders: [{person: ben}]}
- {id: empty}
""",
}
BOTH = complete("---\nowner: it-operations\napprovers: [security-lead, cto]\n---\n")
MEND = "; run: sopkit doctor --codeowners --write"
NO_CTO = "no holder of the approver role `cto` is a code owner in CODEOWNERS" + MEND


def found(loaded: Library) -> tuple[Finding, ...]:
    return lint(loaded, LintOptions(select=("SOP608",))).findings


@pytest.mark.parametrize(
    ("owners", "config", "said"),
    [
        ("* @ann-acme cat@acme.example", "", []),
        ("* @ann-acme cat@acme.example ben@acme.example", "", []),  # the owner may be there
        ("* @ann-acme", "", [NO_CTO]),
        ("* @ann-acme", '[approval]\napprove_by = "any"\n', []),
        (
            "* @ANN-ACME CAT@acme.example @zoe",
            "",
            ["`@zoe` is a code owner in CODEOWNERS, but neither approver nor owner" + MEND],
        ),
        (
            "* ben@acme.example",
            '[approval]\napprove_by = "any"\n',
            ["no holder of the approver role `security-lead` is a code owner in CODEOWNERS" + MEND],
        ),
        ("* @acme/approvers", "", []),
        ("* @acme/approvers ben@acme.example", "", []),
        ("/registers/ @ann-acme", "", ["CODEOWNERS names no owner of this file" + MEND]),
        ("[All]\n* @some-group", "", []),  # of GitLab: who is in a group cannot be told
        (
            "[All]\n* ann@acme.example\n[SOPs]\n/sops/ cat@acme.example",
            "",
            ["no holder of the approver role `security-lead` is a code owner in CODEOWNERS" + MEND],
        ),
        ("* @ann-acme cat@acme.example\n[SOPs]\n/sops/ ann@acme.example", "", []),
        ("* ann@acme.example\n[SOPs]\n/sops/ ann@acme.example cat@acme.example", "", []),
        ("* @zoe\n[SOPs]\n/sops/ ann@acme.example cat@acme.example", "", []),
        ("^[SOPs]\n/sops/ ann@acme.example cat@acme.example", "", ["CODEOWNERS names no owner of this file" + MEND]),
    ],
)
def test_code_owners_are_the_approvers(owners: str, config: str, said: list[str], tmp_path: Path) -> None:
    loaded = library(tmp_path, {PATH: BOTH, "CODEOWNERS": f"{owners}\n", **REGISTERS}, config=config)
    assert [one.message for one in found(loaded)] == said


def test_the_finding_stands_at_the_role_that_is_missing(tmp_path: Path) -> None:
    loaded = library(tmp_path, {PATH: BOTH, "CODEOWNERS": "* @ann-acme\n", **REGISTERS})
    [finding] = found(loaded)
    assert loaded.by_path[PATH].source.data[finding.place.start : finding.place.end] == b"cto"


@pytest.mark.parametrize(
    "files",
    [
        {PATH: BOTH, **REGISTERS},
        {PATH: BOTH, "CODEOWNERS": "* @zoe\n", "registers/roles.yaml": "", "registers/people.yaml": ""},
        {PATH: complete("---\napprovers: [empty]\n---\n"), "CODEOWNERS": "* @zoe\n", **REGISTERS},
    ],
    ids=["no-file", "no-registers", "nobody-to-name"],
)
def test_silent_where_nothing_can_be_told(files: dict[str, str], tmp_path: Path) -> None:
    assert found(library(tmp_path, files)) == ()
