"""SOP506: A relative link leads to a file of the library, and its anchor to a heading or an `<a id>` there."""

import posixpath
import re
from collections.abc import Iterator
from functools import lru_cache

from sopkit.analysis.links import link_file, link_parts, source_files
from sopkit.library import Library
from sopkit.lint.rule import RuleScope, rule
from sopkit.model.body import Link
from sopkit.model.finding import Edit, Finding, Fix, FixClass, Severity
from sopkit.model.similarity import nearest
from sopkit.model.sop import Sop
from sopkit.parsing.sections import heading_slug

_SIMPLE = re.compile(r"[\w./#?=&-]+")
_DIGITS = re.compile(r"\d+")


@rule(
    "SOP506",
    scope=RuleScope.SOP_IN_LIBRARY,
    severity=Severity.ERROR,
    fix=FixClass.SUGGESTION,
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
    links with a template in them. `[links] suffixes` says what the site generator resolves, and
    `[links] one_page` that it puts all SOPs on one page.

    Why: the reader follows the link in the middle of the work.
    Mend: correct the path or the anchor; the message names the nearest one.
    """
    for link in sop.body.links:
        if (parts := link_parts(link)) is None:
            continue
        target, (path, anchor) = link.target.strip(), parts
        where = link_file(sop, library, path)
        if where is None:
            fix, advice = None, "correct the path"
            if elsewhere := _path_elsewhere(sop, library, path, anchor):
                advice = f"did you mean `{elsewhere}`?"
                fix = _target_fix(sop, link, elsewhere + target[len(target.split("#")[0].split("?")[0]) :])
            yield sop.finding((link.start, link.end), f"no file `{path}` beside {sop.path}; {advice}", fix=fix)
        elif anchor and _lacks_anchor(library, where, anchor):
            if where == sop.path and library.config.links.one_page and heading_slug(anchor) in _with_anchor(library):
                continue  # the site has all SOPs on one page, and a heading there is meant
            near = _near(sop, library, where, anchor)
            advice = f"did you mean `{near}`?" if near else "link to a heading or an `<a id>` there"
            before = target.partition("#")[0] if near.startswith("#") else ""
            fix = _target_fix(sop, link, before + near) if near else None
            yield sop.finding((link.start, link.end), f"no anchor `#{anchor}` in {where}; {advice}", fix=fix)


def _lacks_anchor(library: Library, path: str, anchor: str) -> bool:
    target = library.by_path.get(path)
    return target is not None and target.readable and anchor not in target.anchors and anchor != "top"


def _near(sop: Sop, library: Library, where: str, anchor: str) -> str:
    """The anchor that is meant: as headings make it, in the file or in the one other SOP that has it; else the nearest.

    Where both count sections, as `#4-access` does, their numbers are the same.
    """
    slug, there = heading_slug(anchor), library.by_path[where].anchors
    if slug in there:
        return f"#{slug}"
    others = _with_anchor(library).get(slug, ()) if where == sop.path else ()  # of a site with all on one page
    if len(others) == 1:
        return f"{posixpath.relpath(others[0], posixpath.dirname(sop.path) or '.')}#{slug}"
    numbers = _DIGITS.findall(slug)
    alike = sorted(one for one in there if _DIGITS.findall(one) == numbers)
    return next((f"#{near}" for near in nearest(slug, alike, 1, 0.6)), "")


@lru_cache(maxsize=4)
def _with_anchor(library: Library) -> dict[str, list[str]]:
    """The SOPs by the anchors that they have."""
    found: dict[str, list[str]] = {}
    for path, sop in library.by_path.items():
        for anchor in sop.anchors if sop.readable else ():
            found.setdefault(anchor, []).append(path)
    return found


@lru_cache(maxsize=4)
def _by_name(library: Library) -> dict[str, list[str]]:
    """The SOPs by the names of their files."""
    found: dict[str, list[str]] = {}
    for path in library.by_path:
        found.setdefault(posixpath.basename(path), []).append(path)
    return found


def _path_elsewhere(sop: Sop, library: Library, path: str, anchor: str) -> str:
    """The way to the one SOP of that file name in another folder, if it has the anchor; nothing otherwise."""
    names = (posixpath.basename(path), *map(posixpath.basename, source_files(path, library)))
    found = [there for name in dict.fromkeys(names) for there in _by_name(library).get(name, ())]
    if len(found) != 1 or (anchor and _lacks_anchor(library, found[0], anchor)):
        return ""
    return posixpath.relpath(found[0], posixpath.dirname(sop.path))


def _target_fix(sop: Sop, link: Link, target: str) -> Fix | None:
    """A suggestion to write another target, where the link has its target in itself and nothing to be escaped."""
    begin = sop.source.data.rfind(b"](", link.start, link.end) + len(b"](")
    end = begin + len(link.target.encode())
    if sop.source.data[begin:end] != link.target.encode() or not _SIMPLE.fullmatch(target):
        return None
    return Fix(f"link to `{target}`", (Edit(begin, end, target),), FixClass.SUGGESTION)
