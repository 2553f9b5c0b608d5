"""Registers as tables: their columns, their rows as flat cells, and tables of others brought into their files."""
