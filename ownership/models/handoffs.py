"""Hand-offs between adjacent stages, their signatures and breaches, and where each hand-off stands."""

from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from changes.models import NameField, ProseField, Record
from core.plurals import Plural
from core.text import isolated
from journeys.models import Journey, Stage
from ownership.models.directorships import Directorship
from people.models import Person
from workspaces.models import Member


class HandOff(Record):
    """What the directors of two adjacent stages agree about the customers who go from one stage to the next.

    `revision` counts the changes of the text. A signature is about one revision, so each change of the text
    invalidates both. HandOffStanding determines whether the hand-off is in force.
    """

    slug: ClassVar = "handoff"
    counted: ClassVar = Plural("a hand-off", "{n} hand-offs")
    scope: ClassVar = "ownership"
    action_texts: ClassVar = {
        "handoff.create": _("wrote the hand-off from “{from_stage}” to “{to_stage}”"),
        "handoff.update": _("changed the hand-off from “{from_stage}” to “{to_stage}”"),
    }

    from_stage = models.ForeignKey(
        Stage, models.CASCADE, related_name="+", verbose_name=_("from stage")
    )
    to_stage = models.ForeignKey(
        Stage, models.CASCADE, related_name="+", verbose_name=_("to stage")
    )
    exit_criteria = ProseField(_("exit criteria"), max_length=1000, blank=True, default="")
    entry_criteria = ProseField(_("entry criteria"), max_length=1000, blank=True, default="")
    forward_service = NameField(_("forward service level"), max_length=200, blank=True, default="")
    return_service = NameField(_("return service level"), max_length=200, blank=True, default="")
    revision = models.PositiveIntegerField(_("revision"), default=1)

    class Meta(Record.Meta):
        verbose_name = _("hand-off")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["from_stage", "to_stage"],
                name="one_handoff_per_pair",
                violation_error_message=_(
                    "These stages already have a hand-off. Change it instead."
                ),
            ),
            models.CheckConstraint(
                condition=~models.Q(from_stage=models.F("to_stage")),
                name="a_handoff_is_between_two_stages",
            ),
        ]

    @property
    def label(self) -> str:
        return gettext("the hand-off from {from_stage} to {to_stage}").format(
            from_stage=isolated(self.from_stage.title), to_stage=isolated(self.to_stage.title)
        )

    def get_absolute_url(self) -> str:
        """Return the path of the hand-off's page."""
        return reverse("handoff", args=[self.pk])

    @property
    def is_complete(self) -> bool:
        """Whether there is something to sign: both criteria are written."""
        return bool(self.exit_criteria and self.entry_criteria)


class HandOffSignature(Record):
    """A director's signature under one revision of a hand-off.

    It belongs to the directorship, so it doesn't bind the next director.
    """

    slug: ClassVar = "handoff_signature"
    counted: ClassVar = Plural("a signature", "{n} signatures")
    scope: ClassVar = "ownership"
    action_texts: ClassVar = {"handoff.sign": _("signed {handoff}")}

    handoff = models.ForeignKey(
        HandOff, models.CASCADE, related_name="signatures", verbose_name=_("hand-off")
    )
    directorship = models.ForeignKey(
        Directorship, models.CASCADE, related_name="+", verbose_name=_("directorship")
    )
    revision = models.PositiveIntegerField(_("revision"))
    signed_at = models.DateTimeField(_("signed at"))

    class Meta(Record.Meta):
        verbose_name = _("signature")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["handoff", "directorship", "revision"], name="one_signature_per_revision"
            ),
        ]


class Breach(Record):
    """A case in which one side of a hand-off didn't keep it, with the evidence and that side's answer."""

    class Side(models.TextChoices):
        FROM = "from", _("The earlier stage")
        TO = "to", _("The later stage")

    slug: ClassVar = "breach"
    counted: ClassVar = Plural("a breach", "{n} breaches")
    scope: ClassVar = "ownership"
    action_texts: ClassVar = {
        "breach.create": _("recorded a breach of {handoff}"),
        "breach.answer": _("answered a breach of {handoff}"),
    }

    handoff = models.ForeignKey(
        HandOff, models.CASCADE, related_name="breaches", verbose_name=_("hand-off")
    )
    side = models.CharField(_("side"), max_length=4, choices=Side.choices)
    description = ProseField(_("what happened"), max_length=1000)
    evidence = ProseField(_("evidence"), max_length=500)
    happened_on = models.DateField(_("happened on"))
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        Member, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    answer = ProseField(_("answer"), max_length=1000, blank=True, default="")
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("breach")

    def get_absolute_url(self) -> str:
        """Return the path of the breach on its hand-off's page."""
        return f"{reverse('handoff', args=[self.handoff_id])}#breach-{self.pk}"


class HandOffStanding(models.Model):
    """Where a hand-off stands: a row of the database view `ownership_handoff_standing`, which defines the states.

    A row is about two stages. There is one for every pair of adjacent stages with different directors, and one
    for every other hand-off, which is asleep. Filter by journey: the view is computed.
    """

    class State(models.TextChoices):
        MISSING = "missing", _("No hand-off")
        UNSIGNED = "unsigned", _("Nobody has signed")
        HALF_SIGNED = "half-signed", _("One has signed")
        AGREED = "agreed", _("Both have signed")
        ASLEEP = "asleep", _("Not in force")

    pk = models.CompositePrimaryKey("from_stage_id", "to_stage_id")
    workspace = models.ForeignKey("workspaces.Workspace", models.DO_NOTHING, related_name="+")
    journey = models.ForeignKey(Journey, models.DO_NOTHING, related_name="+")
    from_stage = models.ForeignKey(Stage, models.DO_NOTHING, related_name="+")
    to_stage = models.ForeignKey(Stage, models.DO_NOTHING, related_name="+")
    handoff = models.ForeignKey(HandOff, models.DO_NOTHING, null=True, related_name="+")
    state = models.CharField(max_length=11, choices=State.choices)
    from_directorship = models.ForeignKey(
        Directorship, models.DO_NOTHING, null=True, related_name="+"
    )
    to_directorship = models.ForeignKey(
        Directorship, models.DO_NOTHING, null=True, related_name="+"
    )
    from_director = models.ForeignKey(Person, models.DO_NOTHING, null=True, related_name="+")
    to_director = models.ForeignKey(Person, models.DO_NOTHING, null=True, related_name="+")
    from_signed_at = models.DateTimeField(null=True)
    to_signed_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "ownership_handoff_standing"

    @property
    def is_signable(self) -> bool:
        """Whether the text is complete, so that the directors can sign it."""
        is_written = self.handoff is not None and self.handoff.is_complete
        return is_written and self.state != self.State.ASLEEP

    @property
    def missing_signatures(self) -> list[Directorship]:
        """The directorships whose directors can sign but haven't."""
        sides = (
            (self.from_directorship, self.from_signed_at),
            (self.to_directorship, self.to_signed_at),
        )
        return [row for row, signed_at in sides if self.is_signable and row and not signed_at]
