"""SOP215: A command that destroys data comes behind a warning, a confirmation or a backup."""

import re
from collections.abc import Callable, Iterator, Mapping

from sopkit.analysis.wording import words_of
from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.lint.steps import StepBlocks, step_blocks
from sopkit.model.body import Block
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.parsing.lexicon import any_phrase

_PART = re.compile(rb"[^;|&]+")
_WORD = re.compile(rb"\S+")
_CONTINUED = re.compile(rb"\\\r?\n")
_AROUND = b"\"'`()[]{}"
_MAX_WORDS = 60
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
        at = part.start()
        # a line that ends with a backslash goes together with the next
        for line in _CONTINUED.sub(lambda match: b" " * len(match[0]), part[0]).splitlines(keepends=True):
            words = list(_WORD.finditer(data, at, at + len(line)))[:_MAX_WORDS]
            at += len(line)
            plain = [word[0].strip(_AROUND).lower() for word in words]
            if plain and plain[0] in {b"#", b"//", b"--"}:
                continue
            for index, name in enumerate(plain):
                test = _COMMANDS.get(name.rsplit(b"/", 1)[-1].split(b".")[0])
                if test is not None and test(plain[index + 1 :]):
                    return words[index].start(), words[-1].end()
    return None


def _has_argument(*names: bytes) -> Callable[[Rest], bool]:
    return lambda rest: any(word in rest for word in names)


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


_ALWAYS = b"dropdb wipefs shred mkfs lvremove vgremove pvremove flushall flushdb".split()
_CLOUD = _has_argument(b"delete", b"destroy", b"purge", b"rb")
_COMMANDS: Mapping[bytes, Callable[[Rest], bool]] = {
    **dict.fromkeys(_ALWAYS, lambda _: True),
    **dict.fromkeys((b"gcloud", b"gsutil", b"az", b"doctl", b"fly", b"flyctl", b"heroku"), _CLOUD),
    **dict.fromkeys((b"terraform", b"tofu", b"terragrunt"), _has_argument(b"destroy", b"-destroy")),
    **dict.fromkeys((b"kubectl", b"oc"), _kubectl),
    b"rm": _removes,
    b"aws": _aws,
    b"helm": _has_argument(b"uninstall", b"delete"),
    b"vault": _has_argument(b"delete", b"destroy"),
    b"zpool": _has_argument(b"destroy"),
    b"git": lambda rest: b"push" in rest and (b"--force" in rest or b"-f" in rest),
    b"dd": lambda rest: any(word.startswith(b"of=/dev/") for word in rest),
    b"drop": lambda rest: rest[:1] != [] and rest[0] in _OF_DATABASES,
    b"truncate": lambda rest: rest[:1] == [b"table"],
    b"delete": lambda rest: rest[:1] == [b"from"] and b"where" not in rest,
}


_HINTS = b"destroy drop truncate delete terminate uninstall purge mkfs wipefs shred remove push flush".split()
_DRY_RUN = (b"--dry-run", b"--dryrun", b"plan -destroy", b"--what-if")


@rule(
    "SOP215",
    severity=Severity.WARNING,
    bad="""
        ## Procedure

        1. **Line manager**: Report the end of the project.
        2. **IT operations**: Close its accounts.
        3. **IT operations**: Remove the project.

           ```sh
           kubectl delete namespace project-x
           ```
        """,
    good="""
        ## Procedure

        1. **Line manager**: Report the end of the project.
        2. **IT operations**: Close its accounts.
        3. **IT operations**: Remove the project.
           - Warning: All its data go with it. Read the name aloud to a colleague before you press return.

           ```sh
           kubectl delete namespace project-x
           ```
        """,
)
def unguarded_destruction(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """A command that destroys data comes behind a warning, a confirmation or a backup.

    It stands above the command in its step or in the step before. Looked at: command blocks of procedures with `rm -r`,
    `terraform destroy`, `DROP TABLE`, `kubectl delete` (not of what comes back, as pods do), `aws … delete-…`,
    `dd of=`, `mkfs`, `git push --force` and the like; not folders for temporary files and builds, nor dry runs.

    Why: such a command works on the wrong name as well; the pause before it is all that stands between.
    Mend: add a warning with what is lost and what to compare, a backup, or a dry run before it.
    """
    if not any(block.kind == "code" for block in sop.body.blocks) or not sop.source.has(
        *_HINTS, b"rm ", b"dd ", b" rb"
    ):
        return
    guards = words_of(sop, context).guards
    before = ""
    for group in step_blocks(sop) if guards else ():
        for block in group.blocks:
            if block.kind == "code" and (span := destruction(sop.source.data, block.start, block.end)):
                words = " ".join((before, *(step.text for step in group.above), _words_before(group, block)))
                text = sop.source.data[block.start : block.end].lower()
                if not any_phrase(guards).search(words) and not any(tried in text for tried in _DRY_RUN):
                    command = " ".join(sop.source.data[slice(*span)].decode("utf-8", "replace").split())
                    message = f"`{command}` without a warning, a confirmation or a backup before it; say what is lost"
                    yield sop.finding(span, message)
        before = _words_before(group, None)


def _words_before(group: StepBlocks, until: Block | None) -> str:
    """The words of a step, as far as a block of it."""
    return " ".join(block.text for block in group.blocks if until is None or block.start < until.start)
