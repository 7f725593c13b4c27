"""Runs cxmap with private servers on one machine: `python -m cxmap.local up`."""
