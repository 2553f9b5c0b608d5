from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.build import PATH, REGISTERS, complete, library, write

from sopkit.analysis.references import Reference, ReferenceForm, ReferenceTarget
from sopkit.analysis.rename import check_renamable, rename
from sopkit.authoring.fix import apply_fixes
from sopkit.library import Library, load
from sopkit.lint.engine import LintOptions, lint
from sopkit.model.errors import SopkitError
from sopkit.model.finding import Fix

OTHER = "sops/access-control/ac-002-review.md"
FILES = {
    "registers/risks.yaml": '- {id: RSK-001, title: Loss of AC-001}\n- {id: "RSK-002", title: Like RSK-001}\n',
    "registers/exceptions.yaml": "- {id: EXC-001, sop: AC-001, risk: RSK-001, approver: security-lead}\n",
    "registers/assets.yaml": "- {id: okta, title: Okta, owner: security-lead}\n",
    OTHER: complete(
        "---\nrisks: [RSK-001, 'RSK-002']\nassets: [okta]\nrequires: [AC-001]\n---\n\n## Procedure\n\n"
        "1. **Line manager**: Do [AC-001](ac-001-grant-access.md) first, not AC-0011; treat `RSK-001` (RSK-001).\n"
        "2. **Asset owner**: Log in to `okta`; Okta is okta.\n"
        "3. **IT operations**: Look at https://jira.example/AC-001.\n",
        id="AC-002",
        title="Review access",
    ),
}
QUIZ = "quizzes/AC-001.yaml"
OTHERS = {
    "sopkit.toml": b'# "security-lead"\n[areas.access-control]\napprovers = ["security-lead",\n  \'auditor\']\n[approval]\nimporters = ["ann"]\n',
    QUIZ: b"sop: AC-001\nquestions:\n  - {id: q1, stem: What treats RSK-001?}\n",
}


@pytest.fixture
def shelf(tmp_path: Path) -> Library:
    for name, data in OTHERS.items():
        write(tmp_path, name, data)
    return library(tmp_path, {PATH: complete(), **FILES}, config=OTHERS["sopkit.toml"].decode())


def at(kind: str, name: str, form: ReferenceForm = ReferenceForm.ID) -> Reference:
    return Reference(ReferenceTarget(kind, name), PATH, 0, 0, form)


def changed(shelf: Library, kind: str, old: str, new: str) -> Iterator[str]:
    """The changed lines of each file, old and new, once the library has them."""
    renaming = rename(shelf, ReferenceTarget(kind, old), new, OTHERS)
    for path, some in renaming.edits.items():
        before = (shelf.root / path).read_bytes()
        after, _ = apply_fixes(before, [Fix("", some)])
        (shelf.root / path).write_bytes(after)
        pairs = zip(before.decode().splitlines(), after.decode().splitlines(), strict=True)
        yield from (f"{path.rsplit('/')[-1]}: {two.strip()}" for one, two in pairs if one != two)
    for was, now in renaming.moves:
        (shelf.root / was).rename(shelf.root / now)
        yield f"{was.rsplit('/')[-1]} > {now.rsplit('/')[-1]}"


def codes(shelf: Library) -> set[str]:
    return {one.code for one in lint(load(shelf.root, shelf.as_of), LintOptions()).findings}


@pytest.mark.parametrize(
    ("kind", "old", "new", "lines"),
    [
        (
            "sops",
            "AC-001",
            "AC-900",
            [
                "AC-001.yaml: sop: AC-900",
                "exceptions.yaml: - {id: EXC-001, sop: AC-900, risk: RSK-001, approver: security-lead}",
                "risks.yaml: - {id: RSK-001, title: Loss of AC-900}",
                "ac-001-grant-access.md: id: AC-900",
                "ac-002-review.md: requires: [AC-900]",
                "ac-002-review.md: 1. **Line manager**: Do [AC-900](ac-900-grant-access.md) first, not AC-0011; treat `RSK-001` (RSK-001).",
                "ac-001-grant-access.md > ac-900-grant-access.md",
                "AC-001.yaml > AC-900.yaml",
            ],
        ),
        (
            "risks",
            "RSK-001",
            "R-1",
            [
                "AC-001.yaml: - {id: q1, stem: What treats R-1?}",
                "exceptions.yaml: - {id: EXC-001, sop: AC-001, risk: R-1, approver: security-lead}",
                "risks.yaml: - {id: R-1, title: Loss of AC-001}",
                'risks.yaml: - {id: "RSK-002", title: Like R-1}',
                "ac-002-review.md: risks: [R-1, 'RSK-002']",
                "ac-002-review.md: 1. **Line manager**: Do [AC-001](ac-001-grant-access.md) first, not AC-0011; treat `R-1` (R-1).",
            ],
        ),
        (
            "assets",
            "okta",
            "idp",
            [
                "assets.yaml: - {id: idp, title: Okta, owner: security-lead}",
                "ac-002-review.md: assets: [idp]",
                "ac-002-review.md: 2. **Asset owner**: Log in to `idp`; Okta is okta.",
            ],
        ),
        (
            "roles",
            "auditor",
            "assessor",
            [
                "roles.yaml: - {id: assessor, title: Auditor, holders: [{person: cat, to: 2025-12-31}]}",
                "sopkit.toml: 'assessor']",
            ],
        ),
        (
            "people",
            "ann",
            "annlee",
            [
                "people.yaml: - {key: annlee, name: Ann Lee, emails: [ann@acme.example]}",
                "roles.yaml: - {id: security-lead, title: Security lead, aliases: [CISO], holders: [{person: annlee}], deputies: [{person: dee}]}",
                "roles.yaml: - {id: line-manager, title: Line manager, holders: [{person: annlee}], deputies: [{person: dee}]}",
                'sopkit.toml: importers = ["annlee"]',
            ],
        ),
    ],
    ids=["sop", "risk", "asset", "role", "person"],
)
def test_an_id_is_renamed_wherever_it_stands(shelf: Library, kind: str, old: str, new: str, lines: list[str]) -> None:
    before = codes(shelf)
    check_renamable(shelf, at(kind, old))
    assert list(changed(shelf, kind, old, new)) == lines
    assert codes(shelf) == before


@pytest.mark.parametrize(
    ("one", "message"),
    [
        (at("roles", "line-manager", ReferenceForm.NAME), "this is the title of `line-manager`, not its id"),
        (at("sops", "AC-001", ReferenceForm.LINK), "this is a link to a file"),
        (at("controls", "A.5.18"), "`A.5.18` is not an id of this library"),
        (at("anchors", "ask"), "`ask` is not an id of this library"),
        (at("risks", "RSK-009"), "`RSK-009` is defined nowhere, so it cannot be told what to rename"),
    ],
)
def test_what_is_no_id_of_the_library_is_refused(shelf: Library, one: Reference, message: str) -> None:
    with pytest.raises(SopkitError) as raised:
        check_renamable(shelf, one)
    assert raised.value.message == message


@pytest.mark.parametrize(
    ("kind", "old", "new", "message"),
    [
        ("sops", "AC-001", "AC-001", "`AC-001` is its id already"),
        ("sops", "AC-001", "AC-002", "`AC-002` is the id of another SOP"),
        ("sops", "AC-001", "ac-9", "`ac-9` is no id of an SOP here"),
        ("sops", "AC-001", "", "`` is no id of an SOP here"),
        ("risks", "RSK-001", "RSK-002", "`RSK-002` is there already in registers/risks.yaml"),
        ("risks", "RSK-001", "two words", "`two words` is no id"),
        ("risks", "RSK-001", "-x", "`-x` is no id"),
    ],
)
def test_a_new_id_that_is_none_or_is_taken_is_refused(
    shelf: Library, kind: str, old: str, new: str, message: str
) -> None:
    with pytest.raises(SopkitError) as raised:
        rename(shelf, ReferenceTarget(kind, old), new, {})
    assert raised.value.message == message


def test_an_id_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    shelf = library(tmp_path, {PATH: complete(), OTHER: complete()})
    with pytest.raises(SopkitError, match="`AC-001` is there twice"):
        check_renamable(shelf, at("sops", "AC-001"))


def test_where_the_path_is_the_id_an_sop_is_moved(tmp_path: Path) -> None:
    shelf = library(tmp_path, config='[library]\nidentity = "path"\n')
    with pytest.raises(SopkitError, match="here the path of an SOP is its id"):
        check_renamable(shelf, at("sops", PATH))


def test_what_stands_in_the_ledger_keeps_its_id(tmp_path: Path) -> None:
    entry = "kind: review\nid: AC-001\nby: ann\nrole: security-lead\n"
    files = {"ledger/sops/AC-001/x.yaml": entry, "ledger/sops/AC-900/y.yaml": entry.replace("ann", "annabel")}
    shelf = library(tmp_path, {PATH: complete(), OTHER: complete(id="AC-002"), **files, **REGISTERS})
    for kind, name, said in (
        ("sops", "AC-001", "`AC-001` has 1 entry in the ledger, which nobody may change"),
        ("people", "ann", "`ann` stands in the ledger, which nobody may change: ledger/sops/AC-001/x.yaml"),
        ("roles", "security-lead", "`security-lead` stands in the ledger, which nobody may change"),
    ):
        with pytest.raises(SopkitError) as raised:
            check_renamable(shelf, at(kind, name))
        assert raised.value.message.startswith(said)
    for kind, name in (("sops", "AC-002"), ("people", "ben"), ("roles", "auditor")):
        check_renamable(shelf, at(kind, name))
    with pytest.raises(SopkitError, match="`AC-900` is the id of another SOP"):
        rename(shelf, ReferenceTarget("sops", "AC-002"), "AC-900", {})


def test_a_file_keeps_its_name_where_it_must_or_the_new_one_is_taken(shelf: Library) -> None:
    target = ReferenceTarget("sops", "AC-001")
    renaming = rename(shelf, target, "AC-900", OTHERS, files=False)
    assert renaming.moves == ()
    assert all(edit.text == "AC-900" for edits in renaming.edits.values() for edit in edits)
    write(shelf.root, PATH.replace("ac-001", "ac-901"), "")
    assert rename(shelf, target, "AC-901", OTHERS).moves == ((QUIZ, "quizzes/AC-901.yaml"),)
    assert rename(shelf, ReferenceTarget("risks", "RSK-001"), "RSK-900", OTHERS).moves == ()


def test_a_name_that_only_begins_alike_is_another(tmp_path: Path) -> None:
    path = "sops/access-control/ac-0011-grant.md"
    shelf = library(
        tmp_path, {path: complete(), OTHER: complete("## Scope\n\nAs [x](ac-0011-grant.md).\n", id="AC-002")}
    )
    renaming = rename(shelf, ReferenceTarget("sops", "AC-001"), "AC-900", {})
    assert (renaming.moves, list(renaming.edits)) == ((), [path])


ANY = '[library]\nid_pattern = "(?s).*"\n'


@pytest.mark.parametrize(
    ("kind", "old", "new", "said"),
    [
        *(
            ("sops", "AC-001", new, "is no id")
            for new in ("", "../x", "a/b", "A\nB: c", "A: b", "'", "#x", "-", "[a", "a ")
        ),
        ("sops", "AC-001", "null", "YAML reads it as nothing"),
        ("sops", "AC-001", "x" * 101, "an id of 101 characters is too long"),
        ("sops", "AC-001", "ac-002", "is the id of another SOP"),
        ("roles", "security-lead", "NULL", "YAML reads it as nothing"),
        ("roles", "security-lead", "x" * 101, "too long"),
        ("roles", "security-lead", "IT-Operations", "is there already in registers/roles.yaml"),
    ],
)
def test_an_id_that_would_break_the_library_is_refused(
    kind: str, old: str, new: str, said: str, tmp_path: Path
) -> None:
    shelf = library(tmp_path, {PATH: complete(), **FILES}, config=ANY)
    with pytest.raises(SopkitError, match=said) as refused:
        rename(shelf, ReferenceTarget(kind, old), new, OTHERS)
    assert "\n" not in refused.value.message


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("sops", "AC-001", "QM 1.2"),
        ("sops", "AC-001", "ac-001"),
        ("sops", "AC-001", "x" * 100),
        ("assets", "okta", "OKTA"),
    ],
)
def test_other_ids_are_fine(kind: str, old: str, new: str, tmp_path: Path) -> None:
    shelf = library(tmp_path, {PATH: complete(), **FILES}, config=ANY)
    assert rename(shelf, ReferenceTarget(kind, old), new, OTHERS).edits
