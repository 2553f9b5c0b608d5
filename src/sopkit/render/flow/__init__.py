"""The flow chart of a procedure: graph, layout, words and SVG."""
