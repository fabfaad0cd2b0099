"""The page definitions."""
