"""Recording reviews, approvals, withdrawals and disposals."""
