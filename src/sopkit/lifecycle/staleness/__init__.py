"""The report of `sopkit stale`: what is judged, by which basis, and how it is written."""
