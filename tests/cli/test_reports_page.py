"""docs/reports.md shows what the commands in it print of the demo; `pytest --update` writes it anew."""

import re
import shlex
from pathlib import Path

import pytest
from tests.cli.conftest import DAY, Run

from sopkit.authoring.demo import make_demo

PAGE = Path(__file__).parent.parent.parent / "docs" / "reports.md"
_SHOWN = re.compile(r"^    \$ (sopkit .*)\n((?:    .*\n|\n(?=    (?!\$ )))*)", re.MULTILINE)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "acme"
    make_demo(folder)
    return folder


def printed(run: Run, demo: Path, command: str) -> str:
    """What a command of the page prints, as its `head -N` or `grep -e WORD` leaves it."""
    words, *pipes = (shlex.split(part) for part in command.split(" | "))
    lines = run(*words[1:], *(("-C", demo, *DAY) if len(words) > 2 else ())).out.splitlines()
    for name, *arguments in pipes:
        if name == "head":
            lines = lines[: -int(arguments[0])]
        else:
            assert (name, set(arguments[::2])) == ("grep", {"-e"})
            lines = [line for line in lines if re.search("|".join(arguments[1::2]), line)]
    return "".join(f"    {line}".rstrip() + "\n" for line in lines)


@pytest.mark.slow
def test_the_page_shows_what_is_printed(run: Run, demo: Path, request: pytest.FixtureRequest) -> None:
    page = PAGE.read_text("utf-8")

    def anew(match: re.Match[str]) -> str:
        return f"    $ {match[1]}\n{printed(run, demo, match[1])}"

    now = _SHOWN.sub(anew, page)
    if request.config.getoption("--update"):
        PAGE.write_text(now, "utf-8")
    assert len(_SHOWN.findall(page)) > 5
    assert now == PAGE.read_text("utf-8")
