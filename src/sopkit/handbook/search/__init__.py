"""The search of the handbook: an index that is made at build and loaded as a script, so that it works from disk.

`passages` cuts an SOP where a reader wants to land, `terms` and `codes` say by which words and ids it is found,
`entry` is what one SOP gives to the index, and `index` puts the entries together.
"""
