"""Tables out of the CSV files and Excel workbooks of others."""
