"""Jike (集客): a KPI warehouse for a telecom operator's enterprise customers."""

__version__ = "0.2.0"
