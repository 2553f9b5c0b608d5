"""Answers for assistants over the Model Context Protocol: read only, never more than a chosen classification."""
