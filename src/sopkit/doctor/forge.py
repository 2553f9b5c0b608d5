"""What the forge must be told: code owners, and the settings that no clone shows."""

from collections.abc import Iterator

from sopkit.analysis.code_owners import BEGIN, update_code_owners
from sopkit.doctor.facts import Facts
from sopkit.doctor.lines import Line, State
from sopkit.git.checkout import Forge
from sopkit.lint.engine import LintOptions, lint
from sopkit.model.errors import SopkitError

_PROTECT = {
    Forge.GITHUB: "GitHub, a ruleset for the default branch: require a pull request, review from code owners and "
    "signed commits; block force pushes",
    Forge.GITLAB: "GitLab, protected branches and push rules: nobody pushes or force-pushes, code owner approval is "
    "required, unsigned commits are rejected",
}
_RUN = "run: sopkit doctor --codeowners --write"


def look_at_code_owners(facts: Facts) -> Iterator[Line]:
    """Whether CODEOWNERS has the SOPs under their approvers."""
    library = facts.library
    if library is None or not library.sops or not facts.git.inside or facts.git.bare:
        return
    try:
        file, data = update_code_owners(library)
    except SopkitError as error:
        yield Line("code-owners", State.WARNING, error.message, error.hint)
        return
    if file.data is None:
        words = "no CODEOWNERS file, so the forge asks no approver for review"
        yield Line("code-owners", State.WARNING, words, _RUN)
    elif BEGIN.encode() in file.data:
        if data == file.data:
            yield Line("code-owners", State.OK, "the block is that of the registers", path=file.path)
        else:
            yield Line("code-owners", State.WARNING, "the block differs from the registers", _RUN, file.path)
    else:
        found = lint(library, LintOptions(select=("SOP608",))).findings
        if found:
            words = f"{len(found)} SOPs are not under their approvers (SOP608)"
            yield Line("code-owners", State.WARNING, words, _RUN, file.path)
        else:
            yield Line("code-owners", State.OK, "each SOP is under its approvers", path=file.path)


def look_at_protection(facts: Facts) -> Iterator[Line]:
    """What protects the default branch; a clone does not show it."""
    if not facts.git.inside:
        return
    for forge, words in _PROTECT.items():
        if facts.forge in {forge, Forge.UNKNOWN}:
            yield Line("protection", State.HINT, words)
    words = "keep the id of a late commit outside of the forge, and compare: sopkit verify --anchor ID"
    yield Line("protection", State.HINT, words)
