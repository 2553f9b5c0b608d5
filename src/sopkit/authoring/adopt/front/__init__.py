"""The front matter of a foreign document, and that of its draft."""
