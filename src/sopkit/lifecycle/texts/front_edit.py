"""Front matter of which an edit changed one plain value: what that did is known without reading it anew."""

import re

_VALUE = rb"(?:\"[^\"\\\n]*\"|'[^'\n]*'|[A-Za-z0-9](?:[A-Za-z0-9 .,/()_+@~=;-]|:(?=[^ \n]))*)"
_LIST = rb"\[(?:[A-Za-z0-9][A-Za-z0-9._-]*(?:, [A-Za-z0-9][A-Za-z0-9._-]*)*)?\]"
_KEY = rb"[A-Za-z_][A-Za-z0-9_-]*:"
# Nothing here can go on over the end of its line but plain text, and that only on an indented line. So each line
# at the margin is an entry of its own, whatever stands around it. Other letters than ASCII may end a line in YAML.
_PLAIN = re.compile(
    rb"---\n(?:%(key)s(?: (?:%(value)s|%(list)s))?\n"
    rb"|(?: +(?:- )*|(?:- )+)(?:%(key)s(?: (?:%(value)s|%(list)s))?|%(value)s|%(list)s)\n)+---\n?"
    % {b"key": _KEY, b"value": _VALUE, b"list": _LIST}
)
_ENTRY = re.compile(rb"(%s) (%s)" % (_KEY, _VALUE))
_NULLS = frozenset({b"null", b"Null", b"NULL"})


def one_value(before: bytes, after: bytes) -> tuple[str, str] | None:
    """The key and the new text when two plain front matters differ in the one-line value of a single key.

    The first must be readable; each begins and ends with its line `---`. None where that is not sure.
    """
    old, new = before.split(b"\n"), after.split(b"\n")
    if len(old) != len(new):
        return None
    changed = [at for at, (one, other) in enumerate(zip(old, new, strict=True)) if one != other]
    if len(changed) != 1:
        return None
    at = changed[0]
    was, now = _ENTRY.fullmatch(old[at]), _ENTRY.fullmatch(new[at])
    if was is None or now is None or was[1] != now[1] or now[2].rstrip() in _NULLS:
        return None
    follower = new[at + 1]
    if follower.startswith(b" ") or (follower.startswith(b"-") and follower != b"---"):
        return None
    if before.count(b"\n" + was[1]) != 1 or _PLAIN.fullmatch(before) is None:
        return None
    value = now[2][1:-1] if now[2][:1] in {b'"', b"'"} else now[2].rstrip()
    try:
        return now[1][:-1].decode("ascii"), value.decode("ascii")
    except UnicodeDecodeError:
        return None
