"""What must always be true of the stored data. Each app has its own in a module that its AppConfig names.

`manage check_invariants` reports what violates them: after a restore, after an outage, or every night.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from itertools import chain
from uuid import UUID

from django.apps import apps
from django.db import connection, models

from core.app_configs import declared


@dataclass(frozen=True)
class Invariant:
    """A statement about the data, and the query that finds what violates it.

    `sql` selects (workspace_id, description), one row per violation. Row-level security limits it to the
    workspaces that are checked.
    """

    code: str
    statement: str  # in English, for operators
    sql: str


@dataclass(frozen=True)
class Violation:
    """A row that violates an invariant."""

    invariant: Invariant
    workspace_id: UUID
    description: str


def invariants() -> list[Invariant]:
    """Return the invariants of all apps, and that no row references another workspace."""
    own = [import_module(name).INVARIANTS for name in declared("invariants")]
    return [*chain.from_iterable(own), _no_foreign_references()]


def violations(checked: Iterable[Invariant], limit: int = 100) -> list[Violation]:
    """Return what violates these invariants in the workspaces in scope, at most `limit` for each invariant.

    Call it inside tenant_scope(), with `snapshot`, so that all queries see the same moment.
    """
    found = []
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")  # whole tables are read
        for invariant in checked:
            cursor.execute(f"SELECT * FROM ({invariant.sql}) AS violation LIMIT {limit:d}")
            found += [Violation(invariant, *row) for row in cursor.fetchall()]
    return found


def _no_foreign_references() -> Invariant:
    """Return an invariant that compares both ends of every foreign key between rows of workspaces."""
    references = [
        f"SELECT child.workspace_id, '{field} ' || child.{field.column} || ' is in another workspace'"
        f" FROM {model._meta.db_table} AS child"
        f" JOIN {field.related_model._meta.db_table} AS parent"
        f" ON parent.{field.target_field.column} = child.{field.column}"
        " WHERE parent.workspace_id <> child.workspace_id"
        for model in _tenant_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and _is_tenant_model(field.related_model)
    ]
    return Invariant(
        "no-foreign-references",
        "No row references a row of another workspace.",
        " UNION ALL ".join(references),
    )


def _tenant_models() -> list[type[models.Model]]:
    managed = (model for model in apps.get_models() if model._meta.managed)
    return [model for model in managed if _is_tenant_model(model)]


def _is_tenant_model(model: type[models.Model]) -> bool:
    return any(field.name == "workspace" for field in model._meta.concrete_fields)
