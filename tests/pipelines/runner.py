"""Runs the steps of action.yml as a runner does: bash, its options, its environment files, its expressions."""

import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
INSTALL, LINT, UPLOAD = ACTION["runs"]["steps"]
_EXPRESSION = re.compile(r"\$\{\{ (.*?) \}\}")


@dataclass
class Runner:
    """A runner with a checkout: what a step leaves in its files is there for the next one."""

    root: Path
    temp: Path
    expressions: dict[str, str]
    variables: dict[str, str] = field(default_factory=dict)

    def run(self, step: dict[str, Any]) -> subprocess.CompletedProcess[str]:
        """The step as GitHub runs one of `shell: bash`."""
        assert step["shell"] == "bash"
        assert "${{" not in step["run"]
        script = self.temp / "step.sh"
        script.write_text(step["run"])
        given = {name: _EXPRESSION.sub(self._value, text) for name, text in step["env"].items()}
        files = {name: str(self.temp / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        around = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)],
            cwd=self.root,
            env=around
            | {"RUNNER_TEMP": str(self.temp), "GITHUB_ACTIONS": "true", "CI": "true"}
            | files
            | self.variables
            | given,
            capture_output=True,
            text=True,
        )

    def _value(self, match: re.Match[str]) -> str:
        return self.expressions[match[1]]  # an expression that the tests do not know fails here

    def left(self, name: str) -> str:
        file = self.temp / name
        return file.read_text() if file.exists() else ""
