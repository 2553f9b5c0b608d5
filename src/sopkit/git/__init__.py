"""History, blobs, ignored files: the only part that knows git."""
