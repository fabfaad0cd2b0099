"""The page revenue."""
