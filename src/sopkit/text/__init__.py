"""One file in: front matter, sections, steps, digest."""
