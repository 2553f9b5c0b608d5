"""`README.md`: what the readers of a library are told."""

from sopkit.authoring.init.choice import Choice
from sopkit.authoring.init.decisions import SELECT
from sopkit.authoring.init.texts import markdown, text
from sopkit.git.checkout import Forge
from sopkit.model.config import Ceiling

_TELL = {Forge.GITHUB: ", or open an issue", Forge.GITLAB: ", or open an issue"}


def readme_text(choice: Choice, sop: str) -> str:
    """The README of a library; `sop` is the id that stands in its examples."""
    ceiling = Ceiling.default()
    return text(
        "README.md",
        heading=f"Procedures of {markdown(choice.organisation)}" if choice.organisation else "Procedures",
        organisation=markdown(choice.company),
        id=sop,
        page=f"{sop.lower()}.html",
        tell=_TELL.get(choice.forge, ""),
        request="merge request" if choice.forge is Forge.GITLAB else "pull request",
        interval=str(ceiling.medium),
        interval_high=str(ceiling.high),
        select=SELECT,
        framework=choice.frameworks[0],
    )
