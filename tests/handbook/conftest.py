"""The handbook of the example company, built once for all tests of a process."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sopkit.authoring.demo import AS_OF, make_demo
from sopkit.handbook.build import Site, build
from sopkit.handbook.selection import BuildOptions
from sopkit.lifecycle.library_status import LibraryStatus, read_library_status


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example company as a repository with its history; tests only read it."""
    folder = tmp_path_factory.mktemp("handbook") / "demo"
    make_demo(folder)
    return folder


@pytest.fixture(scope="session")
def acme(demo: Path) -> Iterator[LibraryStatus]:
    with read_library_status(demo, AS_OF, AS_OF) as found:
        yield found


@dataclass
class Sites:
    """Builds of the example company by what was asked for, each made once."""

    ground: LibraryStatus
    made: dict[BuildOptions, Site]

    def __call__(self, options: BuildOptions | None = None) -> Site:
        options = options or BuildOptions()
        if options not in self.made:
            self.made[options] = build(self.ground, options)
        return self.made[options]


@pytest.fixture(scope="session")
def sites(acme: LibraryStatus) -> Sites:
    return Sites(acme, {})
