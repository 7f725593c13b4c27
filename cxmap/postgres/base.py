"""A database connection that rejects roles that bypass row-level security.

All processes (web, worker, beat, commands) connect with it, so that none can skip the check.
"""

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql import base

_bound_roles: set[str] = set()  # roles already checked by this process


class DatabaseWrapper(base.DatabaseWrapper):
    def init_connection_state(self) -> None:
        super().init_connection_state()
        role = self.connection.info.user
        if role not in _bound_roles:
            self._require_bound_role()
            _bound_roles.add(role)

    def _require_bound_role(self) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(
                "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
            )
            (is_unbound,) = cursor.fetchone()
        if is_unbound:
            raise ImproperlyConfigured(
                "DATABASE_URL names a superuser or a role that bypasses row-level security."
                " Use an ordinary role that owns the database."
            )
