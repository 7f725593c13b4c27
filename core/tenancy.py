"""The second wall between tenants: which workspaces the present transaction may see."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, transaction


def set_tenant_scope(workspaces: Iterable[UUID], *, writing: UUID | None = None) -> None:
    """Open row security for these workspaces until the transaction ends.

    `writing` is the gesture of a recorder: without one the triggers refuse to write records.
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
    """Read records of these workspaces in one read-only transaction; no writes, no nesting.

    With `snapshot` all reads see one moment (REPEATABLE READ), so that rows and version agree.
    Outside of `tenant_scope()` and `change_set()` the database refuses to read records at all.
    """
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            level = "REPEATABLE READ" if snapshot else "READ COMMITTED"
            cursor.execute(f"SET TRANSACTION ISOLATION LEVEL {level}, READ ONLY")
        set_tenant_scope(workspaces)
        yield


@contextmanager
def ensure_tenant_scope(workspaces: Iterable[UUID]) -> Iterator[None]:
    """Read in the surrounding `tenant_scope()` or `change_set()` if there is one, else in an own one."""
    if connection.in_atomic_block:
        yield
    else:
        with tenant_scope(workspaces):
            yield
