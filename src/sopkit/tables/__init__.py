"""Tables in and out: JSON, CSV, Markdown and XLSX, with safe escaping."""
