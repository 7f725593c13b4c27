"""WSGI entry point for pages and the API, which has a higher throughput (docs/architecture.md)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxmap.settings")
application = get_wsgi_application()
