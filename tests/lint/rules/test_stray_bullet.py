"""SOP112: what falls out of its step, what stands outside on purpose, and what the fix gives."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library, read
from tests.lint.rules.found import found

from sopkit.authoring.fix import fix_findings
from sopkit.lint.engine import LintOptions

pytestmark = pytest.mark.slow

OPTIONS = LintOptions(select=("SOP112",))


def mended(root: Path, procedure: str) -> str:
    text = complete(f"## Procedure\n\n{procedure}")
    done = fix_findings(library(root, {PATH: text}), OPTIONS, meaning=True).library.by_path[PATH].source.data.decode()
    return done.split("## Procedure\n\n")[1].split("\n\n## ")[0]


@pytest.mark.parametrize(
    ("procedure", "words"),
    [
        ("10. One\n    - in\n", []),
        ("10. One\n   - out\n", ["   - out"]),
        ("10. One\n    - in\n   - out\n", ["   - out"]),
        ("10. One\n - out\n", [" - out"]),
        ("10. One\n- beside\n", []),
        ("1. One\n  - out\n", ["  - out"]),
        ("1. One\n   - in\n", []),
        ("1) One\n  - out\n", ["  - out"]),
        ("100. One\n   - out\n", ["   - out"]),
        ("1.  One\n   - out\n", ["   - out"]),
        ("1.     code\n  - out\n", ["  - out"]),
        ("1.\n   - in\n", []),
        ("1.\n  - out\n", ["  - out"]),
        ("1.\tOne\n    - in\n", []),
        ("10. One\n\n   Words.\n", ["   Words."]),
        ("10. One\n\nWords.\n", []),
        ("10. One\n   words that go on\n", []),
        ("10. One\n\n   ```\n   ls\n   ```\n", ["   ```"]),
        ("10. One\n\n   | a |\n   | - |\n   | b |\n", ["   | a |"]),
        ("10. One\n\t- in\n", []),
        ("10. One\n   - out\n\n   Words.\n\n11. Two\n   - out too\n", ["   - out", "   - out too"]),
        ("1. One\n\n   9. Two\n     - out\n   10. Three\n", ["     - out"]),
        ("1. One\n   1. Two\n   - beside\n", []),
        ("- One\n - beside\n", []),
        ("10. One\n\n   ### Heading\n", []),
        ("> 10. One\n>    - quoted\n", []),
        ("1. One\n  1. in\n  2. in\n2. Two\n", ["1. in"]),
        ("1. One\n  1. in\n2. Two\n  1. in\n  2. in\n", ["1. in", "1. in"]),
        ("1. One\n2. Two\n  1. in\n", []),
        ("1. One\n  1. beside\n1. Two\n", []),
        ("1. One\n   1. in\n   2. in\n2. Two\n", []),
        (" 9. One\n10. Two\n11. Three\n", []),
        ("1. One\n  2. beside\n3. Three\n", []),
        ("1. One\n  1. in\n 2. askew\n2. Two\n", []),
        ("10. One\n   1. in\n   2. in\n11. Two\n", ["1. in"]),
        ("1) One\n  1) in\n  2) in\n", ["1) in"]),
    ],
)
def test_what_is_indented_too_little_falls_out(procedure: str, words: list[str], tmp_path: Path) -> None:
    given = [word.lstrip() for word in found(tmp_path, "SOP112", f"## Procedure\n\n{procedure}")]
    assert given == [word.strip() for word in words]


@pytest.mark.parametrize(
    ("procedure", "expected"),
    [
        ("9. A\n10. B\n   - x\n     - y\n11. C", "9. A\n10. B\n    - x\n      - y\n11. C"),
        ("10. B\n   - x\n\n   Words\n   on.\n11. C", "10. B\n    - x\n\n    Words\n    on.\n11. C"),
        ("10. B\n\n  ```\n  ls\n\nend\n  ```", "10. B\n\n    ```\n    ls\n\n    end\n    ```"),
        ("10. B\n\n   | a |\n   | - |\n  | b |", "10. B\n\n    | a |\n    | - |\n    | b |"),
        ("10. B\n   - x\ngoes on\n", "10. B\n    - x\ngoes on"),
        ("1. A\n  - x\n1. B\n  - y", "1. A\n   - x\n1. B\n   - y"),
        ("10. B\n   - x\n\n1. other list", "10. B\n   - x\n\n1. other list"),
        ("1. A\n  1. x\n     more\n  2. y\n2. B", "1. A\n   1. x\n      more\n   2. y\n2. B"),
        ("10. A\n  1. x\n     - y\n11. B", "10. A\n    1. x\n       - y\n11. B"),
    ],
)
def test_the_fix_indents_and_keeps_the_rest(procedure: str, expected: str, tmp_path: Path) -> None:
    assert mended(tmp_path, procedure) == expected


def test_the_fix_gives_the_step_its_parts_back() -> None:
    step = read(complete("## Procedure\n\n9. A\n10. B\n    - Evidence: x\n11. C\n")).body.procedures[0].steps[1]
    assert (step.number, step.evidence) == ("10", ("x",))


def test_the_message_says_how_much_is_missing(tmp_path: Path) -> None:
    text = complete("## Procedure\n\n10. One\n  - out\n")
    [finding] = fix_findings(library(tmp_path, {PATH: text}), OPTIONS).report.findings
    assert finding.message == "this bullet falls out of the step above it; indent it by 2 spaces more"


def test_what_is_counted_wrongly_is_told_once(tmp_path: Path) -> None:
    lines = "".join(f"{number}. **HR**: Do.\n" for number in range(2, 15))
    text = f"## Procedure\n\n1. **HR**: Do.\n  1. This.\n  2. That.\n{lines}"
    assert [found(tmp_path / code, code, text) for code in ("SOP202", "SOP225")] == [[], []]
    assert [word.strip() for word in found(tmp_path, "SOP112", text)] == ["1. This."]


def test_bullets_behind_what_is_stray_do_not_join_the_steps(tmp_path: Path) -> None:
    assert mended(tmp_path, "10. One\n\n   Words.\n\n- beside\n") == "10. One\n\n    Words.\n\n- beside"
    assert mended(tmp_path, "10. One\n\n   Words.\n\n3. Three\n") == "10. One\n\n   Words.\n\n3. Three"
