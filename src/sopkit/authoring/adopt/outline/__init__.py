"""The body of a foreign document under the sections of an SOP."""
