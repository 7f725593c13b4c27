"""Text formats: text in, draft out, and back. Pure: no ORM, no settings, no files."""
