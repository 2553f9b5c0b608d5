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


@pytest.mark.parametrize(("pattern", "path"), [("*a" * 12 + "*b", "a" * 4_000), ("a/**/" * 3 + "b", "a/" * 150 + "c")])
def test_a_hostile_pattern_takes_no_time(pattern: str, path: str) -> None:
    matches = compile_globs([pattern])
    assert (matches(path), matches(f"{path}/b"), matches(f"{path}xb")) == (False, "/" in pattern, "/" not in pattern)


@pytest.mark.parametrize("pattern", ["[a]*[a]*[a]*[a]*[a]*b", "**/a/**/a/**/a/**/b"])
def test_a_pattern_that_would_take_for_ever_is_refused(pattern: str) -> None:
    with pytest.raises(SopkitError, match="more than"):
        compile_globs([pattern])


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("a*a", "aa", True),
        ("a*a", "a", False),
        ("*ab*ab", "xabab", True),
        ("*ab*ab", "ab", False),
        ("*a*", "bab", True),
    ],
)
def test_several_stars_in_a_name(pattern: str, path: str, expected: bool) -> None:
    assert compile_globs([pattern])(path) is expected
