"""One file in: front matter, sections, steps, registers, entries and digests."""
