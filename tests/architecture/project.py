"""The project's own apps, and the contents of their source files."""

from pathlib import Path

from django.apps import apps

ROOT = Path(__file__).parents[2]
APPS = [config.name for config in apps.get_app_configs() if Path(config.path).parent == ROOT]


def sources(*names: str):
    for name in names or APPS:
        for path in sorted((ROOT / name).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, path.read_text()
