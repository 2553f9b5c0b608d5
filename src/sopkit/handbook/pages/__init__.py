"""The kinds of pages of the handbook, one a file."""
