"""Files of a commit in a folder: nothing is written outside of it."""

from pathlib import Path

from sopkit.lifecycle.library_at_commit import write_tree
from sopkit.parsing.sop import MAX_SOP_BYTES


def test_files_are_written_and_none_leads_out(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    write_tree(
        inside, {"a/b.md": b"text", "large.md": None, "../out.md": b"x", "a/../../out.md": b"x", f"{tmp_path}/o": b"x"}
    )
    files = {file.relative_to(tmp_path).as_posix() for file in tmp_path.rglob("*") if file.is_file()}
    assert files == {"inside/a/b.md", "inside/large.md"}
    assert (inside / "a/b.md").read_bytes() == b"text"
    assert (inside / "large.md").stat().st_size == MAX_SOP_BYTES + 1
