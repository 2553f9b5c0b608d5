"""How the handbook of a library looks different from others: colours, logo, style sheet, templates."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from sopkit.handbook.language import languages
from sopkit.handbook.look.colours import LEAST, properties, tints, unreadable
from sopkit.handbook.look.own_files import OwnTemplate, logo, own_templates, place_of, style_sheet
from sopkit.library import Library
from sopkit.model.errors import SopkitError
from sopkit.parsing.lexicon import language_of

if TYPE_CHECKING:
    from sopkit.handbook.ground import Ground


@dataclass(frozen=True, eq=False)
class Theme:
    """What a library adds: the text behind our style sheet, and its logo, as path in the site and bytes, if any.

    `templates` are its own by name. `warnings` tell what is hard to read.
    """

    style: str
    logo: tuple[str, bytes] | None
    templates: Mapping[str, OwnTemplate]
    warnings: tuple[str, ...]


@lru_cache(4)
def theme_of(ground: "Ground") -> Theme:
    """The theme of a handbook. Raises SopkitError for a file that is not there or must not be used."""
    library = ground.library
    config = library.config.handbook
    _check_language(library)
    return Theme(
        style=_colours(library) + (style_sheet(library) if config.css else ""),
        logo=logo(library) if config.logo else None,
        templates=own_templates(library) if config.templates else {},
        warnings=tuple(
            f"{place_of(library, 'colours', name)}: {name} stands out too little from a tinted ground in the {scheme}: "
            f"{int(found * 10) / 10} to 1, and text asks for {LEAST} to 1"
            for name, scheme, found in unreadable(config.colours)
        ),
    )


def _check_language(library: Library) -> None:
    tag = library.config.handbook.language
    if tag and language_of(tag) not in languages():
        known = ", ".join(languages())
        raise SopkitError(f"{place_of(library, 'language')}: the interface does not know {tag!r}", f"known: {known}")


def _colours(library: Library) -> str:
    """The rule that sets the colours of a library, and the tints of them; paper stays black on white."""
    pairs = properties(library.config.handbook.colours).items()
    if not pairs:
        return ""
    values = {name: f"light-dark({light},{dark})" for name, (light, dark) in pairs} | tints()
    return f"@media not print{{:root{{{';'.join(f'--{name}:{value}' for name, value in values.items())}}}}}\n"
