"""Whole maps in and out: formats, rendering, the demo."""
