"""`python -m bench`: measures, prints the table; exits 0 unless something could not run."""

import argparse
import os
import platform
import subprocess
import sys
from importlib.metadata import version

from bench.commands import Effort
from bench.costs import profile
from bench.measure import RunError
from bench.ratios import Row, table
from bench.recorded import Size
from bench.rows import HEAVY, MEASUREMENTS

QUICK = Effort(
    runs=1,
    most=3_000,
    commits=2_000,
    often=Size(100, 20),
    wide=Size(500, 5, together=10),
    book=Size(100, 3),
    shelf=Size(300, 3),
)


def main() -> int:
    """Print the machine, the table and what was left out."""
    wanted = _arguments()
    if wanted.profile:
        print(profile(wanted.profile))
        return 0
    effort = QUICK if wanted.quick else Effort(runs=wanted.runs)
    print(_machine())
    print(f"best of {effort.runs} interleaved runs or more; cpu is user and system time, git's included\n", flush=True)
    rows: list[Row] = []
    left_out: list[str] = []
    for key in wanted.only:
        measurement, note = MEASUREMENTS[key]
        print(f"… {key}: {(measurement.__doc__ or '').partition(': ')[2]} {note}".rstrip(), file=sys.stderr, flush=True)
        try:
            # A row that was measured stays, also when the next one of its letter cannot be.
            for row in measurement(effort):
                rows.append(row)  # noqa: PERF402 - extend() would lose them
        except (RunError, subprocess.CalledProcessError) as error:
            left_out.append(f"{key} left out: {error}")
    print(table(rows))
    notes = [f"{key}: {MEASUREMENTS[key][1]}" for key in wanted.only if MEASUREMENTS[key][1]]
    print("", *notes, *left_out, sep="\n")
    return 1 if left_out else 0


def _arguments() -> argparse.Namespace:
    usual = [letter for letter in MEASUREMENTS if letter not in HEAVY]
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--only",
        metavar="LETTERS",
        type=_letters,
        default=usual,
        help=f"as in: a,c; without it all but {', '.join(HEAVY)}",
    )
    parser.add_argument("--runs", metavar="N", type=int, default=5, help="runs of each contestant (5)")
    parser.add_argument("--quick", action="store_true", help="one run of each, smaller: to see that all works")
    parser.add_argument("--profile", metavar="COMMAND", help="print where the time goes instead: of lint or build")
    return parser.parse_args()


def _letters(text: str) -> list[str]:
    letters = text.replace(",", " ").split()
    if unknown := [letter for letter in letters if letter not in MEASUREMENTS]:
        raise argparse.ArgumentTypeError(f"no row {unknown[0]}; there are {', '.join(MEASUREMENTS)}")
    return letters


def _machine() -> str:
    git = subprocess.run(["git", "--version"], capture_output=True, text=True, check=True).stdout.split()[2]
    libraries = ("typer", "pydantic", "pyyaml", "pyromark", "sopkit")
    versions = ", ".join(f"{name} {version(name)}" for name in libraries)
    load = os.getloadavg()[0]
    cores = os.cpu_count()
    return (
        f"{platform.system()} {platform.machine()}, {cores} processors, load {load:.1f}; "
        f"Python {platform.python_version()}, git {git}\n{versions}"
    )


if __name__ == "__main__":
    sys.exit(main())
