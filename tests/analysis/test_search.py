from pathlib import Path

import pytest
from tests.build import PATH, complete, library

from sopkit.analysis.references import Reference, ReferenceTarget, definitions_of, reference_at, references_to
from sopkit.library import Library

OTHER = "sops/access-control/ac-002-review.md"
RISKS = "registers/risks.yaml"
ROWS = {
    RISKS: '- {id: RSK-001, title: Loss, owner: security-lead}\n- {id: "RSK-002", title: As RSK-001 in AC-002}\n',
    "registers/assets.yaml": "- {id: okta, title: Okta, vendor: okta-inc}\n",
    "registers/vendors.yaml": "- {id: okta-inc, title: Okta}\n",
    "registers/policies.yaml": "- id: POL-1\n  controls: {iso27001-2022: [A.5.15-18]}\n",
    "registers/soa.yaml": "- {control: A.5.18, owner: auditor}\n",
    "registers/exceptions.yaml": "- {id: EXC-001, sop: AC-001, approver: security-lead}\n",
}
TEXT = """\
---
risks: [RSK-001, 'RSK-002']
assets: okta
related: [AC-002]
summary: Done before AC-002, see RSK-001.
controls:
  iso27001-2022: [A.5.16-18, {id: A.8.13, strength: partial}]
---

## Procedure

1. **Line manager**: Ask for access, see AC-002. <a id="ask"></a>
2. **Asset owner and IT operations**: Look at [step 1](#ask) and [the review](ac-002-review.md#procedure).
3. **Nobody**: Treat RSK-001, not RSK-0011 nor XRSK-001 nor https://x.example/RSK-001 nor RSK-001\u00e9; `okta` is Okta, okta.
"""


@pytest.fixture
def shelf(tmp_path: Path) -> Library:
    other = complete(id="AC-002", title="Review").replace("1. **Line manager**", '1. <a id="ask"></a>**Line manager**')
    return library(tmp_path, {PATH: complete(TEXT), OTHER: other, **ROWS})


def told(shelf: Library, found: tuple[Reference, ...]) -> list[str]:
    """File, form, and the words at each place with a few before them on the line."""
    out = []
    for one in found:
        data = (shelf.root / one.path).read_bytes()
        before = data[data.rfind(b"\n", 0, one.start) + 1 : one.start].decode()[-12:]
        out.append(f"{one.path.rsplit('/')[-1]} {one.form}: {before}<{data[one.start : one.end].decode()}>")
    return out


def at(shelf: Library, path: str, words: str, offset: int = 0) -> tuple[ReferenceTarget, str] | None:
    data = (shelf.root / path).read_bytes()
    found = reference_at(shelf, path, data.index(words.encode()) + offset)
    return (found.target, data[found.start : found.end].decode()) if found else None


@pytest.mark.parametrize(
    ("path", "words", "offset", "kind", "name"),
    [
        (PATH, "id: AC-001", 4, "sops", "AC-001"),
        (PATH, "owner: security-lead", 8, "roles", "security-lead"),
        (PATH, "[RSK-001", 1, "risks", "RSK-001"),
        (PATH, "[RSK-001", 8, "risks", "RSK-001"),
        (PATH, "'RSK-002'", 1, "risks", "RSK-002"),
        (PATH, "okta\n", 0, "assets", "okta"),
        (PATH, "before AC-002", 7, "sops", "AC-002"),
        (PATH, "see RSK-001", 4, "risks", "RSK-001"),
        (PATH, "**Line manager**: Ask", 3, "roles", "line-manager"),
        (PATH, "Asset owner and", 1, "roles", "asset-owner"),
        (PATH, "and IT operations", 5, "roles", "it-operations"),
        (PATH, "- **Line manager**", 5, "roles", "line-manager"),
        (PATH, "`okta`", 1, "assets", "okta"),
        (RISKS, "RSK-001", 0, "risks", "RSK-001"),
        (RISKS, "As RSK-001", 3, "risks", "RSK-001"),
        (RISKS, "security-lead", 3, "roles", "security-lead"),
        ("registers/assets.yaml", "okta-inc", 0, "vendors", "okta-inc"),
        ("registers/roles.yaml", "person: ann", 8, "people", "ann"),
        ("registers/people.yaml", "ann", 0, "people", "ann"),
        ("registers/exceptions.yaml", "AC-001", 0, "sops", "AC-001"),
    ],
)
def test_what_stands_at_a_place(shelf: Library, path: str, words: str, offset: int, kind: str, name: str) -> None:
    found = at(shelf, path, words, offset)
    assert found is not None
    assert found[0] == ReferenceTarget(kind, name)


@pytest.mark.parametrize(
    ("path", "words", "offset", "written"),
    [
        (PATH, "A.5.16-18", 2, "A.5.16-18"),
        (PATH, "A.8.13", 2, "A.8.13"),
        (PATH, "ISO 27001:2022 A.5.18", 5, "ISO 27001:2022 A.5.18"),
        ("registers/policies.yaml", "A.5.15-18", 0, "A.5.15-18"),
        ("registers/soa.yaml", "A.5.18", 0, "A.5.18"),
    ],
)
def test_controls(shelf: Library, path: str, words: str, offset: int, written: str) -> None:
    found = at(shelf, path, words, offset)
    assert found is not None
    assert (found[0].kind, found[0].scope, found[1]) == ("controls", "iso27001-2022", written)


@pytest.mark.parametrize(
    ("words", "offset"),
    [
        ("RSK-0011", 2),
        ("XRSK-001", 3),
        ("example/RSK-001", 10),
        ("RSK-001\u00e9", 2),
        ("is Okta", 4),
        ("okta.", 1),
        ("title: Grant", 8),
        ("**Nobody**", 3),
    ],
)
def test_what_only_looks_like_an_id_is_none(shelf: Library, words: str, offset: int) -> None:
    assert at(shelf, PATH, words, offset) is None


@pytest.mark.parametrize(
    ("target", "places"),
    [
        (
            ReferenceTarget("risks", "RSK-001"),
            [
                "risks.yaml definition: - {id: <RSK-001>",
                "risks.yaml id: , title: As <RSK-001>",
                "ac-001-grant-access.md id: risks: [<RSK-001>",
                "ac-001-grant-access.md id: AC-002, see <RSK-001>",
                "ac-001-grant-access.md id: dy**: Treat <RSK-001>",
            ],
        ),
        (
            ReferenceTarget("sops", "AC-002"),
            [
                "risks.yaml id:  RSK-001 in <AC-002>",
                "ac-001-grant-access.md id: related: [<AC-002>",
                "ac-001-grant-access.md id: Done before <AC-002>",
                "ac-001-grant-access.md id: access, see <AC-002>",
                "ac-001-grant-access.md link: the review](<ac-002-review.md#procedure>",
                "ac-002-review.md definition: id: <AC-002>",
            ],
        ),
        (
            ReferenceTarget("roles", "line-manager"),
            [
                "roles.yaml definition: - {id: <line-manager>",
                "ac-001-grant-access.md name: - **<Line manager>",
                "ac-001-grant-access.md name: 1. **<Line manager>",
                "ac-002-review.md name: - **<Line manager>",
                'ac-002-review.md name: "ask"></a>**<Line manager>',
            ],
        ),
        (
            ReferenceTarget("controls", "A.5.18", "iso27001-2022"),
            [
                "policies.yaml id: 7001-2022: [<A.5.15-18>",
                "soa.yaml id: - {control: <A.5.18>",
                "ac-001-grant-access.md id: 7001-2022: [<A.5.16-18>",
                "ac-001-grant-access.md id: - <ISO 27001:2022 A.5.18>",
                "ac-002-review.md id: 7001-2022: [<A.5.18>",
                "ac-002-review.md id: - <ISO 27001:2022 A.5.18>",
            ],
        ),
        (
            ReferenceTarget("anchors", "ask", PATH),
            ['ac-001-grant-access.md definition: 002. <a id="<ask>', "ac-001-grant-access.md link: at [step 1](<#ask>"],
        ),
        (ReferenceTarget("risks", "RSK-009"), []),
    ],
    ids=lambda value: value.id if isinstance(value, ReferenceTarget) else "",
)
def test_every_place_that_means_a_thing(shelf: Library, target: ReferenceTarget, places: list[str]) -> None:
    assert told(shelf, references_to(shelf, target)) == places


@pytest.mark.parametrize(
    ("target", "places"),
    [
        (ReferenceTarget("sops", "AC-002"), ["ac-002-review.md definition: id: <AC-002>"]),
        (ReferenceTarget("risks", "RSK-001"), ["risks.yaml definition: - {id: <RSK-001>"]),
        (ReferenceTarget("anchors", "procedure", OTHER), ["ac-002-review.md definition: <## Procedure>"]),
        (ReferenceTarget("controls", "A.5.18", "iso27001-2022"), []),
        (ReferenceTarget("risks", "RSK-009"), []),
        (ReferenceTarget("sops", "AC-009"), []),
        (ReferenceTarget("anchors", "ask", "sops/none.md"), []),
    ],
    ids=lambda value: value.id if isinstance(value, ReferenceTarget) else "",
)
def test_where_a_thing_is_defined(shelf: Library, target: ReferenceTarget, places: list[str]) -> None:
    assert told(shelf, definitions_of(shelf, target)) == places


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe", b"---\nid: AC-003", b"---\nid: [\n---\nAC-002\n", b"\xef\xbb\xbf---\n---\n"]
)
def test_any_bytes_can_be_asked_about(shelf: Library, data: bytes) -> None:
    broken = shelf.with_texts({PATH: data, RISKS: data})
    for path in (PATH, RISKS):
        found = [reference_at(broken, path, offset) for offset in range(-1, 99)]
        assert all(data[one.start : one.end] in {b"AC-002", b"AC-003"} for one in found if one is not None)
    elsewhere = tuple(one for one in references_to(broken, ReferenceTarget("sops", "AC-002")) if one.path == OTHER)
    assert told(shelf, elsewhere) == ["ac-002-review.md definition: id: <AC-002>"]
