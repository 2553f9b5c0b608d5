"""`sopkit lint` with a baseline: written, used, shrunk."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import DAY, Run
from tests.repository import GitRepository

LEFT = "\n## Scope\n\nTODO: say which.\n"


@pytest.fixture
def configured(legacy: Path) -> Path:
    (legacy / "sopkit.toml").write_text('[lint]\nbaseline = "known.txt"\n')
    return legacy


def test_write_use_and_shrink(run: Run, configured: Path) -> None:
    first = run("lint", "--write-baseline")
    assert (first.code, first.err) == (0, "known.txt: 10 findings are known, 10 of them new; 0 taken out\n")
    assert first.out == "no findings in 1 SOP (profile review); 10 known from the baseline\n"
    lines = (configured / "known.txt").read_text("utf-8").splitlines()
    assert [line.split()[:2] for line in lines[2:]].count(["sops/ac-001.md:", "SOP101"]) == 6
    assert run("lint").code == 0

    sop = configured / "sops" / "ac-001.md"
    sop.write_text(sop.read_text("utf-8").replace("title: Access\n", "title: Access\nowner: security-lead\n"))
    shrunk = run("lint")
    assert "known.txt:5:1: warning SOP017 idle-ignore: 1 known finding is gone; take what is gone out" in shrunk.out
    assert "  5 | sops/ac-001.md: SOP006 " in shrunk.out
    assert shrunk.out.endswith("\n1 warning in 1 SOP (profile review); 9 known from the baseline\n")
    assert (shrunk.code, run("lint", "--fail-on", "warning").code) == (0, 1)
    again = run("lint", "--write-baseline")
    assert again.err == "known.txt: 9 findings are known, 0 of them new; 1 taken out\n"
    assert run("lint").out == "no findings in 1 SOP (profile review); 9 known from the baseline\n"


def test_a_new_finding_fails(run: Run, configured: Path) -> None:
    run("lint", "--write-baseline")
    (configured / "sops" / "ac-002.md").write_text("---\nid: AC-002\n---\n# Two\n")
    done = run("lint", "-f", "concise")
    assert done.code == 1
    assert {line.split(":")[0] for line in done.out.splitlines()} == {"sops/ac-002.md"}


def test_a_file_named_on_the_command_line(run: Run, legacy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("lint", "--baseline", "b.txt").code == 2
    assert run("lint", "--baseline", "b.txt", "--write-baseline").code == 0
    monkeypatch.chdir(legacy / "sops")
    assert run("lint", "--baseline", "../b.txt").code == 0
    assert run("lint").code == 1


def test_known_findings_are_shown_on_request_and_under_audit(run: Run, configured: Path) -> None:
    run("lint", "--write-baseline")
    assert run("lint", "-f", "concise").out == ""
    shown = run("lint", "-f", "concise", "--show-known")
    assert (shown.code, len(shown.out.splitlines())) == (0, 10)
    assert all(line.endswith(" (known)") for line in shown.out.splitlines())
    assert ": known SOP006 missing-key: " in run("lint", "--show-known").out
    assert ": known SOP006 missing-key: " in run("lint", "--profile", "audit").out
    document = json.loads(run("lint", "-f", "json").out)
    assert (len(document["known"]), document["summary"]["known"], document["findings"]) == (10, 10, [])


def test_part_of_the_library_leaves_the_entries_of_the_rest(run: Run, configured: Path) -> None:
    (configured / "sops" / "ac-002.md").write_text("---\nid: AC-002\n---\n# Two\n")
    run("lint", "--write-baseline")
    before = (configured / "known.txt").read_text("utf-8")
    for name in ("ac-001", "ac-002"):
        (configured / "sops" / f"{name}.md").write_text(f"---\nid: {name.upper()}\ntitle: T\nstatus: draft\n---\n# T\n")
    assert run("lint", "--write-baseline", "sops/ac-001.md").code == 0
    after = (configured / "known.txt").read_text("utf-8")
    of_two = [line for line in before.splitlines() if "ac-002" in line]
    assert [line for line in after.splitlines() if "ac-002" in line] == of_two
    assert after.count("sops/ac-001.md: ") < before.count("sops/ac-001.md: ")
    assert run("lint", "--write-baseline", "--select", "SOP101").code == 0
    assert "sops/ac-002.md: SOP006" in (configured / "known.txt").read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--write-baseline",), "no baseline is named: --baseline FILE, or `baseline` below [lint] in sopkit.toml"),
        (("--write-baseline", "--baseline", "b.txt", "--changed", "main"), "leave --changed and --diff out"),
        (("--write-baseline", "--baseline", "b.txt", "--diff"), "leave --changed and --diff out"),
        (("--write-baseline", "--baseline", "sops/ac-001.md"), "sops/ac-001.md:1: is no baseline"),
        (("--baseline", "sopkit.toml"), "sopkit.toml:1: is no baseline"),
        (("--baseline", "sops"), "sops: cannot be read: Is a directory"),
        (("--write-baseline", "--baseline", "no/b.txt"), "b.txt: cannot be written"),
    ],
)
def test_a_wrong_call_is_two(run: Run, legacy: Path, words: tuple[str, ...], said: str) -> None:
    before = (legacy / "sops" / "ac-001.md").read_bytes()
    done = run("lint", *words)
    assert done.code == 2
    assert said in done.err.replace("\n", " ").replace("  ", " ")
    assert "Traceback" not in done.err
    assert (legacy / "sops" / "ac-001.md").read_bytes() == before


def test_a_broken_baseline_is_written_anew(run: Run, configured: Path) -> None:
    run("lint", "--write-baseline")
    file = configured / "known.txt"
    whole = file.read_text("utf-8")
    file.write_text(f"{whole}<<<<<<< ours\n", "utf-8")
    done = run("lint")
    assert (done.code, "known.txt:13: a merge was left here" in done.err) == (2, True)
    assert run("lint", "--write-baseline").code == 0
    assert file.read_text("utf-8") == whole


def test_fix_mends_what_is_known_as_well(run: Run, configured: Path) -> None:
    run("lint", "--write-baseline")
    done = run("lint", "--fix")
    assert "status: draft" in (configured / "sops" / "ac-001.md").read_text("utf-8")
    assert "mended" in done.err
    assert "known findings are gone" in done.out
    assert run("lint", "--fix", "--write-baseline").code == 0
    assert run("lint").code == 0


@pytest.mark.slow
def test_only_what_a_branch_brings_is_new(run: Run, acme: Path) -> None:
    config = acme / "sopkit.toml"
    config.write_text(config.read_text("utf-8") + '\n[lint]\nbaseline = "known.txt"\n', "utf-8")
    first, second, *_ = sorted(acme.glob("sops/*/*.md"))
    first.write_text(first.read_text("utf-8").replace("\n## Scope\n", LEFT, 1), "utf-8")
    assert run("lint", "-C", acme, *DAY, "--write-baseline").code == 0
    repository = GitRepository.start(acme)
    repository.commit("2026-11-01", {})
    repository.switch("topic", "main")
    for file, text in ((first, "\n## Scope\n\nOthers.\n"), (second, LEFT)):
        file.write_text(file.read_text("utf-8").replace("\n## Scope\n", text, 1), "utf-8")
    changed = ("lint", "-C", acme, *DAY, "--changed", "main", "-f", "concise", "--fail-on", "info")
    found = [line.split(":")[0] for line in run(*changed).out.splitlines()]
    assert found == [second.relative_to(acme).as_posix()]


@pytest.mark.slow
def test_an_entry_taken_out_is_what_a_branch_answers_for(run: Run, acme: Path) -> None:
    config = acme / "sopkit.toml"
    config.write_text(config.read_text("utf-8") + '\n[lint]\nbaseline = "known.txt"\n', "utf-8")
    first = min(acme.glob("sops/*/*.md"))
    first.write_text(first.read_text("utf-8").replace("\n## Scope\n", LEFT, 1), "utf-8")
    run("lint", "-C", acme, *DAY, "--write-baseline")
    repository = GitRepository.start(acme)
    repository.commit("2026-11-01", {})
    repository.switch("topic", "main")
    changed = ("lint", "-C", acme, *DAY, "--changed", "main", "-f", "concise")
    assert run(*changed).out == ""
    known = acme / "known.txt"
    known.write_text("".join(known.read_text("utf-8").splitlines(keepends=True)[:2]), "utf-8")
    assert run(*changed).out.startswith(first.relative_to(acme).as_posix())
