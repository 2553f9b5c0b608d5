"""Beginning a library: what is chosen, which files that gives, and writing them without touching what is there."""
