"""Jike (集客): a KPI warehouse for the enterprise-customer business of a telecom operator."""

__version__ = "0.1.0"
