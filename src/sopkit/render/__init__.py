"""One SOP as an HTML page or as Markdown, with pictures of its flows."""
