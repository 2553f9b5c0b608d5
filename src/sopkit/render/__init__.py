"""One SOP as HTML or Markdown."""

from sopkit.render.html import render_html
from sopkit.render.markdown import render_markdown

__all__ = ["render_html", "render_markdown"]
