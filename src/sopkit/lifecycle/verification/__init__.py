"""The report of `sopkit verify`: the whole ledger checked."""
