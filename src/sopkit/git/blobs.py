"""The bytes of committed files."""

from collections.abc import Iterable, Iterator
from itertools import islice

from sopkit.git.process import stream
from sopkit.git.repository import Repository
from sopkit.model.errors import SopkitError

_CHUNK = 1 << 20


def read_blobs(
    repository: Repository, oids: Iterable[str], limit: int | None = None
) -> Iterator[tuple[str, bytes | None]]:
    """Each object id once, with its bytes, or None where these are more than `limit`.

    Starts one git process. Raises SopkitError when an object is missing or no file.
    """
    wanted = tuple(dict.fromkeys(oids))
    if not wanted:
        return
    lines = (f"{oid}\n".encode() for oid in wanted)
    with stream(repository.git, "cat-file", "--batch", "--buffer", lines=lines) as out:
        for oid in wanted:
            about = out.readline().split()
            if len(about) != 3 or about[1] != b"blob":  # noqa: PLR2004  # id, type, size
                raise _unreadable(repository, oid, about)
            size = int(about[2])
            if limit is None or size <= limit:
                data = out.read(size)
                if len(data) < size:
                    raise SopkitError(f"git object {oid} is damaged", "run: git fsck")
                yield oid, data
            else:
                for start in range(0, size, _CHUNK):
                    out.read(min(_CHUNK, size - start))
                yield oid, None
            out.read(1)
        tuple(islice(out, 1))


def _unreadable(repository: Repository, oid: str, about: list[bytes]) -> SopkitError:
    if about[1:] == [b"missing"]:
        if repository.partial:
            return SopkitError(
                f"git object {oid} was left on the server by a partial clone",
                "fetch what is missing: git fetch --refetch --no-filter",
            )
        return SopkitError(f"git object {oid} is missing", "run: git fsck; then fetch it, or clone again")
    if len(about) == 3:  # noqa: PLR2004  # id, type, size
        return SopkitError(f"git object {oid} is no file but a {about[1].decode()}", "run: git fsck")
    return SopkitError(f"git object {oid} is damaged", "run: git fsck")
