"""Small libraries, exported and found valid."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.build import AS_OF, library
from tests.exports.oscal.conforming import faults_of

from sopkit.exports.oscal import write_oscal
from sopkit.lifecycle.library_status import read_library_status

NAMED = '[library]\nname = "Acme"\n'


def exported(root: Path, *frameworks: str, tree_only: bool = True) -> tuple[Mapping[str, bytes], tuple[str, ...]]:
    """The files of the library in a folder, and what was left out."""
    with read_library_status(root, AS_OF, AS_OF, tree_only=tree_only) as ground:
        found = write_oscal(ground, "1", frameworks)
    assert faults_of(found.files) == []
    return found.files, found.left_out


def definition(
    root: Path, files: Mapping[str, str | bytes], config: str = NAMED
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The component definition of a library for one framework, and what was left out."""
    library(root, files, config=config)
    found, left_out = exported(root, "iso27001-2022")
    return json.loads(found["component-definition.json"])["component-definition"], left_out
