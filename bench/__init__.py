"""Benchmarks. Each also runs its baseline and prints a ratio, as absolute times don't transfer."""
