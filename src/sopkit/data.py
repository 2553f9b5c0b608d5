"""Where the files shipped with sopkit are: templates, control frameworks, examples."""

from pathlib import Path

from sopkit.model.errors import SopkitError

_NAMES = ("templates", "controls", "examples")


def shipped_folder(name: str) -> Path:
    """The folder of one kind of shipped files: inside the wheel, else at the top of the checkout.

    A wheel carries copies under `sopkit/_data`; an editable install reads the checkout itself, so that an
    edit there is seen at once.
    """
    if name not in _NAMES:
        raise ValueError(f"sopkit ships no `{name}`; it ships {', '.join(_NAMES)}")
    package = Path(__file__).resolve().parent
    for folder in (package / "_data" / name, package.parents[1] / name):
        if folder.is_dir():
            return folder
    raise SopkitError(f"the shipped folder `{name}` is missing", "install sopkit again")
