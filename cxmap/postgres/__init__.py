"""Django's PostgreSQL backend, for roles that row security binds."""
