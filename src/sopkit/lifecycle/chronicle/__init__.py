"""The report of `sopkit history`: the life of one SOP."""
