"""Why a customer counts as it does in a KPI, a file per family of rules."""
