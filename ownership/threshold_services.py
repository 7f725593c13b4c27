"""The service that sets a workspace's thresholds. Each change is an AccessEvent, `audit.thresholds`."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.utils.translation import gettext
from kombu.exceptions import OperationalError

from core.actors import MEMBERS, Actor
from core.errors import FieldError, InvalidRequest
from ownership.tasks import audit_workspace
from ownership.thresholds import THRESHOLDS, thresholds
from workspaces.models import Workspace
from workspaces.services import access_transaction, log_access_event

log = structlog.get_logger()
ACTION = "audit.thresholds"


def thresholds_update(
    *, workspace: Workspace, values: Mapping[str, Any], actor: Actor
) -> Workspace:
    """Set some of a workspace's thresholds, and queue an audit. `values` has them by name.

    Requires `members`. Raises InvalidRequest for a value that isn't a whole number in its threshold's range. Logs
    `audit.thresholds` with the old and the new values, if any differ.
    """
    actor.require(MEMBERS)
    _require_in_range(values)
    with access_transaction(workspace.pk, actor):
        workspace.refresh_from_db()
        present = thresholds(workspace)
        after = {name: value for name, value in values.items() if value != present[name]}
        if after:
            workspace.settings["audit"] = workspace.settings.get("audit", {}) | after
            workspace.save(update_fields=["settings"])
            before = {name: present[name] for name in after}
            log_access_event(workspace.pk, actor, ACTION, workspace.pk, before=before, after=after)
            transaction.on_commit(lambda: _queue_audit(workspace.pk), robust=True)
    return workspace


def _require_in_range(values: Mapping[str, Any]) -> None:
    errors = [
        FieldError(
            f"/{name}",
            "range",
            gettext("Enter a whole number from {minimum} to {maximum}.").format(
                minimum=THRESHOLDS[name].minimum, maximum=THRESHOLDS[name].maximum
            ),
        )
        for name, value in values.items()
        if type(value) is not int or value not in THRESHOLDS[name].range
    ]
    if errors:
        raise InvalidRequest(
            gettext("Some thresholds aren’t valid. Correct them, then try again."), errors=errors
        )


def _queue_audit(workspace_id: UUID) -> None:
    """Queue an audit. Best effort: a failure is only logged, because the nightly audit follows."""
    try:
        audit_workspace.apply_async([str(workspace_id)], retry=False, ignore_result=True)
    except OperationalError as error:
        log.warning("audit_not_enqueued", workspace=str(workspace_id), error=str(error))
