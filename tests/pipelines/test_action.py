"""The steps of action.yml, run as a runner runs them: bash, its options, its environment files, its expressions."""

import base64
import gzip
import json
import re
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from sarif_pydantic import Sarif
from tests.build import COMPLETE, PATH, REGISTERS
from tests.pipelines.hostile import fill, what_ran
from tests.pipelines.runner import ACTION, INSTALL, LINT, ROOT, UPLOAD, Runner
from tests.repository import GitRepository

BASE = "inputs.base || github.base_ref && format('origin/{0}', github.base_ref) || 'none'"


@pytest.fixture
def runner(tmp_path: Path, installed: Path) -> Runner:
    """A checkout of a pull request: `main` has a library with one finding, the branch brings another."""
    repository = GitRepository.start(tmp_path / "checkout")
    old = COMPLETE.replace("asks for access.", "asks for access, TODO.")
    files = {"procedures/sopkit.toml": "", f"procedures/{PATH}": old}
    files |= {f"procedures/{name}": text for name, text in REGISTERS.items()}
    repository.commit("2026-01-02", dict(files))
    repository.git("update-ref", "refs/remotes/origin/main", "HEAD")
    repository.git("checkout", "-q", "-b", "change")
    new = old.replace("AC-001", "AC-002").replace("TODO", "a lot").replace("A.5.18]", "A.9.2.2]")
    repository.commit("2026-01-03", {f"procedures/{PATH.replace('001', '002')}": new})
    temp = tmp_path / "temp"
    temp.mkdir()
    (temp / "sopkit").symlink_to(installed / "sopkit")
    given = {"inputs.library": "procedures", BASE: "origin/main", "inputs.profile": "review", "inputs.fail-on": ""}
    return Runner(tmp_path / "checkout", temp, given)


@pytest.mark.slow
def test_the_first_step_installs_this_version_with_the_locked_dependencies(installed: Path, tmp_path: Path) -> None:
    python = installed / "sopkit" / "bin" / "python"
    code = "import sopkit.cli.app; print(sopkit.__file__); import jinja2; print(jinja2.__version__)"
    done = subprocess.run([python, "-I", "-c", code], cwd=tmp_path, capture_output=True, text=True)
    version = re.findall(r"^jinja2==(\S+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert done.stdout.splitlines() == [str(ROOT / "src/sopkit/__init__.py"), *version]


@pytest.mark.slow
def test_a_requirement_is_installed_instead(tmp_path: Path) -> None:
    checkout, temp, canary = tmp_path / "checkout", tmp_path / "temp", tmp_path / "canary"
    temp.mkdir()
    fill(checkout, canary)
    package = tmp_path / "package"  # builds without another package, so that no network is needed
    package.mkdir()
    (package / "pyproject.toml").write_text(
        "[build-system]\nrequires = []\nbuild-backend = 'backend'\nbackend-path = ['.']\n"
    )
    (package / "backend.py").write_text(_BACKEND)
    expressions = {"inputs.requirement": str(package), "github.action_path": str(ROOT)}
    done = Runner(checkout, temp, expressions, {"PYTHONPATH": str(checkout)}).run(INSTALL)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert what_ran(canary) == ""
    python = [temp / "sopkit/bin/python", "-I", "-m", "sopkit"]
    assert subprocess.run(python, capture_output=True, text=True).stdout == "chosen\n"


_BACKEND = """
import zipfile

def build_wheel(folder, config_settings=None, metadata_directory=None):
    name = "sopkit-9-py3-none-any.whl"
    with zipfile.ZipFile(f"{folder}/{name}", "w") as wheel:
        wheel.writestr("sopkit.py", "print('chosen')")
        wheel.writestr("sopkit-9.dist-info/METADATA", "Metadata-Version: 2.1\\nName: sopkit\\nVersion: 9\\n")
        wheel.writestr("sopkit-9.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("sopkit-9.dist-info/RECORD", "")
    return name
"""


@pytest.mark.slow
def test_no_file_of_a_pull_request_runs(
    runner: Runner, forge: tuple[str, list[tuple[str, str, bytes]], list[int]], tmp_path: Path
) -> None:
    canary = tmp_path / "canary"
    fill(runner.root, canary)
    runner.variables = {"PYTHONPATH": str(runner.root)}
    linted, sent = runner.run(LINT), uploading(runner, forge[0])
    assert (linted.returncode, sent.returncode, len(forge[1])) == (1, 0, 1)
    assert "SOP402" in {code for _, code in annotations(linted.stdout)}
    assert what_ran(canary) == ""


@pytest.mark.slow
def test_titles_and_paths_set_no_output_and_give_no_command(runner: Runner) -> None:
    file = runner.root / "procedures" / PATH.replace("001", "002")
    text = re.sub(
        "^title: .*",
        r'title: "::add-mask::x ##[add-mask]y\\n::set-output name=failed::false"',
        file.read_text(),
        flags=re.MULTILINE,
    )
    for name in ("::set-output name=failed::false.md", "a\n::stop-commands::z\nfailed=false.md", "##[add-mask]v.md"):
        (file.parent / name).write_text(text)
    done = runner.run(LINT)
    assert runner.left("GITHUB_OUTPUT").splitlines() == ["failed=true", f"sarif={runner.temp}/sopkit.sarif"]
    *commands, summary = done.stdout.splitlines()
    assert len(commands) > 3
    assert [line for line in commands if not re.match(r"::(error|warning|notice) file=", line)] == []
    assert not re.search(r"^\s*::|##\[", summary + done.stderr, re.MULTILINE)
    assert "##[" not in runner.left("GITHUB_STEP_SUMMARY")


def annotations(said: str) -> list[tuple[str, str]]:
    return re.findall(r"^::error file=(\S+?),line=.*title=(SOP\d+)", said, re.MULTILINE)


@pytest.mark.slow
def test_a_pull_request_hears_of_its_own_findings(runner: Runner) -> None:
    done = runner.run(LINT)
    path = "procedures/sops/access-control/ac-002-grant-access.md"
    assert set(annotations(done.stdout)) == {(path, "SOP402")}
    assert done.returncode == 1
    assert runner.left("GITHUB_OUTPUT").splitlines() == ["failed=true", f"sarif={runner.temp}/sopkit.sarif"]
    results = Sarif.model_validate_json(runner.left("sopkit.sarif")).runs[0].results or []
    assert "SOP402" in {result.rule_id for result in results}
    assert "ac-002-grant-access.md" in runner.left("GITHUB_STEP_SUMMARY")


@pytest.mark.slow
def test_elsewhere_everything_is_told(runner: Runner) -> None:
    runner.expressions[BASE] = "none"
    found = {code for _, code in annotations(runner.run(LINT).stdout)}
    assert {"SOP104", "SOP402"} <= found


@pytest.mark.slow
def test_a_clean_library_passes(runner: Runner) -> None:
    runner.expressions["inputs.fail-on"] = "error"
    new = runner.root / "procedures" / PATH.replace("001", "002")
    new.write_text(new.read_text().replace("A.9.2.2]", "A.5.18]"))
    done = runner.run(LINT)
    assert (annotations(done.stdout), done.returncode) == ([], 0)
    assert runner.left("GITHUB_OUTPUT").splitlines()[0] == "failed=false"


@pytest.mark.slow
def test_a_folder_without_a_library_fails_with_words(runner: Runner) -> None:
    runner.expressions["inputs.library"] = "nowhere; touch hit"
    done = runner.run(LINT)
    assert done.returncode == 2
    assert "nowhere; touch hit" in done.stderr
    assert runner.left("GITHUB_OUTPUT") == "failed=true\n"
    assert not (runner.root / "hit").exists()


@pytest.fixture
def forge() -> Iterator[tuple[str, list[tuple[str, str, bytes]], list[int]]]:
    """The address of a server that takes uploads, what it got, and what it answers."""
    got: list[tuple[str, str, bytes]] = []
    answers = [202]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((self.path, self.headers["Authorization"], body))
            self.send_response(answers[0])
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", got, answers
    server.shutdown()
    thread.join()
    server.server_close()


def uploading(runner: Runner, address: str) -> subprocess.CompletedProcess[str]:
    runner.run(LINT)
    runner.expressions |= {"steps.lint.outputs.sarif": str(runner.temp / "sopkit.sarif"), "inputs.token": "s3cret"}
    runner.variables |= {"GITHUB_SHA": "f" * 40, "GITHUB_REF": "refs/pull/7/merge", "GITHUB_API_URL": address}
    runner.variables["GITHUB_REPOSITORY"] = "acme/isms"
    return runner.run(UPLOAD)


@pytest.mark.slow
def test_code_scanning_gets_the_findings(
    runner: Runner, forge: tuple[str, list[tuple[str, str, bytes]], list[int]]
) -> None:
    address, got, _ = forge
    done = uploading(runner, address)
    assert (done.returncode, done.stdout) == (0, "sent to code scanning: 202\n")
    [(path, token, body)] = got
    sent = json.loads(body)
    assert (path, token) == ("/repos/acme/isms/code-scanning/sarifs", "Bearer s3cret")
    assert (sent["commit_sha"], sent["ref"]) == ("f" * 40, "refs/pull/7/merge")
    assert gzip.decompress(base64.b64decode(sent["sarif"])).decode() == runner.left("sopkit.sarif")


@pytest.mark.slow
def test_a_refused_upload_warns_and_fails_nothing(
    runner: Runner, forge: tuple[str, list[tuple[str, str, bytes]], list[int]]
) -> None:
    address, _, answers = forge
    answers[0] = 403
    done = uploading(runner, address)
    assert done.returncode == 0
    assert done.stdout.startswith("::warning title=SARIF not uploaded::GitHub answered 403; ")
    assert "s3cret" not in done.stdout + done.stderr


@pytest.mark.slow
def test_no_connection_warns_and_fails_nothing(runner: Runner) -> None:
    done = uploading(runner, "http://127.0.0.1:9")
    assert done.returncode == 0
    assert done.stdout.startswith("::warning title=SARIF not uploaded::")


def test_the_upload_is_asked_for_and_waits_for_a_report() -> None:
    asked = "${{ !cancelled() && inputs.upload-sarif == 'true' && steps.lint.outputs.sarif != '' }}"
    assert UPLOAD["if"] == asked
    assert ACTION["inputs"]["upload-sarif"]["default"] == "false"
