"""Is this delivery, this month, believable? What the audit asks of a build.

dialect.py lets Great Expectations query DuckDB, expectations.py reads the YAML files,
running.py evaluates them, reconcile.py compares tables with each other.
"""
