"""Run the whole product on one machine: `python -m cxmap.local up`."""
