"""What is delivered: the raw contract, and how files are read, judged and landed."""
