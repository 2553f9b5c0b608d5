"""The nearest of what is known to what somebody wrote."""

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str], n: int = 1, cutoff: float = 0.6) -> list[str]:
    """At most `n` of the known words that resemble `word` by at least `cutoff` (0 to 1), the most alike first."""
    from difflib import get_close_matches  # noqa: PLC0415 - only for what is wrong

    return get_close_matches(word, list(known), n, cutoff)
