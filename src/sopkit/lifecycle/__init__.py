"""Due dates, reviews and staleness, computed from history."""
