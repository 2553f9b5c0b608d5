"""What every table of `sopkit.toml` has in common."""

from functools import cached_property
from typing import Self, cast

from pydantic import BaseModel, ConfigDict


class ConfigTable(BaseModel):
    """A table of the configuration."""

    # Built when first used: only the tables that a library writes are ever validated.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True, ignored_types=(cached_property,))

    @classmethod
    def default(cls) -> Self:
        """The table with every key at its default."""
        return cast("Self", cls.model_construct())
