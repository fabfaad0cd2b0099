"""The page orders."""
