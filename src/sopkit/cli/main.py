"""The entry point of `sopkit`: prepares the process before anything large is imported."""

import gc
import os


def main() -> None:
    """Run the command line and leave the process with its exit code."""
    # A command lives for a moment and makes no cycles worth collecting: looking for them costs a quarter of its time.
    gc.disable()
    # pydantic looks for plugins of itself in every installed package; we use none, and looking costs 15 ms.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from sopkit.cli.app import main as run  # after the above

    run()
