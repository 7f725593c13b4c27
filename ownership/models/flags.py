"""The audit's findings and its runs."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from changes.models import CountSummary, ProseField, Record
from changes.stream_kinds import DIRECTORY
from core.plurals import Plural


class Flag(Record):
    """A finding of the audit. There is one row for each rule and subject (the fingerprint).

    The row is reused if the same problem occurs again. The subject is stored as a type and an id, not as a foreign
    key, so that it can be of any type, and can be removed before the flag. A dismissal ends at `dismissed_until`, or
    when the severity rises.
    """

    class Severity(models.TextChoices):
        INFO = "info", _("Info")
        WARN = "warn", _("Warning")
        CRITICAL = "critical", _("Critical")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        ACKNOWLEDGED = "acknowledged", _("Acknowledged")
        RESOLVED = "resolved", _("Resolved")
        DISMISSED = "dismissed", _("Dismissed")

    slug: ClassVar = "flag"
    other_stream_kinds: ClassVar = (DIRECTORY,)  # for example, about a person
    counted: ClassVar = Plural("a flag", "{n} flags")
    max_per_stream: ClassVar = None  # the audit must be able to store every finding
    scope: ClassVar = "ownership"
    action_texts: ClassVar = {
        "flag.acknowledge": _("acknowledged the flag {rule}"),
        "flag.dismiss": _("dismissed the flag {rule}: {reason}"),
    }
    count_texts: ClassVar = {
        "audit.run": CountSummary(
            _("The audit"),
            {
                "open": _("opened {what}"),
                "resolved": _("resolved {what}"),
                None: _("updated {what}"),
            },
        )
    }

    rule = models.CharField(_("rule"), max_length=12)
    subject_type = models.CharField(_("subject type"), max_length=40)
    subject_id = models.UUIDField(_("subject id"))
    severity = models.CharField(_("severity"), max_length=8, choices=Severity.choices)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.OPEN)
    evidence = models.JSONField(_("evidence"), default=dict, blank=True)
    opened_at = models.DateTimeField(_("opened at"))
    resolved_at = models.DateTimeField(_("resolved at"), null=True, blank=True)
    reason = ProseField(_("reason"), max_length=500, blank=True, default="")  # why it was dismissed
    dismissed_until = models.DateTimeField(_("dismissed until"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("flag")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "rule", "subject_id"], name="one_flag_per_fingerprint"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="dismissed")
                | (~models.Q(reason="") & models.Q(dismissed_until__isnull=False)),
                name="a_dismissal_has_reason_and_expiry",
                violation_error_message=_("Enter a reason and an expiry date."),
            ),
        ]
        indexes: ClassVar = [
            *Record.Meta.indexes,
            # The ownership page and the inbox read unresolved flags.
            models.Index(
                fields=["workspace", "rule"],
                condition=~models.Q(state="resolved"),
                name="flag_unresolved",
            ),
        ]


class AuditRun(models.Model):
    """A run of the audit, with its scope and its results for each rule.

    A run isn't a record, so it isn't in the log. Flags that a run finds unchanged aren't written, so
    the latest run of a flag's rule tells when the flag was last found.
    """

    workspace = models.ForeignKey("workspaces.Workspace", models.PROTECT, related_name="+")
    journeys = models.JSONField(null=True)  # the scope: journey ids, or null for all journeys
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    rules = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["workspace", "-started_at"], name="last_runs")]
