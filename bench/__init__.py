"""Speed as ratios against baselines that run in the same moment; `python -m bench` prints the table."""
