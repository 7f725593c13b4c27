"""Two workspaces to look at: a telephone company with five journeys, and a small hotel.

The stories are JSON beside this file; build.py tells them through the services.
"""
