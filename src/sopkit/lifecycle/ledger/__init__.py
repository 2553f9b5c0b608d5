"""The entries: who wrote them, which count, and which revisions they approve."""
