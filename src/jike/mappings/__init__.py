"""Somebody else's files as the raw contract: declared tables, selects, skeletons."""
