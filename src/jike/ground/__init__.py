"""What every other room stands on: errors, the home, files that last."""
