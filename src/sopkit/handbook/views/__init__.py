"""What pages about other things than one SOP tell: areas, roles, controls, terms, what is due."""
