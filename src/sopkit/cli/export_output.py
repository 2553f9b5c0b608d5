"""Make and write the files of `sopkit export`."""

import sys
from pathlib import Path

import typer

from sopkit.cli.console import format_table, write_bytes
from sopkit.cli.output_files import refuse_folder, refuse_outputs
from sopkit.exports import Export, ExportResult, all_exports
from sopkit.files import make_folder, write_file
from sopkit.lifecycle.library_status import LibraryStatus


def format_exports() -> str:
    """Each export with what it is."""
    rows = [(export.name, "a folder" if export.folder else "a file", export.title) for export in all_exports().values()]
    return format_table(("EXPORT", "INTO", "HOLDS"), rows, "no export")


def check_output(export: Export, output: Path | None) -> None:
    """Raise a usage error for a place that an export cannot be written to."""
    if output is None and (export.folder or (export.binary and sys.stdout.isatty())):
        where = "a folder with -o DIR" if export.folder else f"a file with -o FILE.{export.name}"
        raise typer.BadParameter(f"name {where}")
    if output is not None and export.folder and output.exists() and not output.is_dir():
        raise typer.BadParameter(f"{output} is a file; {export.name} goes into a folder")
    if output is not None and not export.folder and output.is_dir():
        raise typer.BadParameter(f"{output} is a folder; name a file in it")
    if output is not None and export.folder:
        refuse_folder(output)


def make_export(export: Export, ground: LibraryStatus, version: str, frameworks: tuple[str, ...]) -> ExportResult:
    """The files of an export, limited to frameworks where any are named."""
    if not frameworks:
        return export.write(ground, version)
    if export.within is None:
        raise typer.BadParameter(f"{export.name} takes no --framework")
    return export.within(ground, version, frameworks)


def write_export(export: Export, exported: ExportResult, output: Path | None) -> None:
    """Write the files of an export, and say which; other files in the folder stay."""
    if output is None:
        for data in exported.files.values():
            write_bytes(data)
        return
    files = {output / name if export.folder else output: data for name, data in exported.files.items()}
    refuse_outputs(files)
    for folder in dict.fromkeys(file.parent for file in files):
        make_folder(folder)
    for file, data in files.items():
        write_file(file, data)
    size = sum(map(len, files.values()))
    typer.echo(
        f"wrote {output}: {len(files)} files, {size:,} bytes" if export.folder else f"wrote {output}: {size:,} bytes"
    )
