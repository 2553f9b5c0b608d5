"""The tables of a whole library, for the workbook and for CSV."""
