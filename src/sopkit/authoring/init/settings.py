"""`sopkit.toml` of a new library: what was chosen, and the few settings worth knowing."""

import json

from sopkit.authoring.init.choice import Choice
from sopkit.authoring.init.texts import text
from sopkit.library import CONFIG_NAME
from sopkit.model.config import Config
from sopkit.parsing.config import read_config


def settings_text(choice: Choice) -> str:
    """The text of `sopkit.toml`."""
    return text(
        CONFIG_NAME,
        name=_string(choice.organisation),
        frameworks=f"[{', '.join(map(_string, choice.frameworks))}]",
        evidence=choice.evidence,
    )


def settings_of(choice: Choice) -> Config:
    """What the text says to sopkit."""
    return read_config(settings_text(choice).encode(), CONFIG_NAME)


def _string(value: str) -> str:
    """A basic string of TOML, whose escapes are those of JSON."""
    return json.dumps(value, ensure_ascii=False)
