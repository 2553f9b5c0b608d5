"""What roles own, and what waits for a role that nobody holds."""
