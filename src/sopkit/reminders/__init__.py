"""Reminders of reviews and approvals: who is told what on which day, and how it is written and sent."""
