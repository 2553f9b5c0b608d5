"""The generator of the benchmark and the arithmetic of its table; nothing here takes the time of anything."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from bench import handbooks, search_rows, weights
from bench.editing import editing
from bench.history import repository
from bench.libraries import library
from bench.measure import Command, RunError, Sample, in_turn, peak, run, starts_of
from bench.peers import ELEVENTY, HUGO, MATERIAL, STARLIGHT, ZENSICAL, Peer
from bench.ratios import By, Row, against, growth, table
from bench.recorded import Size, recorded
from bench.rows import HEAVY, MEASUREMENTS
from bench.sops import FAULTY, LEAST, MOST, path_of, sop
from bench.weights import Weight
from bench.words import AS_OF

from sopkit.library import load
from sopkit.lifecycle.stale import report_stale
from sopkit.lint.engine import lint

pytestmark = pytest.mark.slow


def tree(folder: Path) -> dict[str, bytes]:
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    return {name: path.read_bytes() for name, path in found.items() if path.is_file() and ".git/" not in name}


def git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True).stdout


def test_every_sop_has_its_size_and_its_own_path() -> None:
    sizes = [len(sop(number).encode()) for number in range(300)]
    assert (min(sizes) >= LEAST, max(sizes) <= MOST) == (True, True)
    assert len({path_of(number) for number in range(10_000)}) == 10_000


def test_only_the_faulty_ones_have_findings(tmp_path: Path) -> None:
    report = lint(load(library(60, tmp_path), date.fromisoformat(AS_OF)))
    faulty = {path_of(number) for number in range(60) if number % FAULTY == FAULTY - 1}
    assert (report.checked, sorted(finding.path for finding in report.findings)) == (60, sorted(faulty))


def test_a_library_is_the_same_each_time_and_begins_a_larger_one(tmp_path: Path) -> None:
    small, again = tree(library(5, tmp_path / "one")), tree(library(5, tmp_path / "two"))
    large = tree(library(7, tmp_path / "one"))
    assert small == again
    assert {name: large[name] for name in small} == small
    assert sorted(large.keys() - small.keys()) == sorted([path_of(5), path_of(6)])


def test_a_library_of_the_same_generator_is_kept(tmp_path: Path) -> None:
    folder = library(2, tmp_path)
    (folder / "mine").touch()
    assert (library(2, tmp_path) / "mine").exists()
    folder.with_name("library-2.stamp").write_text("another")
    assert not (library(2, tmp_path) / "mine").exists()


def test_a_history_has_its_commits_merges_and_sops(tmp_path: Path) -> None:
    folder = repository(120, 12, tmp_path)
    assert git(folder, "rev-list", "--count", "HEAD") == "120\n"
    assert int(git(folder, "rev-list", "--count", "--merges", "HEAD")) > 5
    assert len(list(folder.glob("sops/*/*.md"))) == 12
    assert git(folder, "status", "--porcelain") == ""
    head = git(folder, "rev-parse", "HEAD")
    assert git(repository(120, 12, tmp_path / "again"), "rev-parse", "HEAD") == head


def test_each_text_of_a_recorded_library_is_approved_and_each_sop_reviewed(tmp_path: Path) -> None:
    folder = recorded(Size(8, 3, together=2), tmp_path)
    assert len(list(folder.glob("ledger/sops/*/*-approval-*.yaml"))) == 8 * 3
    day = date.fromisoformat(AS_OF)
    rows = report_stale(folder, day, day, cached=False).rows
    told = {(row.revision, row.in_force, row.evidence, row.invalid, row.reviewed == row.approved) for row in rows}
    assert told == {("r3", "r3", "E1", (), True)}
    assert int(git(folder, "rev-list", "--count", "--merges", "HEAD")) == 5
    head = git(folder, "rev-parse", "HEAD")
    assert git(recorded(Size(8, 3, together=2), tmp_path / "again"), "rev-parse", "HEAD") == head


def test_programs_that_a_command_starts_are_counted() -> None:
    twice = "import subprocess as s; [s.run(['git', '--version']) for _ in range(2)]"
    assert starts_of(Command((sys.executable, "-c", twice)), "git") == 2
    with pytest.raises(RunError, match="nonesuch is not on PATH"):
        starts_of(Command((sys.executable, "-c", "")), "nonesuch")


def test_a_ratio_is_of_the_clock_and_of_the_processor() -> None:
    row = against("a", "what", Sample(3.0, 2.0), Sample(2.0, 0.5), 3, By.PROCESSOR)
    ratios = {By.CLOCK: 1.5, By.PROCESSOR: 4.0}
    assert row == Row("a", "what", "3.000 s, 2.000 cpu", "2.000 s, 0.500 cpu", ratios, 3, By.PROCESSOR)
    assert row.cells[4:] == ("4 cpu", "3", "NO", "1.5 clock")


@pytest.mark.parametrize(("last", "ratio"), [(1000.5, 1.0), (2000.5, 2.0)])
def test_growth_takes_start_up_off(last: float, ratio: float) -> None:
    # Half a second to start, then a tenth of a second for each document in the library in the middle.
    samples = {10: Sample(1.5, 1.5), 1_000: Sample(100.5, 100.5), 10_000: Sample(last, last)}
    row = growth("d", "what", samples, 1.1, By.CLOCK)
    assert row.ratios[By.CLOCK] == pytest.approx(ratio, rel=0.01)
    assert (row.baseline, row.holds) == ("100.000 ms each", ratio < 1.1)


def test_a_ratio_at_its_bar_holds_and_one_without_a_bar_is_not_judged() -> None:
    rows = [Row("e", "what", "1 GiB", "1 GiB", {By.MEMORY: 1.0}, bar, By.MEMORY) for bar in (1, 0.9, None)]
    assert [(row.holds, row.cells[6]) for row in rows] == [(True, "yes"), (False, "NO"), (True, "")]


def test_the_table_is_in_columns() -> None:
    row = Row("e", "memory", "512 MiB", "1024 MiB", {By.MEMORY: 0.5}, 1, By.MEMORY)
    assert table([row]).splitlines() == [
        "row  what    ours     baseline  ratio       bar  holds  also",
        "---  ------  -------  --------  ----------  ---  -----  ----",
        "e    memory  512 MiB  1024 MiB  0.5 memory  1    yes",
    ]


def test_contestants_take_turns_and_sums_are_of_all_commands(tmp_path: Path) -> None:
    order: list[str] = []
    commands = {name: Command(("true",), tmp_path, before=lambda name=name: order.append(name)) for name in "abc"}  # type: ignore[misc]
    in_turn([[commands["a"]], [commands["b"], commands["c"]]], 2)
    assert "".join(order) == "abc" + "abc" + "bca"


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="only Linux tells the memory of a family")
def test_memory_is_that_of_all_processes_together() -> None:
    hold = "held = bytearray(60_000_000); held[::4096] = bytes(len(held[::4096])); import time; time.sleep(0.4)"
    alone = (sys.executable, "-c", hold)
    both = (sys.executable, "-c", f"import subprocess; p = subprocess.Popen({list(alone)!r}); {hold}; p.wait()")
    assert 60_000_000 < peak(Command(alone)) < 110_000_000 < peak(Command(both))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("sh", "-c", "echo why >&2; exit 4"), "sh -c echo why >&2; exit 4: exit 4: why"),
        (("/no/such/program",), "/no/such/program: No such file or directory"),
    ],
)
def test_a_command_that_fails_says_why(words: tuple[str, ...], message: str) -> None:
    with pytest.raises(RunError) as raised:
        run(Command(words))
    assert str(raised.value) == message


def test_a_server_answers_as_an_editor_asks(tmp_path: Path) -> None:
    file = library(3, tmp_path) / path_of(1)
    with editing(file) as server:
        server.edit()
        server.edit()
        assert server.version == 2
        hover = server.ask("textDocument/hover", **server.at("owner: "))
        assert "role" in hover["result"]["contents"]["value"]


@pytest.mark.parametrize("peer", [HUGO, MATERIAL, ZENSICAL, ELEVENTY, STARLIGHT], ids=str)
def test_each_peer_has_the_same_sops_with_their_history(peer: Peer, tmp_path: Path) -> None:
    size = Size(3, 2)
    ours, theirs = recorded(size, tmp_path), peer.sources(size, tmp_path)
    sops = tree(ours / "sops")
    assert {name: data for name, data in tree(theirs).items() if name.startswith("sops/")} == {
        f"sops/{name}": data for name, data in sops.items()
    }
    assert git(theirs, "log", "--format=%H", "--", "sops") == git(ours, "log", "--format=%H", "--", "sops")
    told = Path(handbooks.__file__).parent / "sites" / peer.name.lower()
    assert tree(told).items() <= tree(theirs).items()


def test_one_peer_finds_the_sops_where_it_looks_for_them(tmp_path: Path) -> None:
    folder = STARLIGHT.sources(Size(3, 2), tmp_path)
    assert tree(folder / "src/content/docs") == tree(folder / "sops")
    # Made again with the links that are there.
    assert STARLIGHT.sources(Size(3, 2), tmp_path) == folder


def test_peers_that_take_minutes_run_when_they_are_named() -> None:
    assert MEASUREMENTS.keys() > HEAVY


def test_each_edit_is_another_and_a_clone_is_then_as_it_was(tmp_path: Path) -> None:
    clone = HUGO.sources(Size(1, 1), tmp_path)
    head, file = git(clone, "rev-parse", "HEAD"), clone / path_of(0)
    texts = [file.read_text("utf-8")]
    with handbooks.editing(clone) as edit:
        for _ in range(2):
            edit()
            git(clone, "-c", "user.name=Ann", "-c", "user.email=ann@acme.example", "commit", "-aqm", "Edit")
            texts.append(file.read_text("utf-8"))
    assert len(set(texts)) == 3
    assert (file.read_text("utf-8"), git(clone, "rev-parse", "HEAD")) == (texts[0], head)
    assert (clone / "hugo.toml").exists()


def test_a_page_weighs_what_a_browser_fetches_for_it(tmp_path: Path) -> None:
    html = """<!doctype html><link rel="stylesheet" href="../a%20b.css?v=1"><link rel="next" href="c.html">
    <link rel="shortcut icon" href="/icon.svg"><script src="../one.js"></script><script src="../one.js"></script>
    <img src="data:image/gif;base64,AA"><img src="https://elsewhere.example/p.png"><img src="gone.png"><a href="two.js">two</a>"""
    files = {"in/page.html": html, "a b.css": "12345", "icon.svg": "123", "one.js": "1234567", "two.js": "1" * 1000}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    assert weights.page(tmp_path, "in/page.html") == Weight(len(html) + 5 + 3 + 7, 6)
    assert weights.site(tmp_path) == Weight(len(html) + 5 + 3 + 7 + 1000, 5)


def test_the_queries_of_the_search_are_the_same_each_time_and_of_all_kinds() -> None:
    typed = search_rows.queries(1_000)
    assert typed == search_rows.queries(1_000)
    assert (len(typed), len(set(typed)) > 100) == (search_rows.QUERIES, True)
