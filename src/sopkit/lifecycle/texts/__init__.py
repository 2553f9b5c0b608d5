"""What the history holds of texts: each one read, its revisions, and what is kept of that between runs."""
