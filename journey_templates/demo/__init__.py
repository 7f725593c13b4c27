"""The demo: two workspaces, a telephone company with five journeys and a small hotel.

The data is in the JSON files of this package. build.py creates it through the services.
"""
