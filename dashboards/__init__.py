"""The pages: what an executive, an analyst and a data owner look at."""
