"""Jobs of GitHub and GitLab that run sopkit without the history."""

from pathlib import Path

import pytest
from tests.doctor.facts import facts, lines

from sopkit.doctor.facts import DoctorState

WORKFLOW = """\
on: push
jobs:
  lint:
    steps:
      - uses: actions/checkout@v4
{with}
      - run: |
          pip install sopkit ruff
          {run}
"""
GITHUB, GITLAB = ".github/workflows/ci.yml", ".gitlab-ci.yml"


def found(root: Path, path: str, text: str) -> list[tuple[DoctorState, str, int]]:
    return [
        (line.state, line.message, line.line)
        for line in lines(facts(root, pipelines=((path, text.encode()),)), "pipelines")
    ]


GOOD = [(DoctorState.OK, "where sopkit runs it has the whole history", 0)]
BAD = [(DoctorState.WARNING, "job `lint` runs sopkit on a shallow clone", 5)]


@pytest.mark.parametrize(
    ("options", "run", "expected"),
    [
        ("", "sopkit lint", BAD),
        ("        with: {fetch-depth: 0}", "sopkit lint", GOOD),
        ("        with: {fetch-depth: 1}", "sopkit stale", BAD),
        ("", "sopkit lint --tree-only", GOOD),
        ("", "git fetch --unshallow && sopkit stale", GOOD),
        ("", "python -m sopkit stale", BAD),
        ("", "make all", GOOD),
    ],
)
def test_github(options: str, run: str, expected: list[tuple[DoctorState, str, int]], tmp_path: Path) -> None:
    assert found(tmp_path, GITHUB, WORKFLOW.replace("{with}", options).replace("{run}", run)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lint:\n  script: [sopkit lint]\n", [(DoctorState.WARNING, "job `lint` runs sopkit on a shallow clone", 1)]),
        ('variables: {GIT_DEPTH: "0"}\nlint:\n  script: sopkit lint\n', GOOD),
        ("variables: {GIT_DEPTH: {value: 0}}\nlint:\n  script: sopkit lint\n", GOOD),
        ("lint:\n  variables: {GIT_DEPTH: 0}\n  script:\n    - [pip install x]\n    - [sopkit stale]\n", GOOD),
        (".full:\n  variables: {GIT_DEPTH: 0}\nlint:\n  extends: .full\n  script: sopkit lint\n", GOOD),
        (
            "variables: {GIT_DEPTH: 0}\n.x: &x\n  - sopkit lint\nlint:\n  variables: {GIT_DEPTH: 5}\n  script: *x\n",
            [(DoctorState.WARNING, "job `lint` runs sopkit on a shallow clone", 4)],
        ),
        ("lint:\n  script: !reference [.sopkit, script]\n", GOOD),
        ("sopkit: [\n", [(DoctorState.WARNING, "the file is no YAML that can be read", 0)]),
        ("lint:\n  script: make\n", []),
    ],
)
def test_gitlab(text: str, expected: list[tuple[DoctorState, str, int]], tmp_path: Path) -> None:
    assert found(tmp_path, GITLAB, text) == expected


@pytest.mark.parametrize(
    "text", ["jobs: [sopkit]", "jobs: {a: {steps: {x: sopkit}}}", "sopkit", "jobs: {a: sopkit lint}"]
)
def test_other_shapes_are_no_trouble(text: str, tmp_path: Path) -> None:
    assert {state for path in (GITHUB, GITLAB) for state, _, _ in found(tmp_path, path, text)} <= {
        DoctorState.OK,
        DoctorState.WARNING,
    }
