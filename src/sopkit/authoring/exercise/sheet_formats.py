"""The sheet of an exercise in the formats in which it is handed to people."""

from sopkit.authoring.exercise.sheet import ExerciseSheet, sheet_markdown
from sopkit.model.errors import SopkitError


def write_sheet(sheet: ExerciseSheet, form: str) -> bytes:
    """The bytes of the sheet: markdown, docx or html. Raises SopkitError where a format needs an extra."""
    if form != "markdown":
        raise SopkitError(f"the sheet cannot be written as {form} yet", "use -f markdown")
    return sheet_markdown(sheet).encode()
