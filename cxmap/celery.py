"""The Celery application. It finds the tasks in each app's tasks.py."""

import os
import sys
from typing import Any

import structlog
from celery import Celery
from celery import Task as CeleryTask
from celery.app.amqp import AMQP as CeleryAMQP
from celery.beat import PersistentScheduler, SchedulingError
from celery.signals import celeryd_init
from kombu.connection import Connection
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxmap.settings")
log = structlog.get_logger()
# A worker waits for messages; publishers use the shorter timeout in settings
SOCKET_TIMEOUT_SECONDS = 10
MAX_RETRY_SECONDS = 3  # between two attempts of a task, or to connect to the broker


class Task(CeleryTask):
    """Task that survives outages of PostgreSQL and Redis: it logs one line and tries again."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        # Imported late: Celery creates its application before Django is set up.
        from core.errors import Unavailable, is_unavailable

        try:
            return super().__call__(*args, **kwargs)
        except Exception as error:
            if isinstance(error, RedisError | BrokerError):
                event = "task_waits_for_redis"
            elif isinstance(error, Unavailable) or is_unavailable(error):
                event = "task_waits_for_database"
            else:
                raise
            attempt = self.request.retries + 1
            message = str(error).strip().partition("\n")[0]
            log.warning(event, task=self.name, attempt=attempt, error=message)
            wait = min(attempt, MAX_RETRY_SECONDS)
            # None would mean Celery's default of three.
            raise self.retry(exc=error, countdown=wait, max_retries=sys.maxsize) from None


class QuickRetryConnection(Connection):
    """Broker connection that tries again after a few seconds; kombu's default waits up to 30."""

    def ensure_connection(self, *args: Any, **kwargs: Any) -> Any:
        steady = {"interval_start": 1, "interval_step": 1, "interval_max": MAX_RETRY_SECONDS}
        return super().ensure_connection(*args, **steady | kwargs)  # type: ignore[no-untyped-call]


class AMQP(CeleryAMQP):
    Connection = QuickRetryConnection


class Scheduler(PersistentScheduler):
    """Scheduler that keeps sending tasks when the clock is set back."""

    def tick(self, *args: Any, **kwargs: Any) -> Any:
        now = self.app.now()
        late = [entry for entry in self.schedule.values() if entry.last_run_at > now]
        for entry in late:
            entry.last_run_at = now
        if late:
            self._heap = None  # its times are from the old clock; tick() rebuilds it
        return super().tick(*args, **kwargs)

    def apply_async(self, entry: Any, *args: Any, **kwargs: Any) -> Any:
        """Send a task. If Redis is unavailable, log one line instead of a traceback."""
        try:
            return super().apply_async(entry, *args, **kwargs)
        except SchedulingError as error:
            if not isinstance(error.__context__, RedisError | BrokerError):
                raise
            log.warning("beat_waits_for_redis", task=entry.task, error=str(error.__context__))
            return None


app = Celery("cxmap", task_cls=Task, amqp=AMQP)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@celeryd_init.connect
def configure_worker_timeouts(conf: Any, **kwargs: Any) -> None:
    """Let workers wait longer for Redis than requests do."""
    conf.broker_transport_options = {
        **conf.broker_transport_options,
        "socket_timeout": SOCKET_TIMEOUT_SECONDS,
        "socket_connect_timeout": SOCKET_TIMEOUT_SECONDS,
    }
