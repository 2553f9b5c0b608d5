"""A generated library whose SOPs claim controls of three frameworks, with a whole statement of applicability."""

from pathlib import Path
from random import Random

from bench.libraries import CACHE, CONFIG, frame, git, made
from bench.sops import path_of, sop
from sopkit.frameworks.loader import load_catalogue

FRAMEWORKS = ("iso27001-2022", "soc2-tsc-2017", "nist-csf-2.0")
RISK = "RSK-004"
"""The risk whose trace is measured."""


def covering(count: int, cache: Path = CACHE) -> Path:
    """The folder of a library with `count` SOPs, each of which claims four to six controls of each framework."""

    def write(folder: Path) -> None:
        catalogue = load_catalogue()
        ids = {name: [control.id for control in catalogue.get(name).controls] for name in FRAMEWORKS}
        quoted = ", ".join(f'"{name}"' for name in FRAMEWORKS)
        files = frame() | {"sopkit.toml": CONFIG.replace('"iso27001-2022"', quoted)}
        files["registers/soa.yaml"] = "".join(_applicable(at, control) for at, control in enumerate(ids[FRAMEWORKS[0]]))
        files |= {path_of(number): _claiming(number, ids) for number in range(count)}
        for path, text in files.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        git(folder, "init", "-q", "-b", "main")
        git(folder, "add", "-A")
        git(folder, "-c", "gc.auto=0", "commit", "-q", "-m", "Generate")

    return made(cache / f"covering-{count}", write)


def _applicable(at: int, control: str) -> str:
    risk = f"RSK-{at % 30 + 1:03}"
    return f"- {{control: {control}, applicable: true, reason: customers ask for it, drivers: [{risk}], owner: ciso}}\n"


def _claiming(number: int, ids: dict[str, list[str]]) -> str:
    draw = Random(f"claims {number}")
    claims = "".join(
        f"  {name}: [{', '.join(draw.sample(ids[name], draw.randint(4, 6)))}]\n" for name in FRAMEWORKS[1:]
    )
    head, _, rest = sop(number).partition("risks:\n")
    return f"{head}{claims}risks:\n{rest}"
