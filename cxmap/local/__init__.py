"""Runs cxmap on one machine with its own PostgreSQL and Redis: `python -m cxmap.local up`."""
