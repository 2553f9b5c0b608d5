"""SOP513: ids that people read as one, names that mean two roles, controls with two rows."""

from pathlib import Path

import pytest
from tests.build import library

from sopkit.lint.engine import LintOptions, lint

ALIKE = "differ by case or blanks alone; keep one of the two, or give one another id"

FORMS = ALIKE.replace("case or blanks", "case, blanks or the form of characters")


def said(tmp_path: Path, files: dict[str, str]) -> list[tuple[str, int, str]]:
    findings = lint(library(tmp_path, files), LintOptions(select=("SOP513",))).findings
    return [(one.path, one.place.line, one.message) for one in findings]


@pytest.mark.parametrize(
    ("name", "rows", "told"),
    [
        ("risks", "- {id: RSK-001}\n- {id: rsk-001}\n", [(2, f"`rsk-001` and `RSK-001` {ALIKE}")]),
        ("assets", "- {id: data base}\n- {id: database}\n", [(2, f"`database` and `data base` {ALIKE}")]),
        ("risks", "- {id: É-1}\n- {id: E\u0301-1}\n", [(2, f"`E\u0301-1` and `É-1` {FORMS}")]),
        ("risks", "- {id: R-1}\n- {id: Ｒ-1}\n", [(2, f"`Ｒ-1` and `R-1` {FORMS}")]),
        ("risks", "- {id: R-1}\n- {id: R‑1}\n", [(2, f"`R‑1` and `R-1` {FORMS}")]),
        ("risks", '- {id: R-1}\n- {id: "R-1\\u200b"}\n', [(2, f"`R-1\u200b` and `R-1` {FORMS}")]),
        ("assets", "- {id: data-base}\n- {id: database}\n", []),
        ("people", "- {key: ann}\n- {key: Ann}\n", [(2, f"`Ann` and `ann` {ALIKE}")]),
        ("glossary", "- {term: IT}\n- {term: it}\n", []),
        ("soa", "- {control: A.5.1}\n- {control: a.5.1}\n", [(2, f"`a.5.1` and `A.5.1` {ALIKE}")]),
        ("soa", "- {control: A.5.1}\n- {control: 5.1}\n",
         [(2, "`5.1` and `A.5.1` are the same control; keep one of the two rows")]),
        ("soa", "- {control: A.5.1-3}\n- {control: A.5.3}\n",
         [(2, "`A.5.3` and `A.5.1-3` are the same control; keep one of the two rows")]),
        ("roles", "- {id: cto, title: Head of IT}\n- {id: it, title: IT, aliases: [head of  it]}\n",
         [(2, "`headofit` means two roles, `cto` and `it`; give one of them another name")]),
        ("roles", "- {id: cto, title: CTO, aliases: [CTO]}\n", []),
    ],
)  # fmt: skip
def test_what_people_read_as_one(name: str, rows: str, told: list[tuple[int, str]], tmp_path: Path) -> None:
    path = f"registers/{name}.yaml"
    assert said(tmp_path, {path: rows}) == [(path, line, message) for line, message in told]


def test_sops_as_well(tmp_path: Path) -> None:
    text = "---\nid: {}\n---\n"
    files = {"sops/ac-001-a.md": text.format("AC-001"), "sops/ac-001-b.md": text.format("ac-001")}
    assert said(tmp_path, files) == [("sops/ac-001-b.md", 2, f"`ac-001` and `AC-001` {ALIKE}")]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("row", "name", "typed"),
    [
        ("{id: it, title: CTO}", "cto", b"CTO"),
        ("{id: it, title: IT, aliases: [c to]}", "cto", b"[c to]"),
        ("{id: technology, title: x}", "technology", b"technology"),
        ("{id: cto-2, title: technology, aliases: [cto]}", "technology", b"technology"),
    ],
)
def test_a_name_of_two_roles_is_told_where_the_second_has_it(row: str, name: str, typed: bytes, tmp_path: Path) -> None:
    rows = f"- {{id: head, title: CTO, aliases: [technology]}}\n- {row}\n"
    loaded = library(tmp_path, {"registers/roles.yaml": rows})
    first, *others = lint(loaded, LintOptions(select=("SOP513",))).findings
    assert loaded.roles.source.data[first.place.start : first.place.end] == typed
    second = row.partition(": ")[2].partition(",")[0]
    assert first.message == f"`{name}` means two roles, `head` and `{second}`; give one of them another name"
    assert len(others) == (1 if "cto]" in row and second == "cto-2" else 0)


def test_paths_that_stand_for_ids_are_no_ids(tmp_path: Path) -> None:
    text = "---\nid: {}\n---\n"
    files = {"sops/a.md": text.format("AC-001"), "sops/A.md": text.format("ac-001")}
    loaded = library(tmp_path, files, config='[library]\nidentity = "path"\n')
    assert lint(loaded, LintOptions(select=("SOP513",))).findings == ()
