"""Generic API views for records and streams. Other apps subclass them for their own types."""
