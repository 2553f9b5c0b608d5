"""The library as a commit holds it: its SOPs, registers, frameworks and pictures, beside one text of an SOP."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from sopkit.git.blobs import read_blobs
from sopkit.git.globs import compile_globs
from sopkit.git.tree import tree
from sopkit.library import CONFIG_NAME, Library, load
from sopkit.lifecycle.addressing import Text
from sopkit.lifecycle.judged import Judged
from sopkit.lifecycle.laid_out import lay_out
from sopkit.model.history import REGULAR
from sopkit.model.sop import Sop
from sopkit.text.parse import MOST_BYTES
from sopkit.text.settings import read_config

_FOLDERS = ("registers/", "controls/")


@contextmanager
def past_library(judged: Judged, text: Text, as_of: date) -> Iterator[tuple[Library, Sop]]:
    """The library at the commit of a text, and that text in it; both can be read until the end of the block."""
    with TemporaryDirectory(prefix="sopkit-") as name:
        root = Path(name)
        there = {path: oid for path, (mode, oid) in tree(judged.repository, text.at).items() if mode in REGULAR}
        head = tree(judged.repository, judged.repository.head_or_error())
        config_oid = there.get(CONFIG_NAME) or head[CONFIG_NAME][1]
        [(_, config)] = read_blobs(judged.repository, [config_oid])
        is_sop = compile_globs(read_config(config or b"", CONFIG_NAME).library.sops)
        wanted = {
            path: oid
            for path, oid in there.items()
            if is_sop(path) or path.startswith(_FOLDERS) or PurePosixPath(path).name.encode() in text.data
        }
        data = dict(read_blobs(judged.repository, wanted.values(), MOST_BYTES))
        lay_out(root, {path: data[oid] for path, oid in wanted.items()} | {CONFIG_NAME: config})
        library = load(root, as_of)
        yield library, library.by_path.get(text.path) or library.read(text.path, text.data)
