"""What covers each control, and the tables that the report `coverage` tells of it."""
