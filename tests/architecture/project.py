"""Where the project's own apps are."""

from pathlib import Path

from django.apps import apps

ROOT = Path(__file__).parents[2]
APPS = [config.name for config in apps.get_app_configs() if Path(config.path).parent == ROOT]
