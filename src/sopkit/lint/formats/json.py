"""Format `json`: one object for other programs, described by a published schema."""

from sopkit.lint.format import Format, LintOutput
from sopkit.tables.document import dump_json


def write(output: LintOutput) -> str:
    """The document that `lint_schema` describes."""
    # Late, because building pydantic's models costs the other formats 7 ms for nothing.
    from sopkit.lint.formats._document import lint_document

    return dump_json(lint_document(output).model_dump(mode="json", by_alias=True))


json = Format("json", "for programs: findings with byte offsets and edits", write)
