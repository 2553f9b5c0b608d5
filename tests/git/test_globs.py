"""Path patterns of the configuration."""

import re

import pytest

from sopkit.git.globs import compile_globs
from sopkit.model.errors import SopkitError

PATHS = (
    "README.md", "sops/a.md", "sops/x/b.md", "sops/x/y/c.md", "sops/x/c.txt", "sops/README.md",
    "sops/new\nline.md", "sops/fol\nder/d.md", "sops/lat\udcefn.md", "docs/sops/e.md", "sops2/f.md",
)  # fmt: skip


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (["sops/**/*.md"], [1, 2, 3, 5, 6, 7, 8]),
        (["/sops/*.md"], [1, 5, 6, 8]),
        (["*.md", "!sops/", "sops/a.md"], [0, 1, 10]),
        (["sops/**/*.md", "!README.md"], [1, 2, 3, 6, 7, 8]),
        (["sops"], [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        (["/sops/"], [1, 2, 3, 4, 5, 6, 7, 8]),
        (["sops/x/**"], [2, 3, 4]),
        (["sops/[ab].md", "# comment", ""], [1]),
        ([], []),
    ],
)
def test_globs(patterns: list[str], expected: list[int]) -> None:
    globs = compile_globs(patterns)
    assert [path for path in PATHS if globs(path)] == [PATHS[index] for index in expected]
    assert all(globs.enters(path.rpartition("/")[0]) for path in PATHS if "/" in path and globs(path))


@pytest.mark.parametrize("pattern", ["sops\\", "[z-a].md", "!"])
def test_a_malformed_pattern_is_named(pattern: str) -> None:
    with pytest.raises(SopkitError, match=re.escape(f"`{pattern}` is no path pattern")):
        compile_globs(["sops/**", pattern])
