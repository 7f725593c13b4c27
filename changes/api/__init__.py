"""Endpoints that know records and streams, but no noun: apps make theirs from these."""
