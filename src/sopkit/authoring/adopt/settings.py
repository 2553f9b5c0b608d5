"""sopkit.toml with more in it: every comment and the order of its lines stay."""

from collections.abc import Iterable

from sopkit.authoring.adopt.plan import Draft
from sopkit.library import CONFIG_NAME, Library
from sopkit.model.errors import SopkitError
from sopkit.text.settings import read_config


def tolerating(library: Library, drafts: Iterable[Draft]) -> dict[str, tuple[bytes, bytes]]:
    """sopkit.toml with the foreign keys of all drafts under `[front_matter] extra`; nothing when it has them."""
    known = {*library.config.front_matter.extra}
    extra = sorted({key for draft in drafts for key in draft.extra} - known)
    if not extra:
        return {}
    before = (library.root / CONFIG_NAME).read_bytes()
    return {CONFIG_NAME: (before, with_extra(before, extra))}


def with_extra(before: bytes, keys: Iterable[str]) -> bytes:
    """The bytes of sopkit.toml with more keys to tolerate. Raises SopkitError when that cannot be written."""
    import tomlkit  # noqa: PLC0415 - only when something is written

    document = tomlkit.parse(before.decode("utf-8-sig"))
    table = document.setdefault("front_matter", tomlkit.table())
    there = table.setdefault("extra", tomlkit.array())
    for key in keys:
        if key not in there:
            there.append(key)
    if len(there) > 4:  # noqa: PLR2004 - as many as fit a line
        there.multiline(multiline=True)
    after = tomlkit.dumps(document).encode()
    if set(read_config(after, CONFIG_NAME).front_matter.extra) < set(keys):
        raise SopkitError(
            f"{CONFIG_NAME}: [front_matter] extra cannot be added to", f"add them yourself: {', '.join(keys)}"
        )
    return after
