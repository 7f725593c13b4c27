"""WSGI entry point for pages and API, at higher throughput (docs/architecture.md)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxmap.settings")
application = get_wsgi_application()
