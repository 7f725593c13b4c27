"""Geometry for drawing maps. It needs neither the database nor templates."""
