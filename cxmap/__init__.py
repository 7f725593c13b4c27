"""The project package: settings, URLs, ASGI and WSGI, middleware and operations.

No other package imports from it.
"""

from cxmap.celery import app as celery_app

__all__ = ["celery_app"]
