"""What the user wants of a build."""

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from sopkit.model.errors import SopkitError
from sopkit.model.sop_document import Classification

_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?")


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

    def __post_init__(self) -> None:
        if self.base_url and not _ADDRESS.fullmatch(self.base_url):
            raise SopkitError(
                f"{self.base_url!r} is no address at which a site can stand",
                "write all of it, in --base-url or in [handbook] url: https://handbook.example.com/path/",
            )

    @property
    def top(self) -> str:
        """The path of the site on its host, which ends with `/`."""
        return f"{unquote(urlsplit(self.base_url).path).rstrip('/')}/"
