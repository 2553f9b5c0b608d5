"""What holds for any choice of fixes, on damaged SOPs of the example and on real documents."""

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.test_properties import AUDIT, acme, budget, corpus

from sopkit.authoring.fix import apply_fixes, fix_findings
from sopkit.library import Library
from sopkit.lint.engine import lint
from sopkit.model.finding import Edit, Finding

pytestmark = pytest.mark.slow

# What a hurried hand makes of a line: each is a pattern in an SOP, and what stands there then.
SLIPS = (
    (rb"(?m)^review_every: .*$", b"review_every: 3 years"),
    (rb"(?m)^review_every:", b"reviewevery:"),
    (rb"(?m)^owner: (\w)", rb"ownr: \1"),
    (rb"(?m)^(owner: \w+)\w\b", rb"\1x"),
    (rb"(?m)^status: active$", b"status: Active"),
    (rb"(?m)^criticality: .*\n", b""),
    (rb"(?m)^version: .*\n", b""),
    (rb"(?m)^area: .*\n", b""),
    (rb"(?m)^effective: (\d+)-(\d+)-(\d+)$", rb"effective: \1/\2/\3"),
    (rb"(?m)^effective: (\d+)-(\d+)-(\d+)$", rb"effective: \3.\2.\1"),
    (rb"(?m)^(\s+- )A\.(\d)\.(\d+)$", rb"\1A.\2.9\3"),
    (rb"(?m)^(\s+- )A\.5\.18$", rb"\1A.9.2.2"),
    (rb"(?m)^assets: \[(\w)", rb"assets: [x\1"),
    (rb"(?m)^(risks: \[RSK-)0", rb"\1"),
    (rb"(?m)^audience: \[(\w+)-", rb"audience: [\1_"),
    (rb"(?m)^## (Purpose|Scope|Roles|Inputs|Procedure|References)\n", b""),
    (rb"(?m)^## (Records|Escalation|Rollback)\n", b""),
    (rb"(?ms)^(## Roles\n.*?)(^## Inputs\n.*?)(?=^## )", rb"\2\1"),
    (rb"(?ms)^(## Purpose\n.*?)(^## Records\n.*?)(?=^## )", rb"\2\1"),
    (rb"(?m)^    - (\w)", rb"   - \1"),
    (rb"(?m)^### ", b"##### "),
    (rb"(?m)^## (Exceptions|Inputs)$", rb"# \1"),
    (rb"(?m)^\* ISO 27001.*\n", b""),
    (rb"\]\(([\w/.-]+)\.md", rb"](x/\1.md"),
    (rb"\]\(#(\w+)", rb"](#\1s"),
    (rb"(?m)^---\nid", b"id"),
    (rb"within (\d+) days", rb"within 7\1 days"),
    (rb"\*\*(\w+) (\w+)\*\*", rb"**\1e \2**"),
    (rb"(?m)^(\d+\. .*)$", rb"\1 <b onclick=x>now</b>"),
    (rb"(?m)^# .*$", "# Größe \U0001f642".encode()),
)

UNCOVERED = {
    "SOP001": {"any"},
    "SOP002": {"any"},
    "SOP004": {"SOP005", "SOP009", "SOP012", "SOP013", "SOP501"},
    "SOP005": {"any"},
    "SOP006": {"any"},
    "SOP101": {"SOP102", "SOP103"},  # what came before the order of the sections was settled
    "SOP220": {"SOP103"},
    "SOP221": {"SOP103"},
    "SOP401": {"SOP404"},
    "SOP402": {"SOP404"},
}
"""Codes that a mended finding hid: they judge the value, the list or the section that was not there to be judged."""


@st.composite
def slipped(draw: st.DrawFn) -> tuple[str, bytes]:
    """The path of an SOP of the example, and its bytes after one to six slips."""
    sop = draw(st.sampled_from(acme().sops))
    data = sop.source.data
    for pattern, by in draw(st.lists(st.sampled_from(SLIPS), min_size=1, max_size=6)):
        places = list(re.finditer(pattern, data))
        if places:
            match = draw(st.sampled_from(places))
            data = data[: match.start()] + match.expand(by) + data[match.end() :]
    if draw(st.booleans()):
        data = data.replace(b"\n", b"\r\n")
    return sop.path, data


def mendable(library: Library, path: str) -> list[Finding]:
    findings = lint(library, replace(AUDIT, paths=(path,))).findings
    return [one for one in findings if one.fix is not None and one.fix.edits and one.path == path]


def outside(data: bytes, edits: list[Edit]) -> Iterator[bytes]:
    """The bytes between edits, in order."""
    at = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        yield data[at : edit.start]
        at = edit.end
    yield data[at:]


def check_some(library: Library, path: str, data: bytes, chosen: list[Finding]) -> None:
    fixes = [one.fix for one in chosen if one.fix is not None]
    result, count = apply_fixes(data, fixes)
    alone = [
        fix for at, fix in enumerate(fixes) if apply_fixes(data, fixes[: at + 1])[1] > apply_fixes(data, fixes[:at])[1]
    ]
    assert count == len(alone)
    edits = [edit for fix in alone for edit in fix.edits]
    texts = [edit.text.encode() for edit in sorted(edits, key=lambda edit: (edit.start, edit.end))]
    kept = list(outside(data, edits))
    assert result == b"".join(piece for pair in zip(kept, [*texts, b""], strict=True) for piece in pair)
    data.decode()
    result.decode()

    before = codes(library, path)
    after = codes(library.with_texts({path: result}), path)
    uncovered = {code for one in chosen for code in UNCOVERED.get(one.code, ())}
    new = after - before
    assert not new or "any" in uncovered or set(new) <= uncovered, (new, [one.code for one in chosen])


def codes(library: Library, path: str) -> Counter[str]:
    return Counter(one.code for one in lint(library, replace(AUDIT, paths=(path,))).findings if one.path == path)


def check_all(library: Library, path: str) -> None:
    options = replace(AUDIT, paths=(path,))
    done = fix_findings(library, options, meaning=True, unsafe=True)
    assert done.unsettled == ()
    again = fix_findings(done.library, options, meaning=True, unsafe=True)
    assert (again.files, again.applied) == ({}, 0)


@budget(60)
@given(slipped(), st.randoms(use_true_random=False))
def test_any_fixes_of_a_damaged_sop_mend_and_break_nothing(document: tuple[str, bytes], chance: random.Random) -> None:
    path, data = document
    library = acme().with_texts({path: data})
    found = mendable(library, path)
    check_some(library, path, data, [one for one in found if chance.random() < 0.6])
    check_all(library, path)


@cache
def real() -> list[str]:
    return [sop.path for sop in corpus().sops if mendable(corpus(), sop.path)]


@budget(40)
@given(st.data())
def test_any_fixes_of_a_real_document_mend_and_break_nothing(draw: st.DataObject) -> None:
    path = draw.draw(st.sampled_from(real()))
    found = mendable(corpus(), path)
    chosen = draw.draw(st.lists(st.sampled_from(found), unique_by=id))
    check_some(corpus(), path, corpus().by_path[path].source.data, chosen)


def test_all_fixes_of_the_corpus_settle() -> None:
    done = fix_findings(corpus(), AUDIT, meaning=True, unsafe=True)
    assert done.unsettled == ()
    again = fix_findings(done.library, AUDIT, meaning=True, unsafe=True)
    assert (again.files, again.applied) == ({}, 0)
