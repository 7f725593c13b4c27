"""Benchmarks: each runs its peer beside it and prints a ratio, because only ratios travel."""
