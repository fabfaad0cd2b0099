"""What pages are drawn with: panels, tables, one file per kind of drawing."""
