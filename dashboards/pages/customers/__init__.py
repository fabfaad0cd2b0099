"""The page customers."""
