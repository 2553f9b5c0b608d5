"""The data that everything else speaks about."""
