"""Put the SBOM that scripts/dist.sh wrote into the wheel, below `.dist-info/sboms` (PEP 770)."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_SBOM = "sbom.cdx.json"


class SbomHook(BuildHookInterface[Any]):
    """Without the file, as in an installation from a checkout, the wheel has no SBOM."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the file to what hatchling packs."""
        del version
        if (Path(self.root) / _SBOM).is_file():
            build_data["sbom_files"].append(_SBOM)
