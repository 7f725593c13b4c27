"""Conflict errors for constraint violations, with the messages that the models define."""

from django.apps import apps
from django.db import IntegrityError, models
from django.utils.translation import gettext

from changes.models import Record
from core.errors import Conflict

FOREIGN_KEY_VIOLATION = "23503"  # PostgreSQL's error code


def removed_conflict(record: Record) -> Conflict:
    return Conflict(
        gettext("This {type} was removed in the meantime. Reload the page.").format(
            type=type(record)._meta.verbose_name
        ),
        code="gone",
    )


def id_taken_conflict() -> Conflict:
    """Return the Conflict for an id that is already in use.

    The message doesn't depend on what uses the id, so it reveals nothing about other tenants.
    """
    return Conflict(gettext("This id is already taken. Send a new one."), code="id-taken")


def constraint_conflict(constraint: models.BaseConstraint) -> Conflict:
    """Return a Conflict with the constraint's message, and with its name as the code."""
    return Conflict(
        str(constraint.get_violation_error_message()), code=constraint.name.replace("_", "-")
    )


def conflict_from_integrity_error(error: IntegrityError) -> Conflict:
    """Return the Conflict for a constraint violation that the database reported."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
    if name.endswith("_pkey"):
        return id_taken_conflict()
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if constraint.name == name and isinstance(constraint, models.BaseConstraint):
                return constraint_conflict(constraint)
    if getattr(error.__cause__, "pgcode", "") == FOREIGN_KEY_VIOLATION:
        return Conflict(
            gettext(
                "A record that this refers to was removed in the meantime. Reload the page, then try again."
            ),
            code="gone",
        )
    return Conflict(
        gettext("This conflicts with the current data. Reload the page, then try again."),
        code="conflict",
    )
