"""Words as a part of an id or of the name of a file."""

import re
import unicodedata

_MOST_SLUG = 60


def slug(title: str) -> str:
    """The words of a title in lower case, joined by hyphens; letters of any script stay."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", title.casefold()) if not unicodedata.combining(char))
    words = re.sub(r"[\W_]+", "-", plain).strip("-")
    if len(words) > _MOST_SLUG:
        words = words[: _MOST_SLUG + 1].rpartition("-")[0] or words[:_MOST_SLUG]
    return unicodedata.normalize("NFC", words)
