"""What the user wants of a build."""

from dataclasses import dataclass

from sopkit.model.document import Classification


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user wants of a build.

    `classification` is the most secret that is shown; `base_url` where the site will stand, empty where it may stand
    anywhere; `edition` a name for the edition; with `drafts` texts are shown that were never approved, marked as such.
    """

    classification: Classification = Classification.INTERNAL
    base_url: str = ""
    edition: str = ""
    drafts: bool = False
