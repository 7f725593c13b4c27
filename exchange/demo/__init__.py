"""Two workspaces to look at: a telephone company with three journeys, and a small hotel.

The stories are JSON beside this file; build.py tells them through the services.
"""
