"""The linter: which rules run where, what is ignored or in the baseline, and the findings."""
