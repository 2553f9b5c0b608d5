"""Commands that destroy data, as they stand on a line of a command block."""

import re
from collections.abc import Callable, Mapping

_PART = re.compile(rb"[^;|&]+")
_WORD = re.compile(rb"\S+")
_AROUND = b"\"'`()[]{}"
_MOST_WORDS = 60
_OBJECTS = frozenset(
    b"ns namespace namespaces project projects pvc pvcs persistentvolumeclaim persistentvolumeclaims pv "
    b"persistentvolume persistentvolumes deploy deployment deployments sts statefulset statefulsets secret secrets cm "
    b"configmap configmaps crd crds customresourcedefinition customresourcedefinitions svc service services "
    b"node nodes".split()
)
"""What `kubectl delete` takes away for good; pods and jobs come back."""
_OF_DATABASES = frozenset(b"table database schema user role owned".split())
_TEMPORARY = re.compile(
    rb"(?:\./|\.\./|~/|\$\{?\w+\}?/)?(?:tmp|temp|node_modules|build|dist|target|cache|\.[\w-]+)/?\*?$|/tmp/.|/var/tmp/."
)
_RECURSIVE = re.compile(rb"-[a-z]{0,9}r[a-z]{0,9}|--recursive", re.IGNORECASE)

Rest = list[bytes]


def destruction(data: bytes, start: int, end: int) -> tuple[int, int] | None:
    """The byte range of the first destroying command among the lines of a command block, or None."""
    for part in _PART.finditer(data, start, end):
        for line in _lines(part):
            words = list(_WORD.finditer(data, *line))[:_MOST_WORDS]
            plain = [word[0].strip(_AROUND).lower() for word in words]
            if plain and plain[0] in {b"#", b"//", b"--"}:
                continue
            for at, name in enumerate(plain):
                test = _COMMANDS.get(name.rsplit(b"/", 1)[-1].split(b".")[0])
                if test is not None and test(plain[at + 1 :]):
                    return words[at].start(), words[-1].end()
    return None


def _lines(part: re.Match[bytes]) -> list[tuple[int, int]]:
    """The lines of a part of a block, a line that ends with a backslash together with the next."""
    found, at = [], part.start()
    for line in re.sub(rb"\\\r?\n", lambda match: b" " * len(match[0]), part[0]).splitlines(keepends=True):
        found.append((at, at + len(line)))
        at += len(line)
    return found


def _has(*asked: bytes) -> Callable[[Rest], bool]:
    return lambda rest: any(word in rest for word in asked)


def _always(rest: Rest) -> bool:
    del rest
    return True


def _removes(rest: Rest) -> bool:
    names = [word for word in rest if not word.startswith(b"-")]
    return any(_RECURSIVE.fullmatch(word) for word in rest) and not all(_TEMPORARY.match(name) for name in names)


def _aws(rest: Rest) -> bool:
    if any(word.startswith(b"delete-") and word != b"delete-tags" for word in rest) or b"terminate-instances" in rest:
        return True
    return b"s3" in rest and ((b"rb" in rest and b"--force" in rest) or (b"rm" in rest and b"--recursive" in rest))


def _kubectl(rest: Rest) -> bool:
    behind = iter(rest[rest.index(b"delete") + 1 :] if b"delete" in rest else [])
    for word in behind:
        if word in {b"-n", b"--namespace", b"--context"}:
            next(behind, None)
        elif not word.startswith(b"-"):
            return any(kind.split(b"/")[0] in _OBJECTS for kind in word.split(b","))
    return False


_CLOUD = _has(b"delete", b"destroy", b"purge", b"rb")
_COMMANDS: Mapping[bytes, Callable[[Rest], bool]] = {
    **dict.fromkeys((b"dropdb", b"wipefs", b"shred", b"mkfs", b"lvremove", b"vgremove", b"pvremove"), _always),
    **dict.fromkeys((b"flushall", b"flushdb"), _always),
    **dict.fromkeys((b"gcloud", b"gsutil", b"az", b"doctl", b"fly", b"flyctl", b"heroku"), _CLOUD),
    **dict.fromkeys((b"terraform", b"tofu", b"terragrunt"), _has(b"destroy", b"-destroy")),
    **dict.fromkeys((b"kubectl", b"oc"), _kubectl),
    b"rm": _removes,
    b"aws": _aws,
    b"helm": _has(b"uninstall", b"delete"),
    b"vault": _has(b"delete", b"destroy"),
    b"zpool": _has(b"destroy"),
    b"git": lambda rest: b"push" in rest and (b"--force" in rest or b"-f" in rest),
    b"dd": lambda rest: any(word.startswith(b"of=/dev/") for word in rest),
    b"drop": lambda rest: rest[:1] != [] and rest[0] in _OF_DATABASES,
    b"truncate": lambda rest: rest[:1] == [b"table"],
    b"delete": lambda rest: rest[:1] == [b"from"] and b"where" not in rest,
}
