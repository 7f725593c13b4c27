"""The demo: two workspaces, a phone company with five journeys and a small hotel.

The data is in JSON files in this package. build.py creates it through the services.
"""
