"""SOP507: which addresses nobody controls, and which belong to a command or are for writing in."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library
from tests.lint.rules.found import found

from sopkit.lint.engine import LintOptions, lint
from sopkit.model.finding import Severity

pytestmark = pytest.mark.slow

SELF, EDITOR, DRIVE, FILE = (
    "one's own computer",
    "a text open in an editor",
    "somebody's own drive",
    "a file on one computer",
)


@pytest.mark.parametrize(
    ("target", "where"),
    [
        ("http://localhost:8080/guide", SELF),
        ("https://LOCALHOST", SELF),
        ("http://app.localhost/", SELF),
        ("http://127.0.0.1?a=b", SELF),
        ("http://127.12.0.1:80#x", SELF),
        ("http://0.0.0.0:3000", SELF),
        ("http://[::1]:3000/", SELF),
        ("file:///home/ann/guide.pdf", FILE),
        ("C:/guides/access.docx", FILE),
        ("~/guide.md", FILE),
        ("/Users/ann/guide.md", FILE),
        ("vscode://file/guide.md", EDITOR),
        ("https://vscode.dev/github/acme/guide", EDITOR),
        ("https://insiders.vscode.dev/github/acme", EDITOR),
        ("https://github.dev/acme/guide", EDITOR),
        ("https://docs.google.com/document/d/1fuP-x_Q/edit", EDITOR),
        ("https://docs.google.com/presentation/d/1fuP/edit#slide=1", EDITOR),
        ("https://docs.google.com/a/acme.example/document/u/0/d/1fuP/edit?usp=sharing", EDITOR),
        ("https://acme.sharepoint.com/:w:/r/a.docx?d=1&action=edit", EDITOR),
        ("https://hackmd.io/@acme/guide/edit", EDITOR),
        ("https://hackmd.io/guide?both", EDITOR),
        ("https://acme-my.sharepoint.com/personal/ann/a.docx", DRIVE),
        ("https://onedrive.live.com/?id=1", DRIVE),
        ("https://1drv.ms/w/s!A", DRIVE),
        ("obsidian://open?vault=ann", DRIVE),
        ("https://drive.google.com/drive/u/1/my-drive", DRIVE),
        ("https://drive.google.com/drive/my-drive", DRIVE),
        ("https://www.icloud.com/iclouddrive/1", DRIVE),
        ("https://www.dropbox.com/home/guides", DRIVE),
    ],
)
def test_a_place_that_nobody_controls(target: str, where: str, tmp_path: Path) -> None:
    text = complete(f"## Inputs\n\n- The [guide]({target}).\n")
    [one] = lint(library(tmp_path, {PATH: text}), LintOptions(select=("SOP507",))).findings
    assert text[one.place.start : one.place.end] == f"[guide]({target})"
    assert one.message == f"the link leads to {where}; link to a released copy that every reader reaches"
    assert one.severity is (Severity.INFO if where == EDITOR else Severity.WARNING)


@pytest.mark.parametrize(
    "target",
    [
        "https://acme.example/localhost",
        "http://localhost.acme.example/",
        "http://128.0.0.1/",
        "https://docs.google.com/document/d/1fuP/preview",
        "https://docs.google.com/document/d/1fuP/editors",
        "https://docs.google.com/spreadsheets/d/1fuP/edit",
        "https://docs.google.com/forms/d/1fuP/edit",
        "https://github.com/acme/guide/edit/main/a.md",
        "https://acme.sharepoint.com/sites/isms/a.docx?action=view",
        "https://drive.google.com/drive/folders/1X9e",
        "https://hackmd.io/@acme/guide",
        "https://www.dropbox.com/s/1/a.pdf",
        "/users/guide",
        "profile:guide",
    ],
)
def test_any_other_place(target: str, tmp_path: Path) -> None:
    assert found(tmp_path, "SOP507", f"## Inputs\n\n- The [guide]({target}).\n") == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("- Open <http://localhost:9090/graph>.\n", 0),
        ("- Open [http://localhost:9090](http://localhost:9090).\n", 0),
        ("- Run `kubectl port-forward pod 9090` and open [the graph](http://localhost:9090/graph).\n", 0),
        ("- Run `kubectl port-forward pod 19090` and open [the graph](http://localhost:9090/graph).\n", 1),
        ("- Open [the graph](http://localhost:9090/graph) or [the targets](http://localhost:9090/targets).\n", 2),
        ("- Run `ssh -L 80:web:80` and open [the graph](http://localhost/graph).\n", 1),
        ("- Type `http://localhost:9090` or `[a](file:///b)`.\n", 0),
        ("- ![A chart](file:///chart.png)\n", 1),
    ],
)
def test_an_address_of_a_command_is_no_link_to_a_text(text: str, count: int, tmp_path: Path) -> None:
    assert len(found(tmp_path, "SOP507", f"## Inputs\n\n{text}")) == count
