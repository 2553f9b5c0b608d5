"""Procedures of an ISO 27001 company as code: read, lint, render, and tell what is stale."""

__version__ = "0.1.0"
