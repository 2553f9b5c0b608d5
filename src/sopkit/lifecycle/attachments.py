"""The local files that a text refers to: pictures and attachments, which are reviewed and approved with it."""

import os
import posixpath
import re
from collections.abc import Callable, Mapping
from hashlib import sha256

from sopkit.analysis.links import split_target
from sopkit.library import CONFIG_NAME
from sopkit.model.entry import LEDGER

ATTACHMENTS_DIGEST = "attach1"
_OWN_FOLDERS = (f"{LEDGER.partition('/')[0]}/", "registers/", "controls/")
_TARGET = re.compile(rb"\xff[lg]([^\xff]*)\xfft")
_HTML = re.compile(rb"(?:\xffm|\xfex\xfd)(.*?)(?:\xff\.|\xfeX\xfd)", re.DOTALL)
_ATTRIBUTE = re.compile(
    rb"[\s\"'](?:href|src|data|poster)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'=<>`]+))", re.IGNORECASE
)
_BLANKS = bytes.maketrans(b"\xf8\xf9\xfa\xfb\xfc", b" \n\t\v\f")


def read_targets(canonical: bytes) -> str:
    """The relative targets of links and pictures in the canonical form of a body (docs/digest.md), one on a line."""
    found = [match[1] for match in _TARGET.finditer(canonical)]
    for html in _HTML.finditer(canonical):
        found += [next(filter(None, match.groups()), b"") for match in _ATTRIBUTE.finditer(html[1])]
    targets = (one.translate(_BLANKS).decode("utf-8", "replace").strip() for one in found)
    local = {one for one in targets if (parts := split_target(one)) is not None and parts[0] and "\n" not in one}
    return "\n".join(sorted(local))


def resolve_targets(targets: str, path: str, prefix: str, is_sop: Callable[[str], bool]) -> dict[str, str]:
    """By target of the text at a path of the library: the file that it means, from the top of the repository.

    Left out are SOPs, which are approved themselves, what sopkit keeps about the library, and what lies outside of the
    repository. `prefix` is the folder of the library there.
    """
    found = {}
    for target in filter(None, targets.split("\n")):
        parts = split_target(target)
        full = posixpath.normpath(posixpath.join(prefix, posixpath.dirname(path), parts[0] if parts else ""))
        own = full.removeprefix(prefix) if full.startswith(prefix) else ""
        if full.split("/")[0] != ".." and own != CONFIG_NAME and not own.startswith(_OWN_FOLDERS) and not is_sop(own):
            found[target] = full
    return found


def digest_attachments(files: Mapping[str, str], tree: Mapping[str, tuple[str, str]]) -> str:
    """`attach1:` and the SHA-256 over `<mode> <oid> TAB <target> NUL` of the files that are in a tree, by target.

    Empty where a text refers to none. It is the same when text and files are moved together.
    """
    if not files:
        return ""
    lines = [
        b"%s\t%s\0" % (" ".join(tree[path]).encode("ascii"), os.fsencode(target))
        for target, path in sorted(files.items())
        if path in tree
    ]
    return f"{ATTACHMENTS_DIGEST}:{sha256(b''.join(lines)).hexdigest()}"
