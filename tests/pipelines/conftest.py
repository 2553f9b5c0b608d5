"""The environment that the first step of action.yml makes, for all tests of pipelines."""

from pathlib import Path

import pytest
from tests.pipelines.hostile import fill, what_ran
from tests.pipelines.runner import INSTALL, ROOT, Runner


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the first step leaves; it runs in a hostile checkout."""
    folder = tmp_path_factory.mktemp("runner")
    checkout, temp = folder / "checkout", folder / "temp"
    temp.mkdir()
    fill(checkout, folder / "canary")
    expressions = {"inputs.requirement": "", "github.action_path": str(ROOT)}
    runner = Runner(checkout, temp, expressions, {"PYTHONPATH": str(checkout)})
    done = runner.run(INSTALL)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert what_ran(folder / "canary") == ""
    return temp
