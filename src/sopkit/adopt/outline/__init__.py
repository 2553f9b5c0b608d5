"""The outline of a foreign document: which of its headings is which section of an SOP."""
