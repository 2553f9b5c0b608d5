"""CODEOWNERS against the registers, what the forge must be told, and what is installed."""

from pathlib import Path

import pytest
from tests.build import library, write
from tests.doctor.facts import facts, said

from sopkit.analysis.code_owners import BEGIN, END, update_code_owners
from sopkit.git.checkout import Forge

RUN = " -> run: sopkit doctor --codeowners --write"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "warning: no CODEOWNERS file, so the forge asks no approver for review" + RUN),
        ("/sops/ ann@acme.example\n", "ok: each SOP is under its approvers"),
        ("/sops/ ben@acme.example\n", "warning: 1 SOPs are not under their approvers (SOP608)" + RUN),
        (f"{BEGIN}\n{END}\n", "warning: the block differs from the registers" + RUN),
        (
            f"{END}\n",
            (
                f"warning: CODEOWNERS: `{BEGIN}` and `{END}` do not enclose one block"
                " -> delete both lines and what they enclosed"
            ),
        ),
    ],
)
def test_code_owners(text: str, expected: str, tmp_path: Path) -> None:
    loaded = library(tmp_path)
    if text:
        write(tmp_path, "CODEOWNERS", text)
    assert said(facts(tmp_path, loaded), "code-owners") == [expected]


def test_a_block_of_the_registers_is_right(tmp_path: Path) -> None:
    loaded = library(tmp_path)
    file, data = update_code_owners(loaded)
    write(tmp_path, file.path, data)
    assert said(facts(tmp_path, loaded), "code-owners") == ["ok: the block is that of the registers"]


@pytest.mark.parametrize(
    ("forge", "names"),
    [(Forge.GITHUB, ["GitHub"]), (Forge.GITLAB, ["GitLab"]), (Forge.UNKNOWN, ["GitHub", "GitLab"])],
)
def test_hints_are_those_of_the_forge_and_the_anchor(forge: Forge, names: list[str], tmp_path: Path) -> None:
    *hints, anchor = said(facts(tmp_path, forge=forge), "protection")
    assert [hint.split()[1].rstrip(",") for hint in hints] == names
    assert anchor.endswith("sopkit verify --anchor ID")


def test_what_is_installed(tmp_path: Path) -> None:
    one = facts(tmp_path, missing=("pdf", "mcp"), zones=False)
    assert said(one, "extras") == [
        "ok: installed: xlsx, docx, calendar, serve, lsp",
        "hint: not installed: pdf, mcp -> when you need it: pip install 'sopkit[pdf]'",
    ]
    assert said(one, "time-zones") == [
        "warning: no data of time zones, so only UTC can be used -> install tzdata: pip install tzdata"
    ]
