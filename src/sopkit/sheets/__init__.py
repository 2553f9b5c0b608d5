"""Tables out of the CSV files and Excel workbooks of others, and into workbooks of our own."""
