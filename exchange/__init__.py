"""Import and export of journeys, share links, journey templates, map geometry and the demo."""
