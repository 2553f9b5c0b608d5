"""Colours of a library: the custom properties that they set, and whether text in them can be read."""

from collections.abc import Iterator

from sopkit.model.config import ColoursTable

LEAST = 4.5
"""Least contrast of text, by WCAG 2.2 AA."""

Rgb = tuple[float, float, float]

_OURS = {
    "text": ("#1b1f24", "#e6e8ea"),
    "ground": ("#ffffff", "#14171a"),
    "muted": ("#57606a", "#a0a8b0"),
    "accent": ("#0b5cad", "#7db7ff"),
    "line": ("#d8dee4", "#30363c"),
    "ok": ("#116329", "#6fdd8b"),
    "warn": ("#8a4b00", "#f0b35e"),
    "bad": ("#a40e26", "#ff9aa2"),
}
_READ = ("text", "muted", "accent", "ok", "warn", "bad")
_SCHEMES = ("light", "dark")
_TINTS = {
    "tint": ("text", 4),
    "tint-strong": ("accent", 9),
    "ok-tint": ("ok", 7),
    "warn-tint": ("warn", 7),
    "bad-tint": ("bad", 7),
}
_MOST_TINTED = max(share for _, share in _TINTS.values())
_STEPS = 20
_DARKEST = 0.04045


def properties(table: ColoursTable) -> dict[str, tuple[str, str]]:
    """What each colour that a library sets is in the light and in the dark.

    One that is given for the light alone is mixed with white for the dark until it can be read there.
    """
    ground = _pair(table, "ground", "")
    return {name: _pair(table, name, ground[1]) for name in _OURS if getattr(table, name)}


def unreadable(table: ColoursTable) -> Iterator[tuple[str, str, float]]:
    """The colours of text that stand out too little from the ground and its tints: name, scheme, and the contrast."""
    chosen = _OURS | properties(table)
    for name in _READ:
        for place, scheme in enumerate(_SCHEMES):
            ours = not getattr(table, name) and not table.ground
            found = _least_contrast(chosen[name][place], chosen["ground"][place])
            if not ours and found < LEAST:
                yield name, scheme, found


def contrast(one: str, other: str) -> float:
    """How much two colours stand out from one another, from 1 to 21, as WCAG reckons it."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def tints() -> dict[str, str]:
    """The grounds that are tinted with a colour, by their names, as values of custom properties."""
    return {name: f"color-mix(in srgb,var(--{of}) {share}%,var(--ground))" for name, (of, share) in _TINTS.items()}


def _least_contrast(colour: str, ground: str) -> float:
    """The contrast from the ground that is tinted most, with the colour itself."""
    return contrast(colour, _mixed(colour, ground, 1 - _MOST_TINTED / 100))


def _pair(table: ColoursTable, name: str, ground: str) -> tuple[str, str]:
    given: tuple[str, ...] = getattr(table, name)
    if not given:
        return _OURS[name]
    if given[1:]:
        return given[0], given[1]
    if name in _READ:
        return given[0], _lightened(given[0], ground)
    return given[0], _OURS[name][1]


def _lightened(colour: str, ground: str) -> str:
    """The colour mixed with as little white as makes it readable."""
    mixed = (_mixed(colour, "#ffffff", step / _STEPS) for step in range(_STEPS + 1))
    return next((one for one in mixed if _least_contrast(one, ground) >= LEAST), "#ffffff")


def _mixed(colour: str, other: str, share: float) -> str:
    """A colour with a share of another in it."""
    pairs = zip(_rgb(colour), _rgb(other), strict=True)
    return "#" + "".join(f"{round(255 * (one + (two - one) * share)):02x}" for one, two in pairs)


def _luminance(colour: str) -> float:
    red, green, blue = (part / 12.92 if part <= _DARKEST else ((part + 0.055) / 1.055) ** 2.4 for part in _rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _rgb(colour: str) -> Rgb:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue
