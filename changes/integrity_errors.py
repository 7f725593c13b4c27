"""The refusals that the state of the data makes, in the words that the models give for them."""

from django.apps import apps
from django.db import IntegrityError, models

from changes.models import Record
from core.errors import Conflict

FOREIGN_KEY_VIOLATION = "23503"  # PostgreSQL's code for a foreign key that points at nothing


def removed_conflict(record: Record) -> Conflict:
    return Conflict(
        f"This {type(record)._meta.verbose_name} was removed in the meantime. "
        "Read the journey again.",
        code="gone",
    )


def id_taken_conflict() -> Conflict:
    """Worded alike whoever holds the id, so that it tells nothing of other tenants."""
    return Conflict("This id is taken. Make a new one.", code="id-taken")


def constraint_conflict(constraint: models.BaseConstraint) -> Conflict:
    """Return the refusal in the constraint's own words; its name is the code."""
    return Conflict(
        str(constraint.get_violation_error_message()), code=constraint.name.replace("_", "-")
    )


def stream_full_conflict(model: type[Record], *, in_directory: bool = False) -> Conflict:
    most = f"at most {model.max_per_stream:,} {model._meta.verbose_name_plural}"
    if in_directory:
        return Conflict(
            f"A workspace holds {most}. Remove some that are no longer needed.",
            code="directory-full",
        )
    return Conflict(
        f"A journey holds {most}. Remove some, or divide it into several journeys.",
        code="journey-full",
    )


def conflict_from_integrity_error(error: IntegrityError) -> Conflict:
    """Return the refusal for a constraint that the database found broken."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
    if name.endswith("_pkey"):
        return id_taken_conflict()
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if constraint.name == name and isinstance(constraint, models.BaseConstraint):
                return constraint_conflict(constraint)
    if getattr(error.__cause__, "pgcode", "") == FOREIGN_KEY_VIOLATION:
        return Conflict(
            "Something this refers to was removed in the meantime. Read again.", code="gone"
        )
    return Conflict("The present state forbids this. Read again.", code="conflict")
