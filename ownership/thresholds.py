"""The rules' N and X: a workspace's own (`settings["audit"]`), else these."""

from collections.abc import Mapping

from workspaces.models import Workspace

DEFAULTS: Mapping[str, int] = {
    "unaccepted_days": 14,
    "contested_days": 30,
}


def thresholds(workspace: Workspace) -> dict[str, int]:
    """Return every threshold by name, in days."""
    own = workspace.settings.get("audit", {})
    return {name: int(own.get(name, default)) for name, default in DEFAULTS.items()}
