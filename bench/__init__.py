"""Benchmarks. Most also measure a baseline and print the ratio, because times differ by machine."""
