"""Django's PostgreSQL backend, which accepts only roles that row-level security applies to."""
