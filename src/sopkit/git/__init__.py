"""Everything that knows git: history, blobs, trees, what git ignores."""
