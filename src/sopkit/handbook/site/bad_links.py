"""Links that lead nowhere: where the author of an SOP wrote them, and what becomes of them."""

from collections.abc import Container, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sopkit.analysis.links import link_file, link_parts
from sopkit.handbook.page import newer_path, sop_path
from sopkit.handbook.site.link_check import Broken, broken, named_in, without_anchors
from sopkit.model.errors import SopkitError
from sopkit.render.links import linked_sop

if TYPE_CHECKING:
    from sopkit.handbook.ground import Ground
    from sopkit.handbook.site.writing import Written
    from sopkit.library import Library
    from sopkit.model.sop import Sop

_MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class BadLink:
    """A link in the text of an SOP to nothing, in words; `mendable` where the text is that of the library's file."""

    said: str
    mendable: bool


@dataclass(frozen=True, slots=True)
class Text:
    """The text of an SOP on a page; `mendable` where it is that of the library's file, and no older approved one."""

    page: str
    sop: "Sop"
    mendable: bool


def texts_of(ground: "Ground") -> dict[str, Text]:
    """The texts that are shown, by the path of their page: of an SOP the one that holds, and a newer one."""
    found = [Text(sop_path(one.id), one.sop, not one.awaits) for one in ground.shown]
    found += [Text(newer_path(one.id), one.newer, mendable=True) for one in ground.shown if one.newer is not None]
    return {text.page: text for text in found}


def missing_files(text: Text, whole: "Library") -> tuple[BadLink, ...]:
    """The links of a text to files that the library does not have, be they hidden or shown.

    A picture that is missing fails no build: its description stands there.
    """
    found = []
    for link in text.sop.body.links:
        parts = link_parts(link)
        if parts is None or link_file(text.sop, whole, parts[0]) is not None:
            continue
        bad = _bad(text, link.start, f"no file `{parts[0]}` beside {text.sop.path}")
        found.append(replace(bad, mendable=False) if link.image else bad)
    return tuple(found)


def settle(written: Sequence["Written"], files: MutableMapping[str, bytes], ground: "Ground") -> tuple[str, ...]:
    """Check all links inside a site, and give warnings. Raises SopkitError for those that somebody can mend.

    In a text that was approved and has a newer one, a bad anchor is dropped: only another approval can mend it.
    """
    bad = [one for page in written for one in page.bad]
    dropped: dict[str, set[str]] = {}
    texts = texts_of(ground)
    for link in _broken(written, files, ground):
        text = texts.get(link.page)
        told = _to_anchor(text, link.target, ground) if text is not None else None
        bad.append(told or _ours(link, files))
        dropped.setdefault(link.page, set()).add(link.target)
    if errors := sorted({one.said for one in bad if one.mendable}):
        raise _nowhere(errors)
    for path, targets in dropped.items():
        files[path] = without_anchors(path, files[path].decode(), targets, ground.asked.top).encode()
    return tuple(sorted({one.said for one in bad}))


def _broken(written: Sequence["Written"], files: Mapping[str, bytes], ground: "Ground") -> Iterator[Broken]:
    """The bad links of all pages; where there is none, and there mostly is none, no page is looked at again."""
    named = {one.path: one.named for one in written if one.named is not None}
    if any(broken(named, files)):
        yield from broken({path: named_in(path, files[path].decode(), ground.asked.top) for path in named}, files)


def _ours(link: Broken, files: Container[str]) -> BadLink:
    """A link that no author wrote. An anchor can be lost in a text whose HTML swallows what stands behind it."""
    file, mark, anchor = link.target.partition("#")
    if mark and file in files:
        return BadLink(f"{link.page}: no anchor `#{anchor}` in {file}; its HTML may swallow the text", mendable=False)
    return BadLink(f"{link.page}: links to {link.target}, which is not in the handbook", mendable=True)


def _to_anchor(text: Text, target: str, ground: "Ground") -> BadLink | None:
    """The link of a text that leads to an anchor which its page, or that of another SOP, lacks; None for none."""
    path, _, anchor = target.partition("#")
    for link in text.sop.body.links:
        parts = link_parts(link)
        if parts is None or parts[1] != anchor:
            continue
        other = text.sop if not parts[0] else linked_sop(link.target, text.sop, ground.library)
        if other is not None and path == (sop_path(other.id) if parts[0] else text.page):
            return _bad(text, link.start, f"no anchor `#{anchor}` in {other.path}")
    return None


def _bad(text: Text, start: int, what: str) -> BadLink:
    path = text.sop.path
    if not text.mendable:
        said = f"{path}: {what}, in the approved text; only words are shown until a newer text is approved"
        return BadLink(said, mendable=False)
    return BadLink(f"{path}:{text.sop.source.place(start).line}: {what}", mendable=True)


def _nowhere(errors: Sequence[str]) -> SopkitError:
    more = len(errors) - _MOST_TOLD
    told = [*errors[:_MOST_TOLD], *([f"and {more} more"] if more > 0 else [])]
    count = "a link leads" if len(errors) == 1 else f"{len(errors)} links lead"
    return SopkitError("\n".join((f"{count} nowhere", *told)), "correct them; `sopkit lint --select SOP506` helps")
