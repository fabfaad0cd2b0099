"""The page scorecard."""
