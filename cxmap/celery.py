"""The Celery application; tasks are found in every app's tasks.py."""

import os
from typing import Any

from celery import Celery
from celery.signals import celeryd_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxmap.settings")
app = Celery("cxmap")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

PATIENCE = 10  # seconds; a worker waits for messages, while whoever publishes must not wait


@celeryd_init.connect
def be_patient(conf: Any, **kwargs: Any) -> None:
    """Let a worker wait for Redis longer than a request may."""
    conf.broker_transport_options = {
        **conf.broker_transport_options,
        "socket_timeout": PATIENCE,
        "socket_connect_timeout": PATIENCE,
    }
