"""The files of a handbook onto the disk."""

from pathlib import Path

from sopkit.handbook.build import Site


def publish(site: Site, folder: Path) -> None:
    """Write a site into a folder."""
    for path, data in site.files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
