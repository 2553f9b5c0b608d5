"""The frameworks and mappings that a library keeps itself: what is wrong with their files, and new ones."""
