"""The second wall between tenants: which workspaces the present transaction may see."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, transaction


def allow(workspaces: Iterable[UUID], *, writing: UUID | None = None) -> None:
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
def tenant(workspaces: Iterable[UUID], *, snapshot: bool = False) -> Iterator[None]:
    """Read records of these workspaces in one read-only transaction; no writes, no nesting.

    With `snapshot` all reads see one moment (REPEATABLE READ), so that rows and version agree.
    Outside of `tenant()` and `record()` the database refuses to read records at all.
    """
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            level = "REPEATABLE READ" if snapshot else "READ COMMITTED"
            cursor.execute(f"SET TRANSACTION ISOLATION LEVEL {level}, READ ONLY")
        allow(workspaces)
        yield


@contextmanager
def tenant_if_outside(workspaces: Iterable[UUID]) -> Iterator[None]:
    """Read in the surrounding `tenant()` or `record()` if there is one, else in an own one."""
    if connection.in_atomic_block:
        yield
    else:
        with tenant(workspaces):
            yield
