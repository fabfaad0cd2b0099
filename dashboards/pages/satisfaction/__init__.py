"""The page satisfaction."""
