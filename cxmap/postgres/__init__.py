"""Django's PostgreSQL backend, limited to roles that row-level security applies to."""
