"""What the page of an SOP tells beside its text."""
