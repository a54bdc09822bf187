"""What everything stands on: errors, clock, ids. Standard library only."""
