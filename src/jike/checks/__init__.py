"""Is this delivery, this month, believable? What the audit asks of a build.

dialect.py lets Great Expectations query DuckDB, expectations.py reads the YAML files,
running.py evaluates them, reconcile.py compares tables with each other, gate.py makes
one verdict of it all, lineage.py says which KPIs a table touches.
"""

import logging
import os

# Great Expectations reads this when it is imported, so it is said before.
os.environ["GX_ANALYTICS_ENABLED"] = "false"

# What it logs quotes SQL and errors with values of rows; outcomes say it safely.
_log = logging.getLogger("great_expectations")
_log.handlers, _log.propagate = [logging.NullHandler()], False
