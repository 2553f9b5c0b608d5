"""Read one SOP from the bytes of its file; any bytes give an SOP with findings."""

import re
from collections.abc import Callable, Iterator

from sopkit.model.body import Block, Body, Inline, Link, Procedure, Section
from sopkit.model.config import Config
from sopkit.model.finding import Finding
from sopkit.model.sop import FrontMatter, FrontMatterReading, Sop, ValidationResult
from sopkit.model.source import Source
from sopkit.parsing import sections as headed
from sopkit.parsing.anchors import heading_anchors, html_anchors
from sopkit.parsing.frontmatter import plain_id, read_front_matter
from sopkit.parsing.lexicon import lexicon
from sopkit.parsing.markdown import parse_blocks
from sopkit.parsing.roles import find_roles, normal_name, remove_titles
from sopkit.parsing.steps import find_procedures

MAX_SOP_BYTES = 2 * 1024 * 1024
"""Largest file that is read as an SOP, in bytes."""

_CONFLICT = re.compile(rb"^(?:<{7}|>{7}) \S", re.MULTILINE)

Validator = Callable[[Sop], ValidationResult]


def parse(path: str, data: bytes, config: Config, validate: Validator, aliases: dict[str, tuple[str, ...]]) -> Sop:
    """Read an SOP from the bytes of its file; `path` is relative to the library's root."""
    source = Source(data)
    trouble = unreadable_finding(source, path)
    if trouble is not None:
        return unreadable_sop(path, source, trouble, config)
    return Sop(
        path=path,
        source=source,
        read=lambda sop: read_front_matter(sop.source, sop.path, config),
        parse_body=lambda sop: read_body(sop, aliases, config.library.language),
        validate=validate,
        known_id=path if config.library.identity == "path" else plain_id(source),
    )


def unreadable_sop(path: str, source: Source, finding: Finding, config: Config) -> Sop:
    """The SOP of a file that cannot be read: nothing is known but the one finding."""
    reading = FrontMatterReading(FrontMatter(readable=False), len(source.data), (finding,), body_known=False)
    return Sop(
        path=path,
        source=source,
        read=lambda _: reading,
        parse_body=lambda _: Body(Block("root", 0, 0)),
        validate=lambda _: (None, ()),
        known_id=path if config.library.identity == "path" else "",
    )


def unreadable_finding(source: Source, path: str) -> Finding | None:
    """Why a file cannot be read as a document, or None."""
    data = source.data
    if len(data) > MAX_SOP_BYTES:
        message = f"file is larger than {MAX_SOP_BYTES // 1024 // 1024} MiB; an SOP is a few kilobytes of text"
        return Finding(path, source.place(0), message, "SOP001")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"byte 0x{data[error.start]:02x} is not UTF-8; save the file as UTF-8"
        return Finding(path, source.place(error.start, error.start + 1), message, "SOP001")
    nul = data.find(b"\0")
    if nul >= 0:
        return Finding(path, source.place(nul, nul + 1), "NUL byte in the text; delete it", "SOP001")
    if (b"<<<<<<< " in data or b">>>>>>> " in data) and (match := _CONFLICT.search(data)):
        place = source.line_place(source.line_of(match.start()))
        return Finding(path, place, "merge-conflict markers; decide between the two texts", "SOP001")
    return None


def read_body(sop: Sop, aliases: dict[str, tuple[str, ...]], language: str) -> Body:
    """The Markdown of an SOP as blocks, sections, steps and links; `language` is that of the library."""
    source, start = sop.source, sop.body_start
    if not sop.readable:
        return Body(Block("root", start, start))
    root = parse_blocks(source.data[start:].decode("utf-8", "replace"), start)
    found = headed.find_headings(root)
    sections = headed.find_sections(root, found, aliases)
    return Body(
        root=root,
        headings=tuple(heading for _, heading in found),
        title=headed.find_title(found, aliases),
        sections=sections,
        procedures=tuple(_body_procedures(sections, sop.text("language") or language)),
        find_links=_body_links,
        find_anchors=_body_anchors,
        judge=lambda body: _unclosed_fences(sop.path, source, body.blocks),
    )


def _body_procedures(sections: tuple[Section, ...], language: str) -> Iterator[Procedure]:
    runs = [run for section in sections if "Procedure" in section.names for run in find_procedures(section)]
    roles = next((section for section in sections if "Roles" in section.names), None) if runs else None
    declared = frozenset(normal_name(name) for name, _, _ in find_roles(roles))
    return remove_titles(runs, declared, lexicon(language))


def _body_anchors(body: Body) -> Iterator[str]:
    yield from heading_anchors(body.headings)
    yield from html_anchors(body.blocks)


def _body_links(body: Body) -> Iterator[Link]:
    for block in body.blocks:
        for at, part in enumerate(block.inlines):
            if part.kind in {"link", "image"}:
                text = "".join(other.text for other in _span_inlines(block.inlines, at))
                yield Link(part.text, text, part.start, part.end, image=part.kind == "image")


def _span_inlines(inlines: list[Inline], at: int) -> Iterator[Inline]:
    """The words inside the span that begins at an index."""
    for index in range(at + 1, len(inlines)):
        if inlines[index].start >= inlines[at].end:
            return
        if inlines[index].kind in {"text", "code"}:
            yield inlines[index]


def _unclosed_fences(path: str, source: Source, every: tuple[Block, ...]) -> Iterator[Finding]:
    for block in every:
        if block.kind != "code" or not block.level or source.data[block.end :].strip():
            continue
        lines = source.data[block.start : block.end].rstrip().splitlines() or [b""]
        opening = lines[0].lstrip()
        mark = opening[: len(opening) - len(opening.lstrip(opening[:1]))]
        closing = lines[-1].strip().lstrip(b"> ")
        if len(lines) > 1 and closing.startswith(mark) and not closing.strip(mark[:1]):
            continue
        place = source.line_place(source.line_of(block.start))
        fence = mark.decode()
        message = (
            f"code fence is never closed and swallows the rest of the file; add a line {fence} where the code ends"
        )
        yield Finding(path, place, message, "SOP111")
