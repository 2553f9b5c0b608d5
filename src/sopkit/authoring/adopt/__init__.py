"""Making a draft SOP of a procedure that others wrote."""
