from typing import ClassVar

from celery.schedules import crontab
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core.actors import ANSWER, APPOINT, CLAIM, FLAGS, READ, RULE
from core.scopes import TokenScope
from ownership.event_types import EVENT_TYPES
from ownership.rules import RULES


class OwnershipConfig(AppConfig):
    name = "ownership"
    page_urls = "ownership.urls"
    api_urls = "ownership.api"
    invariants = "ownership.invariants"
    role_guard = "ownership.access.require_may_take_role"
    token_scopes = (
        TokenScope("ownership:read", _("Read ownership"), frozenset({READ})),
        TokenScope(
            "ownership:write",
            _("Propose directors, claim stages, decide contests, acknowledge flags"),
            frozenset({READ, CLAIM, ANSWER, FLAGS, APPOINT, RULE}),
        ),
    )
    task_routes: ClassVar = {"ownership.tasks.*": {"queue": "audit"}}
    audit_rules = RULES
    event_types = EVENT_TYPES
    beat_schedule: ClassVar = {
        "audit-absences": {
            "task": "ownership.tasks.audit_absences",
            "schedule": 60.0,
            "options": {"expires": 60},
        },
        "start-handovers": {
            "task": "ownership.tasks.start_handovers",
            "schedule": 60.0,
            "options": {"expires": 60},
        },
        "overdue-cases": {
            "task": "ownership.tasks.record_overdue_cases",
            "schedule": 300.0,
            "options": {"expires": 300},
        },
        "audit-nightly": {
            "task": "ownership.tasks.audit_all",
            "schedule": crontab(hour="2", minute="15"),
        },
        "prune-audit-runs": {
            "task": "ownership.tasks.prune_runs",
            "schedule": crontab(hour="3", minute="15"),
        },
    }
