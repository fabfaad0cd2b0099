"""The questions the pages ask, one file a page."""
