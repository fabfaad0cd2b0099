"""Files as rows of text: CSV, JSON, workbooks and Parquet."""
