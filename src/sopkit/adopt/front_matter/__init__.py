"""The front matter of a draft SOP, made from the metadata of a foreign document."""
