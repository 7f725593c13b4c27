"""What each app adds to the project, declared in attributes of its AppConfig (`<app>/apps.py`).

- `page_urls`, `api_urls`: modules with URL patterns (cxmap/urls.py, cxmap/api.py)
- `token_scopes`: scopes for the app's records (core/scopes.py)
- `stream_kinds`: kinds of streams in the log (changes/stream_kinds.py)
- `audit_rules`: rules for the audit (core/audit_rules.py)
- `invariants`: a module with the invariants of the app's data (core/invariants.py)
- `role_guard`: the path of a function that takes a member and a role, and raises Conflict if the member can't
  have the role (workspaces/services.py)
- `event_types`: types of events for webhooks (core/event_types.py)
- `beat_schedule`: periodic tasks for Celery beat (cxmap/apps.py). Frequent ones expire, so that the
  queue stays short while no worker is running.
- `task_routes`: queues for the app's tasks, if not the default queue (cxmap/settings.py)
"""

from typing import Any

from django.apps import apps


def declared(name: str) -> list[Any]:
    """Return the attribute `name` of each AppConfig that has it, in the order of INSTALLED_APPS."""
    return [getattr(config, name) for config in apps.get_app_configs() if hasattr(config, name)]
