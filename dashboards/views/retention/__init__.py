"""The page retention."""
