"""File formats for journeys.

Each module that registers a format converts between text and drafts of journeys.
"""
