"""A history to be made, as its plan file says it: the commits, without the texts that they lead to."""

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PlannedEdit(_Part):
    """One place of a text that a commit changes."""

    old: str = Field(description="The text before, which stands once in the file.")
    new: str = Field(description="The text afterwards, which stands once in the file.")


class PlannedCommit(_Part):
    """One commit: files that it adds, then moves, then edits."""

    author: str = Field(description="Key of the people register.")
    date: AwareDatetime = Field(description="When it was written.")
    committer: str | None = Field(None, description="Key of the people register; the author when left out.")
    committed: AwareDatetime | None = Field(None, description="When it was committed; as written when left out.")
    message: str = Field(description="First line, blank line, more.")
    branch: str | None = Field(None, description="The branch that it is made on, which a later commit merges.")
    merge: str | None = Field(None, description="The branch that it merges.")
    add: tuple[str, ...] = Field((), description="New files.")
    move: dict[str, str] = Field({}, description="Old path: new path.")
    edits: dict[str, tuple[PlannedEdit, ...]] = Field({}, description="Path after the moves: its edits.")


class Plan(_Part):
    """A history without the newest texts."""

    commits: tuple[PlannedCommit, ...] = Field(description="Oldest first.")
