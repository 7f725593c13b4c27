"""The thresholds of audit rules. A workspace can override them in `settings["audit"]`."""

from collections.abc import Mapping

from workspaces.models import Workspace

DEFAULTS: Mapping[str, int] = {
    "unaccepted_days": 14,
    "contested_days": 30,
    "talk_days": 5,  # how long the parties of a contest are asked to talk before a ruling
    "case_days": 10,  # how long those responsible have to answer a case
}


def thresholds(workspace: Workspace) -> dict[str, int]:
    """Return all thresholds of a workspace in days, by name."""
    own = workspace.settings.get("audit", {})
    return {name: int(own.get(name, default)) for name, default in DEFAULTS.items()}
