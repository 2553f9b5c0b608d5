"""`python -m sopkit`."""

from sopkit.cli.app import main

main()
