"""The command line: one verb a job, joined here and nowhere else."""

from jike.cli.parser import main

__all__ = ["main"]
