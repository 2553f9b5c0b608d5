"""Cutting a library down to what one reader group may see."""
