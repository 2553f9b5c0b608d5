"""What has no SOP in force, and what to write to close it."""
