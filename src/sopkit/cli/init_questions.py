"""What `sopkit init` asks: one question for each thing that was not said, with its default and why it matters."""

from dataclasses import dataclass
from pathlib import Path

import typer

from sopkit.authoring.init.choice import AREA, FRAMEWORK, Choice, Evidence, organisation
from sopkit.authoring.init.plan import likely_forge
from sopkit.cli.asking import as_usage_error, ask, can_ask, giving_up
from sopkit.cli.parameters import known
from sopkit.frameworks.loader import load_catalogue
from sopkit.git.checkout import Forge
from sopkit.model.config import SHIPPED_AREAS

FORGES = ("github", "gitlab", "none")


@dataclass(frozen=True)
class Given:
    """What was said on the command line; None or nothing where it was not."""

    organisation: str | None = None
    areas: tuple[str, ...] = ()
    frameworks: tuple[str, ...] = ()
    forge: str | None = None
    signed: bool | None = None


def chosen(folder: Path, given: Given, *, yes: bool) -> Choice:
    """The choice: what was given, and for the rest an answer, or the default where nobody can or need be asked.

    A usage error where a name is unknown.
    """
    frameworks = load_catalogue(folder / "controls").ids
    for area in given.areas:
        known(area, tuple(SHIPPED_AREAS), "area")
    for framework in given.frameworks:
        known(framework, frameworks, "framework")
    name = None if given.organisation is None else organisation(given.organisation)
    forge = given.forge or str(likely_forge(folder))
    answers = Given(name, given.areas or (AREA,), given.frameworks or (FRAMEWORK,), forge, signed=given.signed)
    if not yes and can_ask():
        answers = _asked(given, answers, frameworks)
    elif not yes:
        typer.echo("note: no terminal to ask on, so the default of all that is not given is taken", err=True)
    evidence: Evidence = "E3" if answers.signed else "E1"
    return Choice(
        organisation=answers.organisation or "",
        areas=tuple(dict.fromkeys(answers.areas)),
        frameworks=tuple(dict.fromkeys(answers.frameworks)),
        forge=Forge.UNKNOWN if answers.forge == "none" else Forge(answers.forge or ""),
        evidence=evidence,
    )


def _asked(given: Given, default: Given, frameworks: tuple[str, ...]) -> Given:
    with giving_up("nothing was written"):
        answers = _answers(given, default, frameworks)
    typer.echo(err=True)
    return answers


def _answers(given: Given, default: Given, frameworks: tuple[str, ...]) -> Given:
    areas = tuple(SHIPPED_AREAS)
    return Given(
        organisation=default.organisation
        if given.organisation is not None
        else ask(
            "Organisation", 'Its name, as the procedures say it; leave it empty for "the company".', "", _organisation
        ),
        areas=given.areas
        or ask(
            "Areas",
            "Each begins with one procedure, and one area is enough: others come later with `sopkit new`.\n"
            f"Known: {', '.join(areas)}.",
            AREA,
            lambda text: _several(text, areas, "area"),
        ),
        frameworks=given.frameworks
        or ask(
            "Control frameworks",
            f"The controls that the procedures answer to, the main framework first.\nKnown: {', '.join(frameworks)}.",
            FRAMEWORK,
            lambda text: _several(text, frameworks, "framework"),
        ),
        forge=given.forge
        or ask(
            "Forge",
            f"Where changes are reviewed; it gets a pipeline and CODEOWNERS. Known: {', '.join(FORGES)}.",
            default.forge or FORGES[0],
            lambda text: known(text.strip().lower(), FORGES, "forge"),
        ),
        signed=given.signed
        if given.signed is not None
        else ask(
            "Signed approvals",
            "Must an approval be signed when much depends on the procedure (criticality high)?\n"
            "Unsigned, it rests on the author of a git commit, and whoever may push can write any name there.\n"
            "Signed, it needs an ssh key of each approver in registers/people.yaml.",
            "no",
            _yes_or_no,
        ),
    )


def _organisation(text: str) -> str:
    with as_usage_error():
        return organisation(text)


def _several(text: str, names: tuple[str, ...], what: str) -> tuple[str, ...]:
    words = tuple(word for word in text.replace(",", " ").split() if word)
    if not words:
        raise typer.BadParameter(f"name at least one {what}")
    return tuple(known(word, names, what) for word in words)


def _yes_or_no(text: str) -> bool:
    answers = {"y": True, "yes": True, "n": False, "no": False}
    word = text.strip().lower()
    if word not in answers:
        raise typer.BadParameter("say yes or no")
    return answers[word]
