"""Import and export of journeys as files."""
