"""The project package: settings, URLs, ASGI and WSGI, middleware and operations.

The other apps don't import from it.
"""

from cxmap.celery import app as celery_app

__all__ = ["celery_app"]
