"""The handbook while it is written: served to a browser on this machine, made anew when a file changes."""
