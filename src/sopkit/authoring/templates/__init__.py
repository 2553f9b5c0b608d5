"""Templates: a new SOP from one, with the rows of the registers that it needs."""
