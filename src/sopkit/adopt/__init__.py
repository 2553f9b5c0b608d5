"""Turn foreign documents into draft SOPs: read, map, plan and write."""
