"""Begins and ends a Word file that people fill in or print."""

import io
from typing import TYPE_CHECKING

from sopkit.parsing.word import missing_extra_error

if TYPE_CHECKING:
    from docx.document import Document


def new_word_file(title: str, margin_cm: float | None = None) -> "Document":
    """A Word file with its title, and margins in centimetres. Raises SopkitError without the extra."""
    try:
        import docx  # an extra
        from docx.shared import Cm
    except ImportError as error:
        raise missing_extra_error() from error
    document = docx.Document()
    document.core_properties.title, document.core_properties.author = title, ""
    if margin_cm is not None:
        section, margin = document.sections[0], Cm(margin_cm)
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = margin
    document.add_heading(title, 0)
    return document


def word_bytes(document: "Document") -> bytes:
    """The bytes of a Word file."""
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()
