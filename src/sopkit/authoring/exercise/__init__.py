"""The sheet of an exercise: made for the facilitator, filled in by hand, and read back as a record."""
