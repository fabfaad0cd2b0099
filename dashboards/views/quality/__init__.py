"""The page quality."""
