"""Kills, outages and liars: how the promises hold when processes die. `python -m tests.faults` prints the table."""
