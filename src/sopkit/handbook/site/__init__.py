"""The files of a site: written, checked, led to, and put onto the disk."""
