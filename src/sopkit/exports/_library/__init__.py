"""The parts of a library as one document, each with its schema."""
