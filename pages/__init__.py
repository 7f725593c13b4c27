"""Pages that combine several apps, with their queries and template tags."""
