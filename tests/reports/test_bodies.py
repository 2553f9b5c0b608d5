"""What reports read in bodies: each body is parsed once, however many read in it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tests.build import PATH, complete, library

from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.body import Body
from sopkit.model.sop import Sop
from sopkit.reports.report import read_all_bodies, read_bodies

LATER, GONE = "sops/access-control/a-later.md", "sops/access-control/gone.md"


def titles(_: LibraryStatus) -> Callable[[Sop], str]:
    return lambda sop: sop.body.title.text if sop.body.title else ""


def counts(_: LibraryStatus) -> Callable[[Sop], int]:
    return lambda sop: len(tuple(sop.body.steps))


def test_a_body_is_parsed_once_for_all_who_read_in_it(tmp_path: Path) -> None:
    parsed: list[str] = []

    def noting(sop: Sop) -> Sop:
        def parse_body(one: Sop) -> Body:
            parsed.append(one.path)
            return sop.parse_body(one)

        return replace(sop, parse_body=parse_body)

    files = {LATER: complete(id="AC-002"), PATH: complete(), GONE: complete(id="AC-000", status="retired")}
    made = library(tmp_path, files)
    ground = LibraryStatus(replace(made, sops=tuple(map(noting, made.sops))), "", {}, keeps_approvals=False)
    read_all_bodies((titles, counts, titles), ground)
    assert list(read_bodies(titles, ground).items()) == [(PATH, "Grant access"), (LATER, "Grant access")]
    assert read_bodies(counts, ground) == {PATH: 3, LATER: 3}
    assert parsed == [PATH, LATER]
    assert not any("body" in vars(sop) for sop in ground.library.sops)
    other = replace(ground, head="another")
    assert read_bodies(counts, other) == {PATH: 3, LATER: 3}
    assert parsed == [PATH, LATER] * 2
