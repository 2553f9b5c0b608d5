"""`[handbook]` of `sopkit.toml`: what the static site is called, how it looks, and to whom its readers write."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from sopkit.model.table import Table


def _listed(value: object) -> object:
    """A list, where one text stands for a list of one."""
    return [value] if isinstance(value, str) else value


def _colours(value: tuple[str, ...]) -> tuple[str, ...]:
    import re  # noqa: PLC0415 - only when the key is given

    for colour in value:
        if re.fullmatch(r"#[0-9A-Fa-f]{6}", colour) is None:
            raise ValueError(f"{colour!r} is no colour; write six digits such as #0b5cad")
    if len(value) not in {1, 2}:
        raise ValueError("is neither one colour nor two, that in the light and that in the dark")
    return tuple(colour.lower() for colour in value)


Colours = Annotated[tuple[str, ...], BeforeValidator(_listed), AfterValidator(_colours)]


def _feedback(value: str) -> str:
    if value.startswith(("https://", "http://", "mailto:")) or not value:
        return value
    if "@" in value and ":" not in value:
        return f"mailto:{value}"
    raise ValueError(f"{value!r} is neither an e-mail address nor begins with https://")


def _edit(value: str) -> str:
    if value and not (value.startswith(("https://", "http://")) and "{path}" in value):
        raise ValueError(
            f"{value!r} is no web address with {{path}} in it, as https://forge.example/edit/main/{{path}}"
        )
    return value


Feedback = Annotated[str, AfterValidator(_feedback)]
Edit = Annotated[str, AfterValidator(_edit)]


class ColoursTable(Table):
    """`[handbook.colours]`: each is one colour, or a list of two: in the light and in the dark."""

    accent: Colours = Field((), description="Links and the current place.")
    text: Colours = Field((), description="Text.")
    muted: Colours = Field((), description="What is less important.")
    ground: Colours = Field((), description="What everything stands on.")
    line: Colours = Field((), description="Lines and frames.")
    ok: Colours = Field((), description="What is as it should be.")
    warn: Colours = Field((), description="What will need somebody.")
    bad: Colours = Field((), description="What is not as it should be.")


class HandbookTable(Table):
    """`[handbook]`: the static site."""

    title: str = Field("", description="Title of the handbook; by default the library's name.")
    url: str = Field("", description="Address at which it is published.")
    feedback: Feedback = Field(
        "",
        description="Where readers report what is wrong or unclear: an e-mail or web address, in which `{id}`, "
        "`{version}`, `{title}` and `{commit}` are filled in.",
    )
    edit: Edit = Field("", description="Web address at which a file is edited, with `{path}` in it.")
    logo: str = Field("", description="Path of a logo: SVG, PNG, JPEG, GIF or WebP.")
    language: str = Field("", description="Language of the interface; by default that of the library.")
    colours: ColoursTable = Field(default_factory=ColoursTable.default, description="Colours of your own.")
    css: str = Field("", description="Path of a style sheet that is put behind that of the handbook.")
    templates: str = Field("", description="Folder of templates that take the place of those of the same name.")

    def has(self, path: str) -> bool:
        """Whether a file of the library is one that the pages are made with."""
        folder = self.templates.rstrip("/")
        return path in {self.logo, self.css} - {""} or bool(folder and path.startswith(f"{folder}/"))
