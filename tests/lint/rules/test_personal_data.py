"""SOP702: private mail, private telephones and ids of persons, and what only looks like them."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library
from tests.lint.rules.found import found

from sopkit.authoring.fix import fix_findings
from sopkit.lint.engine import LintOptions

SCOPE = "## Scope\n\n{}\n"


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("Ask jane.roe@gmail.com.", ["jane.roe@gmail.com"]),
        ("Ask Jane+x@Hotmail.CO.UK, or j@gmx.de.", ["Jane+x@Hotmail.CO.UK", "j@gmx.de"]),
        ("`jane@proton.me` and <jane@web.de>", ["jane@proton.me", "jane@web.de"]),
        ("Ask support@gmail.com or Security@gmail.com.", []),
        ("Ask jane.roe@acme.example or jane@example.com.", []),
        ("Ask jane@gmail.com.example or jane@gmail.company.", []),
        ("Ask jane@notgmail.com and jane@gmail.", []),
        ("Mobile: +49 171 3928461", ["+49 171 3928461"]),
        ("cell phone (020) 555-1234567-9, private number = 0171 39 28 46", ["0171 39 28 46"]),
        ("Phone: +49 171 3928461", []),
        ("mobile 12 345 6", []),
        ("mobile 123 45 68", ["123 45 68"]),
        ("Mobile: +1 202 555 0123", []),
        ("Mobile: +44 7700 900123", []),
        ("Mobile: 000000000", []),
        ("Mobile app 4.2 since 20240918123456", []),
        ("12345678Z is a sample; 12345679S, 12345679-S", ["12345679S", "12345679-S"]),
        ("12345679T is none, X1234567L is one, 812345679S none", ["X1234567L"]),
        ("RSSMRA80A01H501U is a sample, VRDLGI75C15F205X none, VRDLGI75C15F205C one", ["VRDLGI75C15F205C"]),
        ("756.9217.0769.85 is one, 756.9217.0769.84 none, 756.1234.5678.97 a sample", ["756.9217.0769.85"]),
        ("529.982.247-25 is one, 529.982.247-24 none, 111.111.111-11 none", ["529.982.247-25"]),
        ("131052-308T is a sample, 010190-900P one, 010190-900R none", ["010190-900P"]),
        ("1 84 12 76 451 089 46 is one, 1 84 12 76 451 089 47 none", ["1 84 12 76 451 089 46"]),
        ("184122A45108971, 1 84 13 76 451 089 46", []),
    ],
)
def test_what_is_personal(text: str, hits: list[str], tmp_path: Path) -> None:
    assert sorted(found(tmp_path, "SOP702", SCOPE.format(text))) == sorted(hits)


def test_words_are_those_of_the_language(tmp_path: Path) -> None:
    text = "---\nlanguage: tlh\n---\n" + SCOPE.format("Mobile: +49 171 3928461, jane@gmail.com")
    assert found(tmp_path, "SOP702", text) == ["jane@gmail.com"]


PEOPLE = "- {key: ann, name: Ann Lee, emails: [Ann.Lee@gmail.com]}\n- {key: ben, name: Ben Roy}\n"
ROLES = """\
- {id: security-lead, title: Security lead, holders: [{person: ann}]}
- {id: it-operations, title: IT operations, holders: [{person: ben}]}
- {id: line-manager, title: Line manager, holders: [{person: %s}]}
- {id: asset-owner, title: Asset owner, holders: [{person: ben}]}
"""


@pytest.mark.parametrize(("other", "new"), [("ben", "Security lead"), ("ann", "ann.lee@gmail.com")])
def test_an_address_becomes_the_one_role_of_its_owner(other: str, new: str, tmp_path: Path) -> None:
    text = complete(SCOPE.format("Ask ann.lee@gmail.com."), status="draft")
    files = {PATH: text, "registers/people.yaml": PEOPLE, "registers/roles.yaml": ROLES % other}
    done = fix_findings(library(tmp_path, files), LintOptions(select=("SOP702",)), unsafe=True)
    assert done.library.by_path[PATH].source.data.decode() == text.replace("ann.lee@gmail.com", new)
