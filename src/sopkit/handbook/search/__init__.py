"""The search of the handbook: an index that is made at build and loaded as a script, so that it works from disk.

`passages` cuts an SOP where a reader wants to land and says by which words and ids it is found; `index` puts together
what all SOPs give to the index.
"""
