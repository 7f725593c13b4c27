"""Row-level security: limits the workspaces that the current transaction can see.

It is a second safeguard. The first is the lookup functions of each app's access.py, which check
every id.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, transaction

SET_TENANT_SCOPE = (
    "SELECT set_config('cxmap.workspaces', %(tenant_workspaces)s, true),"
    " set_config('cxmap.change_set', %(tenant_change_set)s, true);"
)


def tenant_scope_parameters(
    workspaces: Iterable[UUID], writing: UUID | None = None
) -> dict[str, str]:
    """Return the parameters of SET_TENANT_SCOPE. See set_tenant_scope()."""
    return {
        "tenant_workspaces": "{" + ",".join(str(workspace) for workspace in workspaces) + "}",
        "tenant_change_set": str(writing or ""),
    }


def set_tenant_scope(
    workspaces: Iterable[UUID], *, writing: UUID | None = None, transaction_mode: str = ""
) -> None:
    """Let the current transaction see the records of these workspaces.

    `writing` is the id of the gesture that a recorder writes. Without it, database triggers reject all writes
    to records. `transaction_mode`, as in SET TRANSACTION, is set in the same round trip.
    """
    set_mode = f"SET TRANSACTION {transaction_mode}; " if transaction_mode else ""
    with connection.cursor() as cursor:
        cursor.execute(set_mode + SET_TENANT_SCOPE, tenant_scope_parameters(workspaces, writing))


@contextmanager
def tenant_scope(workspaces: Iterable[UUID], *, snapshot: bool = False) -> Iterator[None]:
    """Open a read-only transaction that sees the records of these workspaces. It can't be nested.

    With `snapshot`, all queries see the same moment (REPEATABLE READ), so that rows and versions
    agree. Outside `tenant_scope()` and `change_set()`, the database refuses to read records.
    """
    with transaction.atomic(durable=True):
        level = "REPEATABLE READ" if snapshot else "READ COMMITTED"
        set_tenant_scope(workspaces, transaction_mode=f"ISOLATION LEVEL {level}, READ ONLY")
        yield


@contextmanager
def ensure_tenant_scope(workspaces: Iterable[UUID]) -> Iterator[None]:
    """Use the surrounding `tenant_scope()` or `change_set()`, or else open a new scope."""
    if connection.in_atomic_block:
        yield
    else:
        with tenant_scope(workspaces):
            yield
