"""The handbook: a library as a static site, each page made from what one reader group may see.

`published_library` decides what is shown: pages, feeds and the index are made from a `PublishedLibrary` alone.
"""
