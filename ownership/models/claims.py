"""Claims and disclaimers."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from changes.models import ProseField, Record
from core.plurals import Plural
from journeys.models import Stage
from people.models import Department, Person


class Claim(Record):
    """A person's statement that a stage belongs to a department (or, as a disclaimer, doesn't)."""

    class Kind(models.TextChoices):
        CLAIM = "claim", _("Claim")
        DISCLAIMER = "disclaimer", _("Disclaimer")

    class EndReason(models.TextChoices):
        WITHDRAWN = "withdrawn", _("Withdrawn")
        RULED = "ruled", _("Ended by a ruling")
        MERGED = "merged", _("Joined another one when departments merged")

    slug: ClassVar = "claim"
    counted: ClassVar = Plural("a claim", "{n} claims")
    scope: ClassVar = "ownership"
    action_texts: ClassVar = {
        "claim.make": _("claimed “{stage}” for {department}"),
        "disclaimer.make": _("disclaimed “{stage}” for {department}"),
        "claim.withdraw": _("withdrew the claim of {department} to “{stage}”"),
        "disclaimer.withdraw": _("withdrew the disclaimer of {department} for “{stage}”"),
    }

    stage = models.ForeignKey(Stage, models.CASCADE, related_name="+", verbose_name=_("stage"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.CLAIM)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("person"))
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="+", verbose_name=_("department")
    )
    statement = ProseField(_("statement"), max_length=1000, blank=True, default="")
    made_at = models.DateTimeField(_("made at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    end_reason = models.CharField(
        _("end reason"), max_length=9, choices=EndReason.choices, blank=True, default=""
    )

    class Meta(Record.Meta):
        verbose_name = _("claim")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ended_at=None, end_reason="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(end_reason="")),
                name="an_ended_claim_has_a_reason",
            ),
            models.UniqueConstraint(
                fields=["stage", "person", "department"],
                condition=models.Q(ended_at=None),
                name="one_live_claim_each",
                violation_error_message=_(
                    "This person already has a claim or disclaimer here. Withdraw it first."
                ),
            ),
        ]
