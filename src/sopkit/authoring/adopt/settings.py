"""sopkit.toml with more in it: every comment and the order of its lines stay."""

from collections.abc import Iterable, Mapping
from typing import Any

from sopkit.authoring.adopt.plan import AdoptedDraft
from sopkit.library import CONFIG_NAME, Library
from sopkit.model.errors import SopkitError
from sopkit.model.source import BOM
from sopkit.parsing.config import read_config

KeyPath = tuple[str, ...]
"""The tables that lead to a key, and the key."""
Setting = str | tuple[str, ...]
_A_LINE = 4


def tolerating(library: Library, drafts: Iterable[AdoptedDraft]) -> dict[str, tuple[bytes | None, bytes]]:
    """sopkit.toml with the foreign keys of all drafts under `[front_matter] extra`; nothing when it has them."""
    known = {*library.config.front_matter.extra}
    extra = sorted({key for draft in drafts for key in draft.extra} - known)
    if not extra:
        return {}
    before = (library.root / CONFIG_NAME).read_bytes()
    return {CONFIG_NAME: (before, with_extra(before, extra))}


def with_extra(before: bytes, keys: Iterable[str]) -> bytes:
    """The bytes of sopkit.toml with more keys to tolerate. Raises SopkitError when that cannot be written."""
    return with_settings(before, {("front_matter", "extra"): tuple(keys)})


def with_settings(before: bytes, settings: Mapping[KeyPath, Setting]) -> bytes:
    """The bytes of sopkit.toml with other settings: lists grow, what is set once is left as it is.

    Raises SopkitError when the file has a form in which they cannot be put there.
    """
    import tomlkit  # only when something is written
    from tomlkit.exceptions import TOMLKitError

    document = tomlkit.parse(before.decode("utf-8-sig"))
    try:
        for (*tables, key), value in settings.items():
            table: Any = document
            for name in tables:
                table = table.setdefault(name, tomlkit.table())
            if isinstance(value, str):
                table.setdefault(key, value)
                continue
            there = table.setdefault(key, tomlkit.array())
            known = {str(item) for item in there}
            for item in dict.fromkeys(value):
                if item not in known:
                    there.append(item)
            if len(there) > _A_LINE:
                there.multiline(multiline=True)
        after = tomlkit.dumps(document).encode()
        if before.count(b"\n") == before.count(b"\r\n") > 0:
            after = after.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        read_config(after, CONFIG_NAME)
    except (TOMLKitError, SopkitError, TypeError, AttributeError) as error:
        words = "; ".join(f"{'.'.join(path)} = {value!r}" for path, value in settings.items())
        raise SopkitError(f"{CONFIG_NAME}: cannot be added to as it is written", f"add it yourself: {words}") from error
    return BOM + after if before.startswith(BOM) else after
