"""Names of things in OSCAL: tokens for ids, UUIDs that stay, and our namespace; docs/oscal.md specifies all three."""

import re
from collections.abc import Iterable
from hashlib import sha256
from unicodedata import normalize
from uuid import NAMESPACE_URL, uuid5

from sopkit.tables.escape import escape_controls

NAMESPACE = "https://github.com/sopkit/sopkit/ns/oscal"
"""The `ns` of properties that OSCAL does not know itself."""

_UUIDS = uuid5(NAMESPACE_URL, NAMESPACE)
_TOKEN = re.compile(r"[A-Za-z_][A-Za-z0-9._-]*")
_HASHED = 4  # letters of a digest that keep two ids apart whose tokens would be the same


def uuid_of(*path: str) -> str:
    """The UUID of what a path of names leads to; always the same for the same path."""
    return str(uuid5(_UUIDS, "\n".join(escape_controls(name) for name in path)))


def tokens(ids: Iterable[str], *, lower: bool = False, taken: Iterable[str] = ()) -> dict[str, str]:
    """A token for each id, no two alike even without case, and none that is taken.

    What is a token stays as it is, so it is served first; of others with one token the later ones get a digest.
    """
    plain = {written: _token(written.lower() if lower else written) for written in ids}
    found: dict[str, str] = {}
    gone = {token.casefold() for token in taken}
    for written in sorted(plain, key=lambda written: not _TOKEN.fullmatch(written)):
        token, size = plain[written], _HASHED
        while token.casefold() in gone:
            token = f"{plain[written]}-{sha256(written.encode('utf-8', 'surrogatepass')).hexdigest()[:size]}"
            size += _HASHED
        gone.add(token.casefold())
        found[written] = token
    return found


def sort_keys(tokens: Iterable[str]) -> dict[str, str]:
    """For each token the same one with numbers of equal length, which sorts as people count."""
    all_of_them = tuple(tokens)
    width = max((len(number) for token in all_of_them for number in re.findall(r"\d+", token)), default=0)
    return {
        token: re.sub(r"\d+", lambda number: number[0].zfill(max(width, 2)), token.lower()) for token in all_of_them
    }


def _token(written: str) -> str:
    if _TOKEN.fullmatch(written):
        return written
    bare = normalize("NFKD", written).encode("ascii", "ignore").decode()
    dotted = re.sub(r"\s*\(\s*", ".", bare).replace(")", "")
    joined = re.sub(r"[^A-Za-z0-9._-]+", "-", dotted)
    token = re.sub(r"\.*-\.*", "-", joined).strip(".-")
    return token if _TOKEN.fullmatch(token) else f"_{token}"
