"""Text formats for journeys: text to draft and back. No ORM, settings or file access."""
