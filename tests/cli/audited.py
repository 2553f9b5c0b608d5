"""Runs commands with a hook that writes down everything which they open, list or change in folders named `outside`.

Standard input is JSON, a list of [folder to run in, words of the command]. Printed is JSON, a list of
[exit code, what was touched, what was printed]. With words behind `audited.py` that one command is run as it is, and
what was touched is a line on standard error that begins with TOUCHED.
"""

import json
import os
import sys
import tempfile

from sopkit.cli.app import main

OUTSIDE = "outside"
ITSELF = {"os.remove", "os.rename", "os.link", "os.symlink"}
"""Events about a name in a folder: what a link of that name leads to is not touched."""
touched: list[str] = []


def note(event: str, args: tuple[object, ...]) -> None:
    if (event != "open" and not event.startswith("os.")) or event == "os.putenv":
        return
    flags = args[2] if event == "open" and len(args) > 2 else 0
    stays = event in ITSELF or (isinstance(flags, int) and flags & os.O_NOFOLLOW)
    for one in args:
        if isinstance(one, str | bytes | os.PathLike):
            path = os.fsdecode(one)
            folder, _, name = path.rpartition("/")
            full = f"{os.path.realpath(folder)}/{name}" if stays else os.path.realpath(path)
            if OUTSIDE in full.split("/"):
                touched.append(f"{event} {path}")


def run(words: list[str]) -> tuple[int, str]:
    sys.argv = ["sopkit", *words]
    with tempfile.TemporaryFile() as file:
        kept = os.dup(1), os.dup(2)
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        try:
            main()
        except SystemExit as left:
            code = left.code if isinstance(left.code, int) else 0
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for handle, number in zip(kept, (1, 2), strict=True):
                os.dup2(handle, number)
                os.close(handle)
        file.seek(0)
        return code, file.read().decode("utf-8", "replace")


if __name__ == "__main__":
    if sys.argv[1:]:
        sys.addaudithook(note)
        try:
            main()
        finally:
            for line in touched:
                print("TOUCHED", line, file=sys.stderr, flush=True)
    runs = json.load(sys.stdin)
    sys.addaudithook(note)
    results = []
    for folder, words in runs:
        os.chdir(folder)
        touched.clear()
        code, text = run(words)
        results.append((code, sorted(set(touched)), text))
    print(json.dumps(results))
