"""One SOP as HTML or Markdown."""
