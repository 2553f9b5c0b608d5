"""`python -m sopkit`."""

from sopkit.cli.main import main

main()
