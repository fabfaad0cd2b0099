"""The page hotline."""
