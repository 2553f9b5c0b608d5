"""Questions to whoever sits at the terminal: when there may be some, how each looks, and how to give up."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import typer

from sopkit.cli.console import question
from sopkit.model.errors import SopkitError
from sopkit.tables.escape import escape_controls

Answer = TypeVar("Answer")


def can_ask() -> bool:
    """Whether somebody can be asked: input and output are both a terminal."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def ask(title: str, why: str, default: str, read: Callable[[str], Answer]) -> Answer:
    """What somebody answers, as `read` takes it: a usage error of it is told, and the question asked again."""
    typer.echo(question(title, why), err=True)
    answer: Answer = typer.prompt(
        ">", default=default, show_default=bool(default), value_proc=read, prompt_suffix=" ", err=True
    )
    return answer


@contextmanager
def giving_up(nothing: str) -> Iterator[None]:
    """End with exit code 130 when Ctrl-C or Ctrl-D answers a question inside; `nothing` tells what was not done."""
    try:
        yield
    except typer.Abort:
        typer.echo(f"\n{nothing}", err=True)
        raise typer.Exit(130) from None


@contextmanager
def as_usage_error() -> Iterator[None]:
    """Turn an error of ours into a usage error, after which a question is asked again."""
    try:
        yield
    except SopkitError as error:
        raise typer.BadParameter(f"{escape_controls(error.message)}; {error.hint}") from error
