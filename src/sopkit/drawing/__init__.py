"""Flow pictures: a graph of boxes in lanes, its layout, and the layout as SVG."""
