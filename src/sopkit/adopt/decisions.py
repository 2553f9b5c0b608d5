"""Decisions about documents: the map file that people edit and that sopkit reads and writes."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property

from sopkit.adopt.plan import AdoptedDraft, AdoptionPlan
from sopkit.git.globs import Globs, compile_globs
from sopkit.model.body import is_undecided
from sopkit.model.errors import SopkitError
from sopkit.model.similarity import nearest
from sopkit.parsing.sections import SHIPPED_ALIASES, heading_words
from sopkit.parsing.yaml import YamlValue, double_quote, load_yaml, yaml_key_lines, yaml_scalar
from sopkit.tables.escape import escape_controls

BULLETS = ("steps", "keep")
NO_SECTION = "none"
"""What a map file says of a heading that shall not be a section of ours."""


@dataclass(frozen=True)
class DocumentDecision:
    """What was decided about a document; what is empty is left to sopkit."""

    id: str = ""
    title: str = ""
    area: str = ""
    owner: str = ""
    bullets: str = ""
    skip: bool = False
    sections: Mapping[str, str] = field(default_factory=dict)
    """Heading as written to the name of a section, or `none`."""

    def section(self, heading: str) -> str | None:
        """The section that was decided for a heading, or None."""
        return self._by_words.get(heading_words(heading)) if self.sections else None

    @cached_property
    def _by_words(self) -> dict[str, str]:
        """Section by the words of a heading; of two that are the same words the first counts."""
        return {heading_words(heading): name for heading, name in reversed(tuple(self.sections.items()))}

    def with_bullets(self, bullets: str) -> "DocumentDecision":
        """The same, with what was said about the bullets of all documents where this one says nothing."""
        return self if self.bullets or not bullets else replace(self, bullets=bullets)


@dataclass(frozen=True)
class Decisions:
    """The rows of a map file: which documents, what was decided, and the line that says it."""

    path: str = ""
    rows: tuple[tuple[str, Globs, DocumentDecision, int], ...] = ()

    def of(self, name: str) -> DocumentDecision:
        """What all rows together say of a document; a later row counts more than an earlier one."""
        merged = DocumentDecision()
        plain = {at for start in _path_prefixes(name) for at in self._plain.get(start, ())}
        for at in sorted((*plain, *self._patterns)):
            pattern, globs, row, _ = self.rows[at]
            if at in plain or _is_match(name, pattern, globs):
                changes = {one.name: getattr(row, one.name) for one in fields(row) if getattr(row, one.name)}
                if "sections" in changes:
                    changes["sections"] = {**merged.sections, **row.sections}
                merged = replace(merged, **changes)
        return merged

    def idle(self, names: Iterable[str], headings: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
        """What the file says of documents, or of headings, that are not there, in words.

        `headings` are those of the highest level of each document, as words.
        """
        known = tuple(names)
        below: dict[str, list[str]] = {}
        for name in known:
            for start in _path_prefixes(name):
                below.setdefault(start, []).append(name)
        patterns = frozenset(self._patterns)
        found = []
        for at, (pattern, globs, row, line) in enumerate(self.rows):
            if at in patterns:
                matches = [name for name in known if _is_match(name, pattern, globs)]
            else:
                matches = [name for path in _literal_paths(pattern) for name in below.get(path, ())]
            if not matches:
                near = nearest(pattern, known, 1, 0.6)
                found.append(
                    f"{self.path}:{line}: no document {pattern}" + (f"; did you mean {near[0]}?" if near else "")
                )
            found += [
                f"{self.path}:{line}: no heading `{heading}` of the highest level in {pattern}"
                for heading in (row.sections if matches else ())
                if not any(heading_words(heading) in headings.get(name, frozenset()) for name in matches)
            ]
        return tuple(found)

    @cached_property
    def _patterns(self) -> tuple[int, ...]:
        """Which rows must be tried on every document."""
        return tuple(at for at, row in enumerate(self.rows) if _is_pattern(row[0]))

    @cached_property
    def _plain(self) -> dict[str, list[int]]:
        """The other rows by the path that they name: a map that was saved has one for each of thousands."""
        found: dict[str, list[int]] = {}
        for at, (pattern, *_) in enumerate(self.rows):
            if not _is_pattern(pattern):
                for path in _literal_paths(pattern):
                    found.setdefault(path, []).append(at)
        return found


def _is_pattern(pattern: str) -> bool:
    return re.search(r"[*?\[]", re.sub(r"\\.", "", pattern)) is not None


def _literal_paths(pattern: str) -> frozenset[str]:
    """The path that a row names: as it is written, and without what protects its signs."""
    return frozenset({pattern.strip("/"), re.sub(r"\\(.)", r"\1", pattern).strip("/")})


def _path_prefixes(name: str) -> Iterator[str]:
    """A path and the folders above it, as rows may name them."""
    bare = name.strip("/")
    yield from {bare, escape_controls(name).strip("/")}
    while "/" in bare:
        bare = bare.rpartition("/")[0]
        yield bare


def _is_match(name: str, pattern: str, globs: Globs) -> bool:
    return pattern in {name, escape_controls(name)} or globs(name.lstrip("/"))


def read_decisions(data: bytes, path: str) -> Decisions:
    """The decisions in the bytes of a map file. Raises SopkitError with file and line."""
    table = load_yaml(data, path)
    if table is None:
        return Decisions(path)
    if not isinstance(table, dict):
        raise SopkitError(f"{path}: not a map of paths", "write for example `docs/backup.md: {area: backup-recovery}`")
    rows = []
    lines = yaml_key_lines(data, path)
    for pattern, row in table.items():
        line = lines[pattern]
        if row is not None and not isinstance(row, dict):
            raise SopkitError(
                f"{path}:{line}: {pattern}: not a set of `key: value` lines", "write `skip: true` below it"
            )
        glob = pattern if pattern.startswith(("/", "*")) else f"/{pattern}"
        rows.append((pattern, compile_globs([glob]), _read_decision(row or {}, f"{path}:{line}"), line))
    return Decisions(path, tuple(rows))


def _read_decision(row: dict[str, YamlValue], where: str) -> DocumentDecision:
    known = [one.name for one in fields(DocumentDecision)]
    for key in row:
        if key not in known:
            near = nearest(key, known, 1, 0.5)
            raise SopkitError(
                f"{where}: unknown key `{key}`", f"did you mean `{near[0]}`?" if near else f"known: {', '.join(known)}"
            )
    texts = {
        key: _read_text(row[key], key, where) for key in ("id", "title", "area", "owner", "bullets") if row.get(key)
    }
    if texts.get("bullets", "keep") not in BULLETS:
        raise SopkitError(f"{where}: bullets: no choice `{texts['bullets']}`", f"write {' or '.join(BULLETS)}")
    skip = row.get("skip")
    if skip not in {None, "true", "false"}:
        raise SopkitError(f"{where}: skip: neither true nor false", "write `skip: true`")
    return DocumentDecision(**texts, skip=skip == "true", sections=_read_sections(row.get("sections"), where))


def _read_text(value: YamlValue, key: str, where: str) -> str:
    if not isinstance(value, str):
        raise SopkitError(f"{where}: {key}: not a text", f"write `{key}: …`")
    if re.search(r"[\0\r\n\ud800-\udfff]", value) or (key == "owner" and not re.search(r"\w", value)):
        raise SopkitError(
            f"{where}: {key}: {escape_controls(value)} is no text on one line", "write words, without ends of lines"
        )
    return value


def _read_sections(value: YamlValue, where: str) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise SopkitError(
            f"{where}: sections: not a set of `heading: Section` lines", "write for example `How to: Procedure`"
        )
    found = {}
    for heading, name in value.items():
        known = next((one for one in (*SHIPPED_ALIASES, NO_SECTION) if one.casefold() == str(name).casefold()), None)
        if known is None:
            near = nearest(str(name), SHIPPED_ALIASES, 1, 0.5)
            advice = f"did you mean {near[0]}?" if near else f"known: {', '.join((*SHIPPED_ALIASES, NO_SECTION))}"
            raise SopkitError(f"{where}: sections: no section `{name}`", advice)
        found[heading] = known
    return found


_MAX_KEY = 500
"""YAML reads no key on the line of its value that is longer than 1,024 signs."""
_MAP_HEADER = """\
# What `sopkit adopt` decided, document by document: edit it, then run `sopkit adopt PATHS --map` with this file.
# Keys: id, title, area, owner, sections (heading: Section, or none), bullets (steps or keep), skip (true).
# A path may be a pattern, such as "docs/**/*.md"; of several that match, the later counts more.
"""


def write_map(plan: AdoptionPlan) -> str:
    """The text of the map file: what was decided, and what must be before more documents can be adopted."""
    rows = [line for draft in plan.drafts for line in _draft_rows(draft)]
    for one in plan.refused:
        if one.lacks:
            why = " ".join(one.why.partition(";")[0].split())
            rows += [f"{_escape_name(one.source)}:", f"  # {one.lacks}:   # decide, else it is not adopted: {why}"]
    return _MAP_HEADER + "".join(f"{line}\n" for line in rows)


def _escape_name(source: str) -> str:
    """The name of a document as a key: what a pattern would read otherwise escaped.

    Bytes that are not UTF-8 stand as the plan shows them, since YAML has no such text.
    """
    if any("\ud800" <= char <= "\udfff" for char in source):
        return double_quote(escape_controls(source))
    return double_quote(re.sub(r"[*?\[\\]", r"\\\g<0>", source))


def _draft_rows(draft: AdoptedDraft) -> Iterator[str]:
    yield f"{_escape_name(draft.source)}:"
    for key, value in (("id", draft.id), ("title", draft.title), ("area", draft.area), ("owner", draft.owner)):
        if value and not is_undecided(value):
            yield f"  {key}: {yaml_scalar(value)}"
    if draft.sections:
        yield "  sections:"
        for heading, name in draft.sections.items():
            if heading.strip():
                key, value = double_quote(heading), name or NO_SECTION
                yield f"    {key}: {value}" if len(key) < _MAX_KEY else f"    ? {key}\n    : {value}"
    if draft.bullets:
        yield f"  bullets: {draft.bullets}"
    elif draft.undecided_bullets:
        under = ", ".join(dict.fromkeys(heading or "the title" for heading in draft.undecided_bullets))
        yield f"  # bullets: steps   # or keep; under {' '.join(under.split())}"
