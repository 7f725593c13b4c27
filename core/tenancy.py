"""Row-level security between tenants, a second safeguard after the access getters.

It limits the workspaces that the current transaction can see.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, transaction


def set_tenant_scope(workspaces: Iterable[UUID], *, writing: UUID | None = None) -> None:
    """Let the current transaction see the records of these workspaces.

    `writing` is the gesture of a recorder. Without one, the triggers reject writes to records.
    """
    listed = "{" + ",".join(str(workspace) for workspace in workspaces) + "}"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('cxmap.workspaces', %s, true),"
            " set_config('cxmap.change_set', %s, true)",
            [listed, str(writing or "")],
        )


@contextmanager
def tenant_scope(workspaces: Iterable[UUID], *, snapshot: bool = False) -> Iterator[None]:
    """Read records of these workspaces in one read-only transaction, which can't be nested.

    With `snapshot`, all reads see the same moment (REPEATABLE READ), so that rows and version
    agree. Outside `tenant_scope()` and `change_set()`, the database refuses to read records.
    """
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            level = "REPEATABLE READ" if snapshot else "READ COMMITTED"
            cursor.execute(f"SET TRANSACTION ISOLATION LEVEL {level}, READ ONLY")
        set_tenant_scope(workspaces)
        yield


@contextmanager
def ensure_tenant_scope(workspaces: Iterable[UUID]) -> Iterator[None]:
    """Read in the surrounding `tenant_scope()` or `change_set()`, or else in a scope of its own."""
    if connection.in_atomic_block:
        yield
    else:
        with tenant_scope(workspaces):
            yield
