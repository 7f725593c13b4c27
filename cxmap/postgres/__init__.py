"""Django's PostgreSQL backend, restricted to roles that row-level security applies to."""
