"""The digest of an SOP: one name for all texts that say the same; docs/digest.md specifies it."""

from hashlib import sha256
from unicodedata import normalize

from sopkit.model.config import Basis, Config
from sopkit.model.sop import Sop
from sopkit.text.canonical import canonical_body

CANONICALISER = "sop1"
"""Name of the canonical form: the prefix of a digest, and what a cache of digests is kept under."""

IMMATERIAL = frozenset({"version", "status", "tags", "summary", "language"})
"""Front-matter keys that may change without a new revision."""


def digest(sop: Sop, config: Config) -> str:
    """Give `sop1:` and the SHA-256 of the canonical form; `raw1:` and that of the bytes when unreadable."""
    if not (sop.readable and sop.front.readable):
        return f"raw1:{sha256(sop.source.data).hexdigest()}"
    return digest_text(sop.front.typed, sop.source.data[sop.body_start :], immaterial(config))


def digest_text(typed: dict[str, object], body: bytes, skipped: frozenset[str]) -> str:
    """Give the digest of front matter as typed, without the `skipped` keys, and of the bytes of a body."""
    front = canonical_front({key: value for key, value in typed.items() if key not in skipped})
    canonical = sha256(front)
    canonical.update(canonical_body(body.decode("utf-8", "replace")))
    return f"{CANONICALISER}:{canonical.hexdigest()}"


def immaterial(config: Config) -> frozenset[str]:
    """Give the keys that do not count; under basis `claims` also the claimed ones, however spelled."""
    if config.review.basis is not Basis.CLAIMS:
        return IMMATERIAL
    aliases = config.front_matter.aliases
    claimed = set(config.front_matter.claims.values())
    ours = {aliases.get(key, key) for key in claimed}
    spelled = {key for key, name in aliases.items() if name in ours}
    return IMMATERIAL | claimed | ours | spelled


def canonical_front(typed: dict[str, object]) -> bytes:
    """Give the canonical bytes of front matter: keys in order, empty ones left out, text as YAML reads it."""
    return _value(typed) or b"\xff{\xff}"


def _value(value: object) -> bytes:
    """Give the bytes of a value; none when it is empty."""
    if isinstance(value, dict):
        pairs = sorted((_text(key), encoded) for key, item in value.items() if (encoded := _value(item)))
        return b"\xff{" + b"".join(b"\xff:" + key + item for key, item in pairs) + b"\xff}" if pairs else b""
    if isinstance(value, list):
        items = [_value(item) or b"\xff=" for item in value]
        return b"\xff[" + b"".join(items) + b"\xff]" if items else b""
    return b"\xff=" + _text(value) if value else b""


def _text(value: object) -> bytes:
    return normalize("NFC", str(value)).encode("utf-8", "surrogatepass")
