"""What a foreign document says of itself."""
