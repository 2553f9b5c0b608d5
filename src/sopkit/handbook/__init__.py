"""The handbook: a library as a static site, each page made from what one reader group may see.

`published` decides what is shown at all; pages, feeds and the index are made from a `Ground` and from nothing else.
"""
