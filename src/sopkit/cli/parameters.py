"""What every command is made with, and options whose values are names from a list."""

from typing import Any

import typer

from sopkit.model.similarity import nearest


def command_app() -> typer.Typer:
    """What a command registers itself with."""
    return typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


def format_option(*names: str, about: str = "") -> Any:  # noqa: ANN401 - typer's option type is private
    """The option `-f NAME` of a command that can print in these formats."""

    def check(name: str | None) -> str | None:
        return name if name is None else known(name, names, "format")

    words = about or f"{', '.join(names[:-1])} or {names[-1]}."
    return typer.Option("-f", "--format", metavar="NAME", callback=check, help=words)


def known(name: str, names: tuple[str, ...], what: str) -> str:
    """One of the names, else a usage error (exit 2) that names the nearest."""
    if name in names:
        return name
    near = nearest(name.lower(), names, 1, 0.4)
    advice = f"did you mean {near[0]}? " if near else ""
    raise typer.BadParameter(f"no {what} {name!r}; {advice}known: {', '.join(names)}")


def several(values: list[str] | None) -> tuple[str, ...]:
    """Values of an option that may be repeated or joined by commas."""
    return tuple(word.strip() for value in values or () for word in value.split(",") if word.strip())
