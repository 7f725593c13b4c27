"""The roof: settings, doors and pages that show several apps. Nobody imports from here."""

from cxmap.celery import app as celery_app

__all__ = ["celery_app"]
