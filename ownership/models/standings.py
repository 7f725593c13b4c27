"""Who is responsible for each stage, according to the ownership records."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from journeys.models import Journey, Stage
from ownership.models.directorships import Directorship
from people.models import Person


class StageStanding(models.Model):
    """Who is responsible for a stage: a row of the database view `ownership_standing`.

    The state is the first that applies: contested, if two or more people claim the stage (a directorship counts
    as its holder's claim); claimed, if the stage has no director, but one person claims it; vacant, if it has no
    director; orphaned, if the director is absent and has no deputy; otherwise owned. The view defines the states.
    frontend/src/model/ownership.ts computes the same, and tests/ownership/owner_vectors.json tests both.
    """

    class State(models.TextChoices):
        OWNED = "owned", _("One director")
        CLAIMED = "claimed", _("Claimed, not confirmed")
        VACANT = "vacant", _("Nobody")
        CONTESTED = "contested", _("Two or more claim it")
        ORPHANED = "orphaned", _("Director is gone")

    class Absence(models.TextChoices):
        """Why a director is absent."""

        LEFT = "left", _("Has left")
        NO_LOGIN = "no-login", _("Can’t sign in any more")
        NO_DEPARTMENT = "no-department", _("Not in any department")

    stage = models.OneToOneField(Stage, models.DO_NOTHING, primary_key=True, related_name="+")
    workspace = models.ForeignKey("workspaces.Workspace", models.DO_NOTHING, related_name="+")
    journey = models.ForeignKey(Journey, models.DO_NOTHING, related_name="+")
    # Whether coverage includes the stage: its journey is live, shows the current state, and is not a template.
    is_counted = models.BooleanField()
    state = models.CharField(max_length=9, choices=State.choices)
    directorship = models.ForeignKey(Directorship, models.DO_NOTHING, null=True, related_name="+")
    director = models.ForeignKey(Person, models.DO_NOTHING, null=True, related_name="+")
    absence = models.CharField(max_length=13, choices=Absence.choices, null=True)  # noqa: DJ001
    claimants = ArrayField(models.UUIDField())  # persons, the director first
    since = models.DateTimeField(
        null=True
    )  # null if the state has never changed or the time is unknown

    class Meta:
        managed = False
        db_table = "ownership_standing"
