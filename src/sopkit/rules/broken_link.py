"""SOP506."""

import posixpath
import re
from collections.abc import Iterator

from sopkit.library import Library
from sopkit.model.finding import Finding, Severity
from sopkit.model.nearest import nearest
from sopkit.model.sop import Sop
from sopkit.rules._rule import rule

_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:")
_TEMPLATED = re.compile(r"\{\{|\{%|<%|\$\{")


@rule(
    "SOP506",
    severity=Severity.ERROR,
    bad="""
        ## References

        - ISO 27001:2022 A.5.18 Access rights
        - [Offboarding](offboarding.md)
        """,
    good="""
        ## References

        - ISO 27001:2022 A.5.18 Access rights
        - [This procedure](#procedure)
        """,
)
def broken_link(sop: Sop, library: Library) -> Iterator[Finding]:
    """A relative link leads to a file of the library, and its anchor to a heading or an `<a id>` there.

    Not judged: addresses on the web, links from the site's root, links that leave the library's folder, and
    links with a template in them. `[links] suffixes` says what the site generator resolves.

    Why: the reader follows the link in the middle of the work.
    Mend: correct the path or the anchor; the message names the nearest one.
    """
    for link in sop.body.links:
        target = link.target.strip()
        if not target or target.startswith("/") or _SCHEME.match(target) or _TEMPLATED.search(target):
            continue
        path, _, anchor = target.partition("#")
        path, anchor = _decoded(path.partition("?")[0]), _decoded(anchor)
        where = _file(sop, library, path) if path else sop.path
        if where is None:
            yield sop.finding((link.start, link.end), f"no file `{path}` beside {sop.path}; correct the path")
        elif anchor and (message := _anchor(library, where, anchor)):
            yield sop.finding((link.start, link.end), message)


def _decoded(text: str) -> str:
    if "%" not in text:
        return text
    from urllib.parse import unquote  # noqa: PLC0415 - few links are encoded

    return unquote(text)


def _file(sop: Sop, library: Library, path: str) -> str | None:
    """The file that a path means; empty when it lies outside the library; None when there is none."""
    full = posixpath.normpath(posixpath.join(posixpath.dirname(sop.path), path))
    if full.startswith("../") or full == "..":
        return ""
    for candidate in (full, *_with_suffix(full, library)):
        if candidate in library.by_path or library.exists(candidate):
            return candidate
    return None


def _with_suffix(path: str, library: Library) -> Iterator[str]:
    for suffix, sources in library.config.links.suffixes.items():
        if path.endswith(suffix):
            yield from (path.removesuffix(suffix) + source for source in sources)


def _anchor(library: Library, path: str, anchor: str) -> str:
    target = library.by_path.get(path)
    if target is None or not target.readable or anchor in target.anchors or anchor == "top":
        return ""
    near = nearest(anchor, sorted(target.anchors), 1, 0.6)
    advice = f"did you mean `#{near[0]}`?" if near else "link to a heading or an `<a id>` there"
    return f"no anchor `#{anchor}` in {path}; {advice}"
