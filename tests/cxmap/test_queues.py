"""The queues of tasks, and the workers of Docker Compose that serve them."""

import pytest
import yaml
from celery import current_app
from django.conf import settings

from tests.architecture.project import ROOT


def test_the_workers_of_docker_compose_serve_each_queue_once():
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    commands = [service.get("command", "") for service in services.values()]
    lists = [command.split("-Q ")[1].split()[0] for command in commands if " worker " in command]
    served = [queue for queues in lists for queue in queues.split(",")]
    assert sorted(served) == sorted(settings.CELERY_TASK_QUEUES)


@pytest.mark.parametrize(
    ("task", "queue"),
    [
        ("changes.tasks.follow", "bell"),
        ("ownership.tasks.audit_all", "audit"),
        ("notifications.tasks.sync_all", "audit"),
        ("notifications.tasks.send_all", "mail"),
        ("cxmap.tasks.mail_password_reset", "mail"),
        ("workspaces.tasks.run_job", "work"),
        ("workspaces.tasks.prune_jobs", "work"),
    ],
)
def test_what_is_slow_waits_elsewhere_than_followers_and_mail(task: str, queue: str):
    assert current_app.amqp.router.route({}, task)["queue"].name == queue
