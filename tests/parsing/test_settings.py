"""`sopkit.toml`: what is wrong is named with file, line and the nearest key."""

import pytest

from sopkit.model.config import Config
from sopkit.model.durations import Duration
from sopkit.model.errors import SopkitError
from sopkit.parsing.config import read_config

NOT_FOUND = "every key has a default: deleting the line is always valid"


def refused(text: str | bytes) -> str:
    with pytest.raises(SopkitError) as raised:
        read_config(text.encode() if isinstance(text, str) else text, "sopkit.toml")
    return raised.value.message


@pytest.mark.parametrize("text", ["", "\ufeff", "# nothing\r\n", "[library]\n", "[areas.x]\n"])
def test_what_is_left_out_has_its_default(text: str) -> None:
    config = read_config(text.encode(), "sopkit.toml")
    assert (config.library, config.lint, config.review) == (Config().library, Config().lint, Config().review)


def test_an_area_is_laid_over_the_shipped_one() -> None:
    config = read_config(b'[areas.privacy]\nsteps = [1, 5]\n[areas.legal]\ntitle = "Legal"\n', "sopkit.toml")
    privacy = config.all_areas["privacy"]
    assert (privacy.title, privacy.prefix, privacy.steps, privacy.requires) == ("Privacy", "PV", (1, 5), ("records",))
    assert config.all_areas["legal"].review_every == Duration("12 months")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[libary]\nname = 'x'\n", "sopkit.toml:1: unknown key `libary`; did you mean `library`?"),
        ("\n[library]\nnam = 'x'\n", "sopkit.toml:3: unknown key `library.nam`; did you mean `name`?"),
        ("[areas.privacy]\nprefx = 'P'\n", "sopkit.toml:2: unknown key `areas.privacy.prefx`; did you mean `prefix`?"),
        (
            "[review.ceiling]\nhihg = '1 year'\n",
            "sopkit.toml:2: unknown key `review.ceiling.hihg`; did you mean `high`?",
        ),
        ("review.celing.high = '1 year'\n", "sopkit.toml:1: unknown key `review.celing`; did you mean `ceiling`?"),
        ("[lint]\nselect = 'SOP1'\n", "sopkit.toml:2: lint.select: `select` is not a list; write `[one, two]`"),
        (
            "[lint]\nprofile = 'reviw'\n",
            "sopkit.toml:2: lint.profile: `reviw` is no known profile; did you mean `review`?",
        ),
        (
            "[review]\nbasis = 'claim'\n",
            "sopkit.toml:2: review.basis: `claim` is no known basis; did you mean `claims`?",
        ),
        (
            "[review.ceiling]\nlow = '1 moon'\n",
            "sopkit.toml:2: review.ceiling.low: `1 moon` is not a duration; write for example `12 months` or `P6M`",
        ),
        (
            "[library]\nid_pattern = '['\n",
            "sopkit.toml:2: library.id_pattern: not a regular expression: unterminated character set at position 0",
        ),
        (
            "[library]\ntimezone = 'Mars'\n",
            "sopkit.toml:2: library.timezone: no time zone 'Mars'; use an IANA name such as Europe/Berlin",
        ),
        ("[training]\npass_mark = 101\n", "sopkit.toml:2: training.pass_mark: `pass_mark` is more than 100"),
        ("[training]\npass_mark = 'x'\n", "sopkit.toml:2: training.pass_mark: `pass_mark` is not a whole number"),
        ("library = 3\n", "sopkit.toml:1: library: `library` is not a set of `key: value` lines"),
        (
            "[[lint.ignores]]\npaths = ['x']\ncode = 'SOP1'\n",
            "sopkit.toml:1: lint.ignores.0.reason: no `reason` in `lint`; add it",
        ),
        ("[library\n", "sopkit.toml:1: not valid TOML: expected ']' at the end of a table declaration"),
        ("a = 1\n\na = 2\n", "sopkit.toml:3: not valid TOML: cannot overwrite a value"),
        (b"\xff", "sopkit.toml: is not UTF-8 at byte 0"),
    ],
)
def test_what_is_wrong_is_named(text: str | bytes, message: str) -> None:
    assert refused(text) == message


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("[lint]\nselect = 'SOP1'\n", "every key has a default: deleting the line is always valid"),
        ("[[lint.ignores]]\npaths = ['x']\ncode = 'SOP1'\n", ""),
    ],
)
def test_only_a_key_that_is_there_can_be_deleted(text: str, hint: str) -> None:
    with pytest.raises(SopkitError) as raised:
        read_config(text.encode(), "sopkit.toml")
    assert raised.value.hint == hint


def test_the_second_ignore_is_named_by_its_own_line() -> None:
    text = "[[lint.ignores]]\npaths = ['a']\ncode = 'x'\nreason = 'y'\n\n[[lint.ignores]]\npaths = ['a']\ncode = 'x'\nreson = 'y'\n"
    assert refused(text).startswith("sopkit.toml:6: ")
    with pytest.raises(SopkitError) as raised:
        read_config(text.encode(), "sopkit.toml")
    assert raised.value.hint == "sopkit.toml:9: unknown key `lint.ignores.1.reson`; did you mean `reason`?"


def test_deep_nesting_is_an_error() -> None:
    assert "not valid TOML" in refused("a = " + "[" * 5_000)


OUT = "leads out of the library; put what it names into the library"
HIDDEN = "is hidden, and no such file is read or written; give it a name without a first dot"
ELSEWHERE = "does not begin in the library; write it from the folder of sopkit.toml"
SLASH = "has a backslash; write / between folders"


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        (".git/config", HIDDEN),
        (".GIT/config", HIDDEN),
        ("theme/.env", HIDDEN),
        ("../x", OUT),
        ("theme/../../x", OUT),
        ("/etc/passwd", ELSEWHERE),
        ("//host/share/x", ELSEWHERE),
        ("~/x", ELSEWHERE),
        ("C:/x", ELSEWHERE),
        ("c:x", ELSEWHERE),
        ("\\\\host\\share", SLASH),
        ("theme\\x", SLASH),
        ("theme//x", "has a part without a name; write it as folder/file"),
        ("theme/./x", "has a part without a name; write it as folder/file"),
        ("a\0b", "has a character that is not seen; delete it"),
        ("a\nb", "has a character that is not seen; delete it"),
        ("a\u202eb", "has a character that is not seen; delete it"),
    ],
)
@pytest.mark.parametrize(
    ("table", "key", "value", "shown"),
    [
        ("handbook", "css", '"{}"', "handbook.css"),
        ("handbook", "logo", '"{}"', "handbook.logo"),
        ("handbook", "templates", '"{}"', "handbook.templates"),
        ("lint", "baseline", '"{}"', "lint.baseline"),
        ("library", "file", '"{}/{{id}}.md"', "library.file"),
    ],
)
def test_a_path_stays_in_the_library_and_names_nothing_hidden(
    table: str, key: str, value: str, shown: str, path: str, fault: str
) -> None:
    written = "".join(rf"\u{ord(letter):04x}" if letter in "\\\0\n\u202e" else letter for letter in path)
    said = refused(f"\n[{table}]\n{key} = {value.format(written)}\n")
    assert said.startswith(f"sopkit.toml:3: {shown}: ")
    assert said.endswith(fault)


@pytest.mark.parametrize(
    ("glob", "fault"),
    [
        ("../**", OUT),
        ("/../x.md", OUT),
        (".git/**", HIDDEN),
        ("**/.env", HIDDEN),
        (r"\\.env", HIDDEN),
        ("C:/*.md", ELSEWHERE),
        ("//host/x.md", ELSEWHERE),
        ("a\\u0000.md", "has a character that is not seen; delete it"),
    ],
)
def test_a_glob_of_sops_stays_in_the_library_and_names_nothing_hidden(glob: str, fault: str) -> None:
    said = refused(f'[library]\nsops = ["*.md", "{glob}"]\n')
    assert said.startswith("sopkit.toml:2: library.sops: ")
    assert said.endswith(fault)


def test_paths_in_the_library_are_read_as_they_are_or_shorter() -> None:
    text = """
[library]
sops = ["/sops/", "# note", "!.github/**", 'a\\ b.md', ""]
[handbook]
logo = "./theme/Logo.PNG"
css = ""
templates = "theme/"
[lint]
baseline = "known.txt"
"""
    config = read_config(text.encode(), "sopkit.toml")
    assert config.library.sops == ("/sops/", "# note", "!.github/**", r"a\ b.md", "")
    assert (config.handbook.logo, config.handbook.css, config.handbook.templates) == ("theme/Logo.PNG", "", "theme")
    assert config.lint.baseline == "known.txt"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[handbook]\ncss = "own.scss"', "handbook.css: `own.scss` is of another kind; name a file that ends in .css"),
        (
            '[lint]\nbaseline = "Makefile"',
            "lint.baseline: `Makefile` is of another kind; name a file that ends in .txt",
        ),
        ('[links]\nsuffixes = { "/" = ["/../../x"] }', f"links.suffixes: `x/../../x` {OUT}"),
    ],
)
def test_a_path_is_of_the_kind_that_is_asked_for(text: str, message: str) -> None:
    assert refused(text) == f"sopkit.toml:2: {message}"
