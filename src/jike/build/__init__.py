"""From landed rows to a build: dbt, called in one place."""
