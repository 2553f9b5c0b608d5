"""What people get for their training: the sheet of attendance of a session, and a card for each role."""
