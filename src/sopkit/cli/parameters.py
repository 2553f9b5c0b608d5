"""Checks of option values that name something from a registry."""

import typer

from sopkit.formats import format_names
from sopkit.model.nearest import nearest


def command_app() -> typer.Typer:
    """What a command registers itself with."""
    return typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


def known_format(name: str) -> str:
    """A known lint format, else a usage error that names the nearest."""
    return known(name, format_names(), "format")


def known(name: str, names: tuple[str, ...], what: str) -> str:
    """One of the names, else a usage error (exit 2) that names the nearest."""
    if name in names:
        return name
    near = nearest(name, names, 1, 0.4)
    advice = f"did you mean {near[0]}? " if near else ""
    raise typer.BadParameter(f"no {what} {name!r}; {advice}known: {', '.join(names)}")


def several(values: list[str] | None) -> tuple[str, ...]:
    """Values of an option that may be repeated or joined by commas."""
    return tuple(word.strip() for value in values or () for word in value.split(",") if word.strip())
