"""The page halls."""
