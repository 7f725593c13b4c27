"""Reads about who may enter."""

from uuid import UUID

from workspaces.models import Workspace


def all_workspace_ids() -> list[UUID]:
    """Return every workspace's id, for work that goes through all tenants one by one."""
    return list(Workspace.objects.order_by("id").values_list("id", flat=True))
