"""The options of a new library, and the text of its files: configuration, README, pipelines, list of decisions."""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from string import Template
from typing import Literal

from sopkit import __version__
from sopkit.authoring.templates.draft import find_marks
from sopkit.data import shipped_folder
from sopkit.git.checkout import Forge
from sopkit.library import CONFIG_NAME
from sopkit.model.config import Ceiling, Config
from sopkit.model.errors import SopkitError
from sopkit.model.template import DEFAULT_COMPANY
from sopkit.parsing.config import read_config
from sopkit.parsing.yaml import double_quote

DEFAULT_AREA = "access-control"
DEFAULT_FRAMEWORK = "iso27001-2022"
RequiredEvidence = Literal["E1", "E3"]

_MAX_ORGANISATION = 200
_HIDDEN_CATEGORIES = {"Cc", "Cs", "Zl", "Zp"}
_BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True)
class InitOptions:
    """The answers of whoever begins a library; as it is made without arguments, the smallest beginning."""

    organisation: str = ""
    areas: tuple[str, ...] = (DEFAULT_AREA,)
    frameworks: tuple[str, ...] = (DEFAULT_FRAMEWORK,)
    forge: Forge = Forge.GITHUB
    evidence: RequiredEvidence = "E1"
    uuid: str = ""  # of the library; drawn by whoever asks

    @property
    def company(self) -> str:
        """The organisation as it is called within a sentence."""
        return self.organisation or DEFAULT_COMPANY


def clean_organisation(text: str) -> str:
    """The name of an organisation as it is kept. Raises SopkitError for one that no line of text can hold."""
    name = text.strip()
    strange = [char for char in name if unicodedata.category(char) in _HIDDEN_CATEGORIES or char in _BIDI_CONTROLS]
    if strange:
        raise SopkitError(
            f"the name of the organisation holds a line end or another character that is not seen: {strange[0]!r}",
            "write it on one line",
        )
    if len(name) > _MAX_ORGANISATION:
        raise SopkitError(
            f"the name of the organisation has {len(name)} characters, more than {_MAX_ORGANISATION}",
            "use a shorter form",
        )
    return name


TEXT_FOLDER = "library"


class _FileText(Template):
    """Names are written `@@name`: shells, pipelines and Markdown use every shorter sign themselves."""

    delimiter = "@@"


_NAME_ALONE = re.compile(r"^@@(\w+)\n", re.MULTILINE)


def fill_text(file: str, **values: str) -> str:
    """The text of a file with its values. A line that holds nothing but a name of nothing falls away."""
    raw = (shipped_folder("templates") / TEXT_FOLDER / file).read_text("utf-8")
    raw = _NAME_ALONE.sub(lambda line: line[0] if values[line[1]] else "", raw)
    return _FileText(raw).substitute(values)


def escape_words(words: str) -> str:
    """Words in Markdown that are shown as they are."""
    return re.sub(r"([\\`*_\[\]<>#|~]|&(?=#?\w+;))", r"\\\1", words)


DECISION_RULES = "SOP018,SOP103,SOP104"
"""The rules that find a mark: in a register, as all that a section says, and elsewhere in an SOP."""

_SSH_KEYS_ITEM = """\
- [ ] Put the ssh key of each approver into `registers/people.yaml`, under `signing_keys`: where criticality is high
      they approve with `sopkit approve --sign`."""
_ROW_KEY = re.compile(r"- (?:id|key|term|control): *(\S+)")
_MARK_LEAD = re.compile(r"^\[\s*decide\s*:?\s*", re.IGNORECASE)


@dataclass(frozen=True)
class OpenMark:
    """An open decision at one place: what it asks, and in which row of a register."""

    path: str
    line: int
    ask: str
    row: str = ""

    @property
    def question(self) -> str:
        """What it asks, after its row if it has one."""
        return f"{self.row}: {self.ask}" if self.row else self.ask

    @property
    def shown(self) -> str:
        """Place and question on one line."""
        return f"{self.path}:{self.line}: {self.question}"


def find_open_marks(files: Mapping[str, str]) -> tuple[OpenMark, ...]:
    """The marks in texts by path, SOPs before registers, in the order of the lines."""
    marks = []
    for path in sorted(files, key=lambda path: (path.startswith("registers/"), path)):
        data, rows = files[path].encode(), [""]
        for each in data.splitlines():
            key = _ROW_KEY.match(each.decode()) if path.startswith("registers/") else None
            rows.append(key[1] if key else rows[-1])
        found = [(line, decision.mark) for decision in find_marks(path, data, b"") for line in decision.lines]
        for line, mark in sorted(found, key=lambda pair: pair[0]):
            marks.append(OpenMark(path, line, _MARK_LEAD.sub("", mark)[:-1].strip(), rows[line]))
    return tuple(marks)


def unique_marks(marks: Iterable[OpenMark]) -> tuple[OpenMark, ...]:
    """The first mark of each decision: one answer often stands in several places."""
    first: dict[tuple[str, str], OpenMark] = {}
    for mark in marks:
        first.setdefault((mark.row, mark.ask), mark)
    return tuple(first.values())


def format_checklist(choice: InitOptions, marks: Iterable[OpenMark]) -> str:
    """The text of `DECISIONS.md`."""
    lines = [f"- [ ] `{mark.path}:{mark.line}` {escape_words(mark.question)}" for mark in marks]
    forge = choice.forge is not Forge.UNKNOWN
    return fill_text(
        "DECISIONS.md",
        organisation=escape_words(choice.company),
        marks="\n".join(lines) or "Nothing is left open.",
        select=DECISION_RULES,
        keys=_SSH_KEYS_ITEM if choice.evidence == "E3" else "",
        owners="- [ ] Then put the approvers into CODEOWNERS: `sopkit doctor --codeowners --write`." if forge else "",
        protect="- [ ] Protect the default branch on the forge: `sopkit doctor` says how." if forge else "",
    )


_FORGE_NAMES = {Forge.GITHUB: "GitHub", Forge.GITLAB: "GitLab"}


def format_forge_files(choice: InitOptions, folder: str) -> dict[str, str]:
    """Text by path from the top of the repository; `folder` leads from there to the library: "" or "docs/sops"."""
    from shlex import quote  # only for a new library

    arguments = f"        args: [--profile, review, -C, {double_quote(folder)}]" if folder else ""
    hook = fill_text("pre-commit-config.yaml", version=__version__, arguments=arguments)
    files = {".pre-commit-config.yaml": hook}
    if choice.forge is Forge.GITHUB:
        defaults = f"defaults:\n  run:\n    working-directory: {double_quote(folder)}\n" if folder else ""
        workflow = fill_text("github-workflow.yml", version=__version__, defaults=defaults)
        files |= {".github/workflows/sopkit.yml": workflow, ".github/CODEOWNERS": _format_code_owners(choice, folder)}
    elif choice.forge is Forge.GITLAB:
        move = f"    - {double_quote(f'cd {quote(folder)}')}" if folder else ""
        pipeline = fill_text("gitlab-ci.yml", version=__version__, folder=move)
        files |= {".gitlab-ci.yml": pipeline, ".gitlab/CODEOWNERS": _format_code_owners(choice, folder)}
    return files


def _format_code_owners(choice: InitOptions, folder: str) -> str:
    example = f"/{folder}/sops/{choice.areas[0]}/" if folder else f"/sops/{choice.areas[0]}/"
    return fill_text("CODEOWNERS", forge=_FORGE_NAMES[choice.forge], example=example.replace(" ", "\\ "))


_CONTACT = {Forge.GITHUB: ", or open an issue", Forge.GITLAB: ", or open an issue"}


def format_readme(choice: InitOptions, sop: str) -> str:
    """The README of a library; `sop` is the id that stands in its examples."""
    ceiling = Ceiling.default()
    return fill_text(
        "README.md",
        heading=f"Procedures of {escape_words(choice.organisation)}" if choice.organisation else "Procedures",
        organisation=escape_words(choice.company),
        id=sop,
        page=f"{sop.lower()}.html",
        tell=_CONTACT.get(choice.forge, ""),
        request="merge request" if choice.forge is Forge.GITLAB else "pull request",
        interval=str(ceiling.medium),
        interval_high=str(ceiling.high),
        select=DECISION_RULES,
        framework=choice.frameworks[0],
    )


def format_config(choice: InitOptions) -> str:
    """The text of `sopkit.toml`."""
    return fill_text(
        CONFIG_NAME,
        name=_toml_string(choice.organisation),
        uuid=_toml_string(choice.uuid),
        frameworks=f"[{', '.join(map(_toml_string, choice.frameworks))}]",
        evidence=choice.evidence,
    )


def parse_config(choice: InitOptions) -> Config:
    """What the text says to sopkit."""
    return read_config(format_config(choice).encode(), CONFIG_NAME)


def _toml_string(value: str) -> str:
    """A basic string of TOML, whose escapes are those of JSON."""
    return json.dumps(value, ensure_ascii=False)
