"""What the forge and git read: pipeline, code owners, and the check before each commit."""

from sopkit import __version__
from sopkit.authoring.init.choice import Choice
from sopkit.authoring.init.texts import text
from sopkit.git.checkout import Forge
from sopkit.parsing.yaml import double_quote

_NAMES = {Forge.GITHUB: "GitHub", Forge.GITLAB: "GitLab"}


def forge_files(choice: Choice, folder: str) -> dict[str, str]:
    """Text by path from the top of the repository; `folder` leads from there to the library: "" or "docs/sops"."""
    files = {".pre-commit-config.yaml": _pre_commit(folder)}
    if choice.forge is Forge.GITHUB:
        defaults = f"defaults:\n  run:\n    working-directory: {double_quote(folder)}\n" if folder else ""
        workflow = text("github-workflow.yml", version=__version__, defaults=defaults)
        files |= {".github/workflows/sopkit.yml": workflow, ".github/CODEOWNERS": _code_owners(choice, folder)}
    elif choice.forge is Forge.GITLAB:
        move = f"    - {double_quote(f'cd {_shell(folder)}')}" if folder else ""
        pipeline = text("gitlab-ci.yml", version=__version__, folder=move)
        files |= {".gitlab-ci.yml": pipeline, ".gitlab/CODEOWNERS": _code_owners(choice, folder)}
    return files


def _pre_commit(folder: str) -> str:
    arguments = f"        args: [--profile, review, -C, {double_quote(folder)}]" if folder else ""
    return text("pre-commit-config.yaml", version=__version__, arguments=arguments)


def _code_owners(choice: Choice, folder: str) -> str:
    example = f"/{folder}/sops/{choice.areas[0]}/" if folder else f"/sops/{choice.areas[0]}/"
    return text("CODEOWNERS", forge=_NAMES[choice.forge], example=example.replace(" ", "\\ "))


def _shell(word: str) -> str:
    from shlex import quote  # only for a library inside of a repository

    return quote(word)
