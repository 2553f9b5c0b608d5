"""Word files in: the text as Markdown, the pictures beside it, and what could not come along."""
