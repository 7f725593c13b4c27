"""ASGI entry point: uvicorn serves pages and API."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxmap.settings")
application = get_asgi_application()
