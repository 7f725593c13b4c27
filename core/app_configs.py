"""What each app adds to the project, declared in attributes of its AppConfig (`<app>/apps.py`).

- `page_urls`, `api_urls`: modules with URL patterns (cxmap/urls.py, cxmap/api.py)
- `token_scopes`: scopes for the app's records (core/scopes.py)
- `stream_kinds`: kinds of streams of the log (changes/stream_kinds.py)
- `audit_rules`: rules of the audit (core/audit_rules.py)
- `event_types`: types of events that webhooks can get (core/event_types.py)
- `beat_schedule`: entries of Celery's beat (cxmap/apps.py). Frequent entries expire, so that the queue
  stays short while no worker is running.
- `task_routes`: the queues of the app's tasks, if not the default (cxmap/settings.py)
"""

from typing import Any

from django.apps import apps


def declared(name: str) -> list[Any]:
    """Return this attribute of each AppConfig that has it, in the order of INSTALLED_APPS."""
    return [getattr(config, name) for config in apps.get_app_configs() if hasattr(config, name)]
