"""Control frameworks: load them, look controls up, check and import them."""
