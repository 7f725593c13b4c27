"""WSGI entry point for pages and the API, not used yet (docs/decisions/0016-left-out-for-now.md)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxmap.settings")
application = get_wsgi_application()
