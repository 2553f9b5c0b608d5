"""The rows that a new SOP adds to registers, and the ids and words that are there already."""

from pathlib import Path

import pytest
from tests.authoring.templates.plants import PLANTS, ROLE, drafted, front, library

from sopkit.authoring.templates.draft import write_draft
from sopkit.model.errors import SopkitError
from sopkit.parsing.register import read_register


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
        write_draft(tmp_path, lambda: there, drafted)
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


def test_two_roles_of_one_id_are_two(tmp_path: Path) -> None:
    there = library(tmp_path, **{"registers/roles.yaml": "- id: c-lead\n  title: C++ lead\n"})
    assert (drafted(there, owner="C# lead").owner, drafted(there, owner="c_lead").owner) == ("c-lead-2", "c-lead")
