"""Format `json`: one object for other programs, described by a published schema."""

from sopkit.formats._format import Format, LintOutput
from sopkit.model.dump import dump


def write(output: LintOutput) -> str:
    """The document that `lint_schema` describes."""
    # Late, because building pydantic's models costs the other formats 7 ms for nothing.
    from sopkit.formats._lint_rows import lint_document  # noqa: PLC0415 - as above

    return dump(lint_document(output).model_dump(mode="json", by_alias=True))


json = Format("json", "for programs: findings with byte offsets and edits", write)
