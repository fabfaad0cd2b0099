"""The frame of every page: the view in the URL, the data, the bar above."""
