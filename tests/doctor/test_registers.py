"""People, roles and `[approval]`: who cannot act, and whose approvals weigh too little."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library
from tests.doctor.facts import facts, lines, said

from sopkit.doctor.facts import DoctorRow, DoctorState

PEOPLE = """\
- {key: ann, emails: [Ann@acme.example]}
- {key: ben, emails: [ben@acme.example, ann@acme.example]}
- {key: cat, emails: [cat@acme.example], to: 2026-11-23}
- {key: dan}
- {key: old, to: 2020-01-01}
- {key: bot, bot: true}
"""
ROLES = """\
- {id: security-lead, holders: [{person: cat}], deputies: [{person: bot}]}
- {id: it-operations, holders: [{person: ben, to: 2026-11-23}]}
- {id: line-manager, holders: [{person: ann}]}
"""


def test_who_cannot_act(tmp_path: Path) -> None:
    one = facts(tmp_path, library(tmp_path, {"registers/people.yaml": PEOPLE, "registers/roles.yaml": ROLES}))
    assert said(one, "people") == [
        "warning: without an e-mail no commit is theirs: `dan` -> add `emails`",
        "error: ann@acme.example belongs to `ann`, `ben`, so its commits are nobody's -> leave it with one of them",
    ]
    assert said(one, "roles") == [
        "warning: nobody holds on 2026-11-24: `it-operations` -> name a holder",
        "warning: `cat` holds `security-lead`, but left on 2026-11-23 -> end the holding with `to`, and name another",
        "warning: `bot` holds `security-lead`, but is a bot, and bots never approve -> name a person",
    ]
    assert {line.path for line in lines(one, "people")} == {"registers/people.yaml"}


def test_a_clean_pair_of_registers(tmp_path: Path) -> None:
    roles = "- {id: security-lead, holders: [{person: ann}]}\n"
    one = facts(tmp_path, library(tmp_path, {"registers/roles.yaml": roles}))
    assert said(one, "people") == ["ok: 4 people, each with e-mails of their own"]
    assert said(one, "roles") == ["ok: 1 roles, each with a holder who is here"]


def test_a_role_that_changes_from_case_to_case_needs_no_holder(tmp_path: Path) -> None:
    roles = (
        "- {id: security-lead, holders: [{person: ann}]}\n- {id: line-manager}\n- {id: it-operations, holders: []}\n"
    )
    one = facts(tmp_path, library(tmp_path, {"registers/roles.yaml": roles}))
    assert said(one, "roles") == ["warning: nobody holds on 2026-11-24: `it-operations` -> name a holder"]


def test_without_registers(tmp_path: Path) -> None:
    one = facts(tmp_path, library(tmp_path, {"registers/people.yaml": "", "registers/roles.yaml": ""}))
    assert [line[:8] for line in (*said(one, "people"), *said(one, "roles"))] == ["warning:", "warning:"]


@pytest.mark.parametrize(
    ("criticality", "config", "expected"),
    [
        ("medium", "", [(DoctorState.HINT, 1)]),
        ("high", "[library]\n[approval]\nmin_evidence = {low = 'E1'}\n", [(DoctorState.WARNING, 3)]),
        ("high", "[approval]\nmin_evidence = {high = 'E3'}\n", [(DoctorState.OK, 0)]),
        (
            "high",
            "[approval]\nimporters = ['ann', 'zoe']\n[approval.min_evidence]\nhigh = 'E2'\n",
            [(DoctorState.WARNING, 4), (DoctorState.ERROR, 2)],
        ),
    ],
)
def test_approval(criticality: str, config: str, expected: list[tuple[DoctorState, int]], tmp_path: Path) -> None:
    loaded = library(tmp_path, {PATH: complete(criticality=criticality)}, config=config)
    found = lines(facts(tmp_path, loaded), "approval")
    assert [(line.state, line.line) for line in found] == expected


NAMED = "[library]\nuuid = '7c1f2a54-3d0e-4b86-9a57-52e6c0d8f1ab'\n"


@pytest.mark.parametrize(
    ("people", "config", "expected"),
    [
        ("- {key: ann}\n", "", [DoctorState.OK, DoctorState.HINT]),
        ("- {key: ann, signing_keys: {key: ssh-ed25519 AAAA}}\n", "", [DoctorState.OK, DoctorState.WARNING]),
        ("- {key: ann, signing_keys: {key: ssh-ed25519 AAAA}}\n", NAMED, [DoctorState.OK]),
    ],
)
def test_a_library_without_a_uuid(people: str, config: str, expected: list[DoctorState], tmp_path: Path) -> None:
    loaded = library(tmp_path, {"registers/people.yaml": people}, config=config)
    assert [line.state for line in lines(facts(tmp_path, loaded), "library")] == expected


def test_a_register_with_findings_is_named(tmp_path: Path) -> None:
    root = tmp_path / "docs"
    loaded = library(root, {"registers/risks.yaml": "- {id: R1}\n- {id: R1}\n"}, config=NAMED)
    assert lines(facts(root, loaded, top=tmp_path), "library") == [
        DoctorRow("library", DoctorState.OK, f"sopkit.toml is valid; 1 SOP in {root}"),
        DoctorRow(
            "library",
            DoctorState.WARNING,
            "what is wrong in it may keep rows out of what follows",
            "run: sopkit lint",
            "docs/registers/risks.yaml",
            2,
        ),
    ]
