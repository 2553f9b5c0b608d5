"""What an SOP and a policy become, and what cannot be told."""

from pathlib import Path
from typing import Any

import pytest
from tests.build import PATH, complete
from tests.exports.oscal.small import NAMED, definition

OURS = "https://github.com/sopkit/sopkit/ns/oscal"
CLAIMED = f"""{NAMED}
[front_matter]
claims = {{ reviewed = "last_reviewed_on" }}
[review]
basis = "claims"
"""
STEPS = """
## Procedure

1. <a id="ask"></a>**Line manager**: Ask for the right within 4 hours.
   - Control: A.5.18
   - Evidence: Access ticket
2. **IT operations**: Grant the right.
   - Control: A.8.2
   - Evidence: Access ticket
3. **Security lead**: Close the ticket.
   - Evidence: Access ticket
"""
POLICY = {
    "registers/policies.yaml": """\
- id: POL-1
  title: Access policy
  owner: CISO
  location: https://wiki.acme.example/access?id=1#top
  controls: {iso27001-2022: [A.5.15, {id: A.5.18, note: who has which right}]}
"""
}


def one(root: Path, text: str, files: dict[str, str] | None = None) -> dict[str, Any]:
    body, left_out = definition(root, {PATH: text, **(files or {})})
    assert left_out == ()
    return body["components"][0]


def values(part: dict[str, Any]) -> dict[str, str]:
    return {prop["name"]: prop["value"] for prop in part["props"]}


def requirements(component: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        requirement["control-id"]: requirement
        for implementation in component["control-implementations"]
        for requirement in implementation["implemented-requirements"]
    }


def test_an_sop_is_a_procedure_with_what_can_be_said_of_it(tmp_path: Path) -> None:
    component = one(tmp_path, complete())
    assert component["type"] == "process-procedure"
    assert component["title"] == "Grant access"
    assert component["purpose"] == component["description"] == "Give people the access that their work needs."
    digest = values(component).pop("digest")
    assert digest.startswith("sop1:")
    assert component["props"] == [
        {"name": "version", "value": "1.0"},
        *(
            {"name": name, "ns": OURS, "value": value}
            for name, value in {
                "id": "AC-001",
                "status": "active",
                "state": "never-reviewed",
                "owner": "security-lead",
                "area": "access-control",
                "classification": "internal",
                "digest": digest,
            }.items()
        ),
    ]
    duties = [{"name": "duty", "ns": OURS, "value": duty} for duty in ("owner", "approver")]
    [role] = component["responsible-roles"]
    assert (role["role-id"], role["props"], len(role["party-uuids"])) == ("security-lead", duties, 1)


def test_a_claim_names_its_catalog_its_strength_and_its_steps(tmp_path: Path) -> None:
    claims = "{iso27001-2022: [{id: A.5.18, strength: partial, note: only *staff*}]}"
    component = one(tmp_path, complete(STEPS, controls=claims))
    [implementation] = component["control-implementations"]
    assert implementation["source"] == "catalogs/iso27001-2022.json"
    found = requirements(component)
    asked, granted = found["A.5.18"], found["A.8.2"]
    assert asked["description"] == "AC-001 carries out a part of this control. Steps: 1."
    assert asked["remarks"] == "only \\*staff\\*"
    assert values(asked) == {
        "control": "A.5.18",
        "implementation-status": "planned",
        "strength": "partial",
        "section": "Procedure",
        "step": "ask",
    }
    [link] = asked["links"]
    assert (link["text"], link["resource-fragment"]) == ("Step 1", "ask")
    assert granted["description"] == "AC-001 supports this control and does not carry it out by itself. Steps: 2."
    assert values(granted)["named-by"] == "steps"
    assert values(granted)["step"] == "2"
    assert "resource-fragment" not in granted["links"][0]


@pytest.mark.parametrize(
    ("config", "status", "strength", "told"),
    [
        (NAMED, "active", "full", "planned"),
        (CLAIMED, "active", "full", "implemented"),
        (CLAIMED, "active", "partial", "partial"),
        (CLAIMED, "active", "supporting", "partial"),
        (CLAIMED, "trial", "full", "planned"),
    ],
    ids=["unapproved", "full", "partial", "supporting", "trial"],
)
def test_a_control_is_implemented_once_the_sop_is_in_force(
    config: str, status: str, strength: str, told: str, tmp_path: Path
) -> None:
    claims = f"{{iso27001-2022: [{{id: A.5.18, strength: {strength}}}]}}"
    body, _ = definition(tmp_path, {PATH: complete(status=status, controls=claims)}, config)
    assert values(requirements(body["components"][0])["A.5.18"])["implementation-status"] == told


def test_a_policy_is_a_component_that_its_sops_carry_out(tmp_path: Path) -> None:
    body, left_out = definition(tmp_path, {PATH: complete(policies="[POL-1]"), **POLICY})
    sop, policy = body["components"]
    assert left_out == ()
    assert (policy["type"], policy["title"]) == ("policy", "Access policy")
    assert policy["links"] == [{"href": "https://wiki.acme.example/access?id=1#top", "rel": "reference"}]
    assert [role["role-id"] for role in policy["responsible-roles"]] == ["security-lead"]
    assert {"href": f"#{policy['uuid']}", "rel": "carries-out"} in sop["links"]
    found = requirements(policy)
    assert found["A.5.18"]["remarks"] == "who has which right"
    assert values(found["A.5.15"]) == {"control": "A.5.15"}


def test_the_metadata_names_roles_and_the_organisation_but_nobody(tmp_path: Path) -> None:
    body, _ = definition(tmp_path, {PATH: complete(approvers="[CISO, Chief of staff]")})
    assert body["metadata"]["roles"] == [
        {"id": "security-lead", "title": "Security lead"},
        {
            "id": "Chief-of-staff",
            "title": "Chief of staff",
            "props": [{"name": "role", "ns": OURS, "value": "Chief of staff"}],
        },
    ]
    assert [party["name"] for party in body["metadata"]["parties"]] == ["Acme"]
    assert "Ann Lee" not in str(body)


def test_what_cannot_be_told_is_named(tmp_path: Path) -> None:
    claims = "{iso27001-2022: [A.5.18, A.5.99], iso27001-2042: [A.5.1]}"
    body, left_out = definition(
        tmp_path,
        {
            PATH: complete(controls=claims, policies="[POL-1, POL-9]"),
            "sops/a.md": complete(id="AC-002"),
            "sops/b.md": complete(id="AC-002"),
            "sops/c.md": complete(without=["id"]),
            "sops/d.md": b"---\nid: [\n---\n",
            "sops/e.md": b"\xff",
            "sops/g.md": complete(title='"\\uD800"', id="AC-010"),
            "sops/f.md": complete(id="AC-009", status="retired"),
            **{name: text.replace("A.5.15", "A.9.9") + '- id: " "\n' for name, text in POLICY.items()},
        },
    )
    assert [values(component)["id"] for component in body["components"]] == ["AC-001", "POL-1"]
    assert left_out == (
        "sops/a.md: left out, because AC-002 is the id of several SOPs",
        "sops/b.md: left out, because AC-002 is the id of several SOPs",
        "sops/c.md: left out, because it has no id",
        "sops/d.md: left out, because its front matter cannot be read; sopkit lint says where",
        "sops/e.md: left out, because its front matter cannot be read; sopkit lint says where",
        "sops/g.md: left out, because its front matter cannot be read; sopkit lint says where",
        f"{PATH}: claims of `iso27001-2042` left out, which is no framework",
        f"{PATH}: claim left out: no control `A.5.99` in iso27001-2022; did you mean A.5.9?",
        "registers/policies.yaml: POL-1: claim left out: no control `A.9.9` in iso27001-2022; did you mean A.8.9?",
        "registers/policies.yaml: a policy is left out, because it has no id",
    )


@pytest.mark.parametrize("claims", ["[]", "{}", "{iso27001-2022: []}", "{iso27001-2022: A.99}", "7"])
def test_a_library_without_claims_is_valid(claims: str, tmp_path: Path) -> None:
    body, _ = definition(tmp_path, {PATH: complete(controls=claims)})
    assert "control-implementations" not in body["components"][0]


def test_an_empty_library_is_valid_and_told_to_take_a_name(tmp_path: Path) -> None:
    body, left_out = definition(tmp_path, {"README.md": ""}, "")
    assert "components" not in body
    assert body["metadata"]["title"] == "Procedures"
    assert left_out == (
        "sopkit.toml: library.name is empty, so the UUIDs are those of any library without a name; name it",
    )


@pytest.mark.parametrize(
    "title",
    ['"# <b>x</b> \\e[31m *y* \\u2028"', '"\\0"', '"  "', '"a\\nb"', "[a, b]", "'{\"x\": [1](javascript:x)}'"],
)
def test_a_hostile_title_is_text(title: str, tmp_path: Path) -> None:
    policy = title if title.strip('" ') else "POL-1"
    files: dict[str, str | bytes] = {
        PATH: complete(
            title=title,
            owner=title,
            policies=f"[{title}]",
            controls=f"{{iso27001-2022: [{{id: A.5.18, note: {title}}}]}}",
        ),
        "registers/policies.yaml": f"- id: {policy}\n  title: {title}\n  owner: {title}\n  location: {title}\n",
    }
    body, _ = definition(tmp_path, files, NAMED)
    assert body["components"][0]["title"]
