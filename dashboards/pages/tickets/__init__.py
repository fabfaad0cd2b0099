"""The page tickets."""
