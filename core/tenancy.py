"""Row-level security between tenants, a second safeguard after the access getters.

It limits the workspaces that the current transaction can see.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, transaction


def set_tenant_scope(
    workspaces: Iterable[UUID], *, writing: UUID | None = None, transaction_mode: str = ""
) -> None:
    """Let the current transaction see the records of these workspaces.

    `writing` is the gesture of a recorder. Without one, the triggers reject writes to records.
    `transaction_mode`, as in SET TRANSACTION, is set in the same round trip.
    """
    listed = "{" + ",".join(str(workspace) for workspace in workspaces) + "}"
    set_mode = f"SET TRANSACTION {transaction_mode}; " if transaction_mode else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{set_mode}SELECT set_config('cxmap.workspaces', %s, true),"
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
        level = "REPEATABLE READ" if snapshot else "READ COMMITTED"
        set_tenant_scope(workspaces, transaction_mode=f"ISOLATION LEVEL {level}, READ ONLY")
        yield


@contextmanager
def ensure_tenant_scope(workspaces: Iterable[UUID]) -> Iterator[None]:
    """Read in the surrounding `tenant_scope()` or `change_set()`, or else in a scope of its own."""
    if connection.in_atomic_block:
        yield
    else:
        with tenant_scope(workspaces):
            yield
