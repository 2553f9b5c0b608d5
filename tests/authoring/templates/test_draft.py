"""The draft of an SOP: its id, its file, its words, and the rows that it adds to registers."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.authoring.templates.filled import AS_OF
from tests.build import complete, write

from sopkit import files
from sopkit.authoring.templates.draft import AddedRow, Draft, draft
from sopkit.authoring.templates.marks import OpenDecision
from sopkit.authoring.templates.shelf import find_template
from sopkit.authoring.templates.wishes import Wishes
from sopkit.authoring.templates.writing import make, write_drafts
from sopkit.authoring.turn import alone
from sopkit.library import Library, load
from sopkit.model.errors import SopkitError
from sopkit.text.register import read_register

PLANTS = """\
---
version: "1.2"
title: Water the plants
area: access-control
owner: it-operations-lead
approvers: [security-lead]
summary: No plant dries out.
controls:
  iso27001-2022: [A.7.5]
decisions:
  can:
    ask: where the can stands
    example: kitchen
---
---
{{ head }}
contributors: [it-operations, security-lead]
policies: [access-control-policy]
{{ controls }}
risks: [data-loss]
assets: [backups]
records:
  - {id: can-list, name: Can list, where: {{ decide("can") | quoted }}, retention: P1Y}
audience: [everyone]
---

# {{ title }}

## Roles

| Role | Does |
| --- | --- |
| IT operations | waters |
| Security lead and line manager | look on |

## Procedure

1. **IT operations**: Water the plants at {{ organisation }}; the can stands in {{ decide("can") }}.
2. **IT operations lead**: Tell the security lead, IT operations and the head of engineering.

## References

{{ control_references }}
* SOP: {{ sop("offboarding", "the offboarding procedure") }}
"""
ROLE = "- id: {id}\n  title: {title}\n"
IN_AREA = "sops/access-control"


def library(root: Path, **files: str | bytes) -> Library:
    """A library with the template `plants` and these files."""
    write(root, "templates/plants.md", PLANTS)
    for name, content in {"sopkit.toml": "", **files}.items():
        write(root, name, content)
    return load(root, AS_OF)


def drafted(there: Library, *, template: str = "plants", **wishes: str) -> Draft:
    return draft(there, find_template(there.root, template), Wishes(**wishes))  # type: ignore[arg-type]


def front(there: Library, made: Draft) -> dict[str, object]:
    sop = there.read(made.path, made.text.encode())
    assert sop.reading == ()
    return sop.front.typed


def test_a_draft_for_an_empty_library(tmp_path: Path) -> None:
    made = drafted(library(tmp_path))
    assert (made.id, made.path) == ("AC-001", f"{IN_AREA}/ac-001-water-the-plants.md")
    assert made.rows == tuple(
        AddedRow(register, key, title)
        for register, key, title in (
            ("roles", "management", "Managing director"),
            ("roles", "security-lead", "Security lead"),
            ("roles", "it-operations-lead", "IT operations lead"),
            ("roles", "it-operations", "IT operations"),
            ("roles", "line-manager", "Line manager"),
            ("roles", "head-of-engineering", "Head of engineering"),
            ("policies", "access-control-policy", "Access control policy"),
            ("risks", "data-loss", "Customer data is lost for good"),
            ("assets", "backups", "Backups of production data"),
        )
    )
    assert (made.unknown, made.notes) == ((), ())
    assert made.open[0] == OpenDecision(made.path, (17, 32), "[decide: where the can stands, e.g. kitchen]")
    assert {(one.path, one.mark) for one in made.open[1:]} == {
        ("registers/roles.yaml", "[decide: who holds this role]"),
        ("registers/policies.yaml", "[decide: where this policy is kept]"),
        ("registers/risks.yaml", "[decide: how likely, on the scale of sopkit.toml]"),
        ("registers/risks.yaml", "[decide: how bad, on the scale of sopkit.toml]"),
        ("registers/assets.yaml", "[decide: which product or devices these are]"),
    }
    for path, data in made.registers.items():
        register = read_register(path.removeprefix("registers/").removesuffix(".yaml"), path, data)
        assert register.findings == ()
        assert register.keys == {row.id for row in made.rows if row.register == register.name}


def test_each_mark_stands_on_its_lines(tmp_path: Path) -> None:
    made = drafted(library(tmp_path))
    texts = {made.path: made.text} | {path: data.decode() for path, data in made.registers.items()}
    for one in made.open:
        for line in one.lines:
            assert one.mark in texts[one.path].splitlines()[line - 1]


def test_marks_that_were_in_a_register_are_not_told(tmp_path: Path) -> None:
    there = library(tmp_path, **{"registers/assets.yaml": "- id: x\n  title: X  # [decide: what is it?]\n"})
    told = [one for one in drafted(there).open if one.path == "registers/assets.yaml"]
    assert told == [OpenDecision("registers/assets.yaml", (4,), "[decide: which product or devices these are]")]


@pytest.mark.parametrize(
    "title",
    ['Grant: "x" #1', "Grün — 緑 🎉", "{{ title }} {% x %}", "--- not the end", "it's [this]: {that}", "yes", "12", "~",
     "- a list", "& an anchor", "* star", "! tag", "a\\b", "null", "? what", "| more", "> more", "@x", "`x`", "%x",
     "👩‍🚀 flies", "trailing:", "x" * 300],
)  # fmt: skip
def test_a_title_is_read_as_it_was_given(tmp_path: Path, title: str) -> None:
    there = library(tmp_path)
    made = drafted(there, title=f"  {title} ")
    assert front(there, made)["title"] == made.title == title
    assert f"\n# {title}\n" in made.text


@pytest.mark.parametrize(
    "bad", ["a\nb", "a\rb", "a\x00b", "a\u2028b", "a\x1b[1m", "\udc80", "\u202e", "x" * 501, "a\tb"]
)
def test_more_than_one_line_is_refused(tmp_path: Path, bad: str) -> None:
    there = library(tmp_path)
    plants = find_template(tmp_path, "plants")
    for wishes in (Wishes(title=bad), Wishes(owner=bad), Wishes(decided={"can": bad})):
        with pytest.raises(SopkitError, match="is no line of plain text"):
            draft(there, plants, wishes)


@pytest.mark.parametrize("answer", ['a: b # c "d"', "x, retention: P9Y}", "---", "]", "{{ id }}", "'", "\\"])
def test_an_answer_is_read_as_it_was_given(tmp_path: Path, answer: str) -> None:
    there = library(tmp_path)
    made = draft(there, find_template(tmp_path, "plants"), Wishes(decided={"can": answer}))
    assert front(there, made)["records"] == [
        {"id": "can-list", "name": "Can list", "where": answer, "retention": "P1Y"}
    ]


def test_an_unknown_decision_or_area_names_the_nearest(tmp_path: Path) -> None:
    there = library(tmp_path)
    with pytest.raises(SopkitError, match="has no decision 'cann'") as stopped:
        draft(there, find_template(tmp_path, "plants"), Wishes(decided={"cann": "x"}))
    assert stopped.value.hint == "did you mean can?"
    with pytest.raises(SopkitError, match="no area 'acces-control'") as stopped:
        drafted(there, area="acces-control")
    assert stopped.value.hint.startswith("did you mean access-control? known: ")


# Ids and files


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, "AC-001"),
        ({f"{IN_AREA}/a.md": complete(id="AC-004")}, "AC-005"),
        ({f"{IN_AREA}/a.md": complete(id="AC-004", status="retired")}, "AC-005"),
        ({f"{IN_AREA}/ac-007-lost.md": "no front matter"}, "AC-008"),
        ({f"{IN_AREA}/a.md": complete(supersedes="[AC-011]")}, "AC-012"),
        ({"ledger/sops/AC-020/x.yaml": ""}, "AC-021"),
        ({"ledger/sops/AC-999/x.yaml": ""}, "AC-1000"),
        ({"ledger/sops/VM-020/x.yaml": ""}, "AC-001"),
        ({f"{IN_AREA}/a.md": complete(id="AC-0004")}, "AC-0005"),
        ({"sopkit.toml": '[library]\nid_pattern = "[A-Z]+\\\\d+"\n'}, "AC001"),
        ({"sopkit.toml": '[library]\nid_pattern = "SOP-\\\\d{4}"\n[areas.access-control]\nprefix = "SOP"\n'}, "SOP-0001"),
        ({"sopkit.toml": '[library]\nidentity = "path"\n', f"{IN_AREA}/a.md": complete(id="AC-004")}, "AC-005"),
    ],
)  # fmt: skip
def test_the_next_free_id(tmp_path: Path, files: dict[str, str], expected: str) -> None:
    assert drafted(library(tmp_path, **files)).id == expected


def test_a_prefix_that_does_not_fit_the_pattern_is_said(tmp_path: Path) -> None:
    there = library(tmp_path, **{"sopkit.toml": '[library]\nid_pattern = "SOP-\\\\d{4}"\n'})
    with pytest.raises(SopkitError) as stopped:
        drafted(there)
    assert stopped.value.message == (
        "sopkit.toml: library.id_pattern does not fit the prefix AC of the area access-control: AC-001 is no id for it"
    )
    assert drafted(there, id="SOP-0001").id == "SOP-0001"


def test_an_area_of_the_library_may_lack_a_prefix(tmp_path: Path) -> None:
    there = library(tmp_path, **{"sopkit.toml": '[areas.garden]\ntitle = "Garden"\n'})
    with pytest.raises(SopkitError, match="the area garden has no prefix") as stopped:
        drafted(there, area="garden")
    assert '[areas.garden] prefix = "GA"' in stopped.value.hint
    there = library(tmp_path, **{"sopkit.toml": '[areas.garden]\nprefix = "GA"\napprovers = ["gardener"]\n'})
    made = drafted(there, area="garden")
    assert (made.id, made.path) == ("GA-001", "sops/garden/ga-001-water-the-plants.md")
    assert front(there, made)["approvers"] == ["gardener"]


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("ac-004", "no id of this library"),
        ("../x", "no id of this library"),
        ("AC-004", r"the id AC-004 is taken by sops/access-control/a\.md"),
        ("AC-020", "the id AC-020 is taken or was"),
    ],
)
def test_an_id_that_is_asked_for_is_checked(tmp_path: Path, wanted: str, said: str) -> None:
    there = library(tmp_path, **{f"{IN_AREA}/a.md": complete(id="AC-004"), "ledger/sops/AC-020/x.yaml": ""})
    with pytest.raises(SopkitError, match=said):
        drafted(there, id=wanted)


@pytest.mark.parametrize(
    ("pattern", "result"),
    [
        ("sops/{id}.md", "sops/ac-001.md"),
        ("sops/{area}/{slug}.md", "sops/access-control/water-the-plants.md"),
        ("sops/fixed.md", "gives every SOP the same name"),
        ("sops/{title}.md", "knows {area}, {id} and {slug} only"),
        ("sops/../../{id}.md", "leads out of the library"),
        ("/tmp/{id}.md", "leads out of the library"),
        ("docs/{id}.md", "which library.sops does not take for an SOP"),
        ("sops/out/{id}.md", "which a symbolic link leads out of the library"),
        (r"sops/a\n{id}.md", "a name with a character that is not seen"),
        (r"sops/a\u0000{id}.md", "a name with a character that is not seen"),
        ("sops/" + "x" * 300 + "/{id}.md", "a name of more than 240 bytes"),
    ],
)
def test_the_file_goes_by_the_pattern(tmp_path: Path, pattern: str, result: str) -> None:
    root = tmp_path / "library"
    there = library(root, **{"sopkit.toml": f'[library]\nfile = "{pattern}"\n', "sops/x.txt": ""})
    (root / "sops" / "out").symlink_to(tmp_path)
    if result.endswith(".md"):
        assert drafted(there).path == result
        return
    with pytest.raises(SopkitError) as stopped:
        drafted(there)
    assert stopped.value.message.startswith("sopkit.toml: library.file ")
    assert result in stopped.value.message


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Über die Brücke: #1!", "uber-die-brucke-1"),
        ("緑の 手順", "緑の-手順"),
        ("🎉", "sop"),
        ("a/../../b", "a-b"),
        ("word " * 40, "word" + "-word" * 11),
    ],
)
def test_the_slug(tmp_path: Path, title: str, name: str) -> None:
    assert drafted(library(tmp_path), title=title).path == f"{IN_AREA}/ac-001-{name}.md"


# What the library has already


def test_what_is_there_is_not_added_and_keeps_its_id(tmp_path: Path) -> None:
    registers = {
        "registers/roles.yaml": ROLE.format(id="ciso", title="CISO")
        + "  aliases: [security lead]\n"
        + ROLE.format(id="ops", title="IT Operations")
        + ROLE.format(id="it-operations-lead", title="Head of IT")
        + ROLE.format(id="cto", title="Chief technology officer")
        + "  aliases: [CTO]\n",
        "registers/policies.yaml": "- {id: POL-02, title: Access Control Policy}\n",
        "registers/assets.yaml": "- {id: backups, title: Tapes}\n",
    }
    there = library(tmp_path, **registers)
    made = drafted(there)
    head = front(there, made)
    assert (head["owner"], head["approvers"]) == ("it-operations-lead", ["ciso"])
    assert (head["contributors"], head["policies"], head["assets"]) == (["ops", "ciso"], ["POL-02"], ["backups"])
    assert [(row.register, row.id) for row in made.rows] == [("roles", "line-manager"), ("risks", "data-loss")]
    # the owner of the risk is known as CTO only: its id in the row, its word in the text
    assert b"  owner: cto\n" in made.registers["registers/risks.yaml"]
    assert "2. **Head of IT**: Tell the security lead, IT operations and the CTO." in made.text
    assert "Security lead and line manager" in made.text


def test_a_role_known_by_the_id_of_the_template_is_not_added(tmp_path: Path) -> None:
    roles = ROLE.format(id="head-of-it", title="Head of IT") + "  aliases: [it-operations-lead]\n"
    there = library(tmp_path, **{"registers/roles.yaml": roles})
    made = drafted(there)
    assert made.owner == "head-of-it"
    assert "it-operations-lead" not in [row.id for row in made.rows]
    assert "2. **Head of IT**: Tell" in made.text


def test_two_roles_that_are_one_in_the_library_stand_once(tmp_path: Path) -> None:
    one = ROLE.format(id="boss", title="Boss") + "  aliases: [Security lead, IT operations, IT operations lead]\n"
    there = library(tmp_path, **{"registers/roles.yaml": one})
    made = drafted(there)
    assert front(there, made)["contributors"] == ["boss"]
    assert front(there, made)["owner"] == made.owner == "boss"


@pytest.mark.parametrize(
    ("before", "starts"),
    [
        (b"- id: x\n  title: X", b"- id: x\n  title: X\n- id: access-control-policy\n"),
        (b"- id: x\r\n  title: X\r\n", b"- id: x\r\n  title: X\r\n- id: access-control-policy\r\n"),
        (b"- id: x\r\n  title: X", b"- id: x\r\n  title: X\r\n- id: access-control-policy\r\n"),
        (b"# only a comment", b"# only a comment\n- id: access-control-policy\n"),
        (b"# rows\n\n[]\n", b"# rows\n\n\n- id: access-control-policy\n"),
        (b"[]", b"\n- id: access-control-policy\n"),
        (b"", b"- id: access-control-policy\n"),
        (b"\xef\xbb\xbf- id: x\n", b"\xef\xbb\xbf- id: x\n- id: access-control-policy\n"),
        (b"---\n  - id: x\n    title: X\n", b"---\n  - id: x\n    title: X\n  - id: access-control-policy\n"),
        (b"- {id: x}\n# the end\n", b"- {id: x}\n# the end\n- id: access-control-policy\n"),
    ],
)
def test_every_byte_of_a_register_stays(tmp_path: Path, before: bytes, starts: bytes) -> None:
    there = library(tmp_path, **{"registers/policies.yaml": before})
    data = drafted(there).registers["registers/policies.yaml"]
    assert data.startswith(starts)
    assert b"\r" not in data or data.count(b"\r\n") == data.count(b"\n")
    assert read_register("policies", "p", data).findings == ()


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (b"- id: x\n  title: [\n", "registers/policies.yaml:3: register policies is not valid YAML"),
        (b"id: x\n", "registers/policies.yaml:1: register policies is not a list of rows"),
        (b"- id: x\n- id: x\n", "registers/policies.yaml:2: `x` is there twice"),
        (b"- id: x\n  titel: X\n", "registers/policies.yaml:2: unknown key `titel`"),
        (b"[{id: x}]\n", "registers/policies.yaml: rows cannot be added to the end of it"),
        (b"- id: x\n...\n", "registers/policies.yaml: rows cannot be added to the end of it"),
        (b"\xff\xfe", "registers/policies.yaml:1: "),
    ],
)
def test_a_broken_register_stops_before_anything_is_written(tmp_path: Path, before: bytes, said: str) -> None:
    there = library(tmp_path, **{"registers/policies.yaml": before})
    names = sorted(tmp_path.rglob("*"))
    with pytest.raises(SopkitError) as stopped:
        make(tmp_path, lambda: there, drafted)
    assert stopped.value.message.startswith(said)
    assert sorted(tmp_path.rglob("*")) == names


@pytest.mark.parametrize(
    ("asked", "key", "added"),
    [
        ("people-partner", "people-partner", True),
        ("HR partner", "people-partner", True),
        ("gardener", "gardener", True),
        ("Head of  Cheese & Wine", "head-of-cheese-wine", True),
        ("chief of plants", "botanist", False),
    ],
)
def test_the_owner_that_was_asked_for(tmp_path: Path, asked: str, key: str, added: bool) -> None:
    row = ROLE.format(id="botanist", title="Botanist") + "  aliases: [Chief of plants]\n"
    there = library(tmp_path, **{"registers/roles.yaml": row})
    made = drafted(there, owner=asked)
    assert front(there, made)["owner"] == made.owner == key
    assert (key in {row.id for row in made.rows}) is added
    register = read_register("roles", "r", made.registers["registers/roles.yaml"])
    assert register.findings == ()
    assert key in register.keys


def test_a_new_role_is_told_with_the_nearest(tmp_path: Path) -> None:
    made = drafted(library(tmp_path), owner="security-leed")
    assert made.notes == ("the role security-leed is new; did you mean security-lead?",)
    assert (
        b"- id: security-leed\n  title: Security leed\n  holders: []  # [decide"
        in made.registers["registers/roles.yaml"]
    )


def test_an_id_that_nobody_knows_is_told(tmp_path: Path) -> None:
    there = library(tmp_path, **{"templates/plants.md": PLANTS.replace("risks: [data-loss]", "risks: [drought]")})
    made = drafted(there)
    assert made.unknown == ("risks: drought",)
    assert len(made.notes) == 1


def test_starter_rows_of_the_library_stand_before_the_shipped_ones(tmp_path: Path) -> None:
    own = "# Ours.\n- id: backups\n  title: Tapes in the safe\n  kind: data\n  owner: line-manager\n"
    there = library(tmp_path, **{"templates/registers/assets.yaml": own})
    assert drafted(there).registers["registers/assets.yaml"] == own.encode()
    there = library(tmp_path, **{"templates/registers/assets.yaml": "- id: backups\n  titel: x\n"})
    with pytest.raises(SopkitError, match=r"^templates/registers/assets\.yaml:2: unknown key `titel`"):
        drafted(there)


# Links and front matter


def test_an_sop_from_a_template_is_linked(tmp_path: Path) -> None:
    other = complete(id="HR-002", title="Say goodbye [fast]", template='"offboarding@0.9"')
    there = library(tmp_path, **{"sops/human resources/bye.md": other})
    assert "* SOP: [HR-002 Say goodbye \\[fast\\]](../human%20resources/bye.md)\n" in drafted(there).text
    there = library(tmp_path, **{"sops/human resources/bye.md": other.replace("status: active", "status: retired")})
    assert "* SOP: the offboarding procedure\n" in drafted(there).text


def test_drafts_made_together_link_and_share_their_rows(tmp_path: Path) -> None:
    there = library(tmp_path)
    first = draft(there, find_template(tmp_path, "offboarding"))
    second = draft(there, find_template(tmp_path, "plants"), None, (first,))
    assert (first.id, second.id) == ("AC-001", "AC-002")
    assert "[AC-001 Offboard a leaver](ac-001-offboard-a-leaver.md)" in second.text
    assert "security-lead" not in {row.id for row in second.rows}
    write_drafts(tmp_path, (first, second))
    roles = load(tmp_path, AS_OF).roles
    assert roles.findings == ()
    assert {row.id for row in (*first.rows, *second.rows) if row.register == "roles"} == roles.keys


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{{ head }}\n", ""),
        ("{{ head }}\n", "{{ head }}\nowner: me\n"),
        ("{{ head }}\n", "{{ head }}\nnote: a: b\n"),
        ("audience: [everyone]\n---\n", "audience: [everyone]\n"),
    ],
)
def test_front_matter_that_is_not_sound_names_the_template(tmp_path: Path, old: str, new: str) -> None:
    assert old in PLANTS
    there = library(tmp_path, **{"templates/plants.md": PLANTS.replace(old, new)})
    with pytest.raises(SopkitError, match=r"^templates/plants\.md: the SOP that it gives has no sound front matter"):
        drafted(there)


# Writing


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    there = library(tmp_path, **{f"{IN_AREA}/ac-001-water-the-plants.md": "no front matter"})
    with pytest.raises(SopkitError, match="is taken or was"):
        drafted(there, id="AC-001")
    made = drafted(library(tmp_path / "other"))
    before = (tmp_path / made.path).read_bytes()
    with pytest.raises(SopkitError, match="is there already"):
        write_drafts(tmp_path, (made,))
    assert (tmp_path / made.path).read_bytes() == before
    assert not (tmp_path / "registers" / "roles.yaml").exists()


@pytest.mark.parametrize("links", [True, False])
def test_a_file_that_appears_meanwhile_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool) -> None:
    roles = b"- id: x\n"
    there = library(tmp_path, **{"registers/roles.yaml": roles})
    made = drafted(there)
    real = files.write_file

    def late(path: Path, data: bytes) -> None:
        real(path, data)
        if path.suffix == ".part":
            (tmp_path / made.path).write_bytes(b"mine")

    monkeypatch.setattr(files, "write_file", late)
    if not links:
        monkeypatch.setattr("os.link", _no_links)
    with pytest.raises(SopkitError, match="is there already"):
        write_drafts(tmp_path, (made,))
    assert (tmp_path / made.path).read_bytes() == b"mine"
    assert (tmp_path / "registers" / "roles.yaml").read_bytes() == roles
    assert [path.name for path in (tmp_path / IN_AREA).iterdir()] == ["ac-001-water-the-plants.md"]


def _no_links(*_: object) -> None:
    raise PermissionError(1, "not here")


def test_a_file_system_without_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.link", _no_links)
    made = drafted(library(tmp_path))
    write_drafts(tmp_path, (made,))
    assert (tmp_path / made.path).read_text() == made.text


@pytest.mark.slow
def test_runs_at_the_same_time_take_different_ids(tmp_path: Path) -> None:
    library(tmp_path)
    words = [sys.executable, "-m", "sopkit", "new", "plants", "--yes", "-C", str(tmp_path), "--title"]
    runs = [subprocess.Popen([*words, f"Plant {at}"], stdout=subprocess.DEVNULL) for at in range(6)]
    assert [run.wait(60) for run in runs] == [0] * 6
    there = load(tmp_path, AS_OF)
    assert sorted(there.by_id) == [f"AC-00{at}" for at in range(1, 7)]
    assert len(there.sops) == 6
    assert there.roles.findings == ()


def test_who_waits_too_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = library(tmp_path)
    monkeypatch.setattr("sopkit.authoring.turn._TRIES", 2)
    with alone(tmp_path), pytest.raises(SopkitError, match="another program has been making files"):
        make(tmp_path, lambda: there, drafted)
    assert not (tmp_path / "registers").exists()


def test_a_register_behind_a_link_is_not_written(tmp_path: Path) -> None:
    root, out = tmp_path / "library", tmp_path / "out"
    there = library(root)
    out.mkdir()
    (root / "registers").symlink_to(out)
    with pytest.raises(SopkitError, match="a symbolic link leads out"):
        write_drafts(root, (drafted(there),))
    assert list(out.iterdir()) == []
    assert not (root / "sops").exists()


def test_numbers_without_end_count_nothing(tmp_path: Path) -> None:
    there = library(tmp_path, **{"sops/a.md": complete(id="AC-001", related=f"[AC-{'9' * 5000}]")})
    assert drafted(there).id == "AC-002"


def test_two_roles_of_one_id_are_two(tmp_path: Path) -> None:
    there = library(tmp_path, **{"registers/roles.yaml": "- id: c-lead\n  title: C++ lead\n"})
    assert (drafted(there, owner="C# lead").owner, drafted(there, owner="c_lead").owner) == ("c-lead-2", "c-lead")


@pytest.mark.slow
def test_a_killed_run_leaves_every_file_old_or_new(tmp_path: Path) -> None:
    before = b"- id: x\n  title: X\n"
    made = drafted(library(tmp_path / "whole", **{"registers/roles.yaml": before}))
    whole = {made.path: made.text.encode(), **made.registers}
    for at in range(12):
        root = tmp_path / str(at)
        library(root, **{"registers/roles.yaml": before})
        run = subprocess.Popen(
            [sys.executable, "-m", "sopkit", "new", "plants", "--yes", "-C", str(root)], stdout=subprocess.DEVNULL
        )
        time.sleep(0.15 + at * 0.03)
        run.kill()
        run.wait()
        for path, data in whole.items():
            if (file := root / path).exists():
                assert file.read_bytes() in {data, before}
        if (root / made.path).exists():
            assert all((root / path).read_bytes() == data for path, data in whole.items())
