"""Metadata of foreign documents: values, dates, people and controls, wherever they are written."""
