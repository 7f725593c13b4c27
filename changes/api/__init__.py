"""Generic API views for records and streams, which other apps subclass for their types."""
