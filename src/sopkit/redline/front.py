"""What differs between the front matters of two texts."""

from collections.abc import Iterator

from sopkit.parsing.digest import canonical_front
from sopkit.redline.matching import Budget
from sopkit.redline.model import How, KeyChange
from sopkit.redline.units import words_of
from sopkit.redline.words import word_runs


def key_changes(old: dict[str, object], new: dict[str, object], budget: Budget) -> Iterator[KeyChange]:
    """The keys that differ, in the order of the new text, those that are gone at the end; absent equals empty."""
    for key in (*new, *(key for key in old if key not in new)):
        before, after = canonical_front({key: old.get(key)}), canonical_front({key: new.get(key)})
        if before == after:
            continue
        empty = canonical_front({})
        how = How.ADDED if before == empty else How.REMOVED if after == empty else How.CHANGED
        words = tuple(words_of(flow(old.get(key)))), tuple(words_of(flow(new.get(key))))
        yield KeyChange(key, how, old.get(key), new.get(key), word_runs(*words, budget))


def flow(value: object) -> str:
    """A value of the front matter on one line, lists and mappings as YAML writes them there."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {flow(item)}' for key, item in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(flow, value))}]"
    return "" if value is None else " ".join(str(value).split())
