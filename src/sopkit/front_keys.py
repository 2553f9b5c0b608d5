"""Which SOPs may say something under a key of the front matter, told from their bytes: only they need be parsed."""

from sopkit.library import Library
from sopkit.model.sop import Sop


def sops_with(library: Library, *keys: str) -> tuple[Sop, ...]:
    """The SOPs in whose front matter a key or a value may occur, under any spelling: only they are parsed."""
    aliases = library.config.front_matter.aliases
    spelled = {*keys, *(alias for alias, key in aliases.items() if key in keys)}
    words = tuple(word.encode() for word in spelled)
    return tuple(sop for sop in library.sops if _begins_with(sop.source.data, words))


def _begins_with(data: bytes, words: tuple[bytes, ...]) -> bool:
    """Whether a word stands above the line that closes front matter, at the latest; anywhere without such a line."""
    closing = data.find(b"\n---\n")
    end = closing if closing >= 0 else len(data)
    return any(data.find(word, 0, end) >= 0 for word in words)
