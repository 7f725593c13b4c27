"""The thresholds of ownership: their ranges and defaults, and the values that a workspace has chosen.

A workspace's own values are in its `settings["audit"]`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from core.plurals import Plural
from core.text import Text
from workspaces.models import Workspace


@dataclass(frozen=True)
class Unit:
    """What a threshold counts. `amount(n)` returns a text such as “14 days”."""

    name: Text
    amount: Plural


DAYS = Unit(_("Days"), Plural("{n} day", "{n} days"))
STAGES = Unit(_("Stages"), Plural("{n} stage", "{n} stages"))
PERCENT = Unit(_("Percent"), Plural("{n} percent", "{n} percent"))


@dataclass(frozen=True)
class Threshold:
    """A whole number that each workspace can choose, from `minimum` to `maximum`."""

    label: Text
    default: int
    minimum: int
    maximum: int
    unit: Unit = DAYS
    help_text: Text = ""

    @property
    def range(self) -> range:
        return range(self.minimum, self.maximum + 1)


THRESHOLDS: Mapping[str, Threshold] = {
    "unaccepted_days": Threshold(_("Time to answer a proposal"), 14, 1, 365),
    "contested_days": Threshold(
        _("Time to settle a contest"), 30, 1, 365, help_text=_("Then its flag becomes critical.")
    ),
    "talk_days": Threshold(
        _("Time to talk in a contest"),
        5,
        0,
        90,
        help_text=_("Nobody decides earlier, unless every party asks. Applies to new contests."),
    ),
    "case_days": Threshold(_("Time to answer a case"), 10, 1, 365),
    "attestation_days": Threshold(
        _("Time between attestations"),
        90,
        7,
        730,
        help_text=_("How often directors confirm that they still direct and the map is true."),
    ),
    "majority_percent": Threshold(
        _("Share of another department’s touchpoints"), 60, 50, 99, PERCENT
    ),
    "overload_stages": Threshold(_("Live stages that one person can direct"), 7, 1, 1000, STAGES),
    "neglected_days": Threshold(_("Time without any change to a live stage"), 180, 7, 3650),
    "grab_stages": Threshold(
        _("Other departments’ stages that one department can claim"), 3, 1, 1000, STAGES
    ),
    "grab_days": Threshold(_("Period in which these claims are counted"), 30, 1, 365),
}


def thresholds(workspace: Workspace) -> dict[str, int]:
    """Return all thresholds of a workspace, by name."""
    own = workspace.settings.get("audit", {})
    return {name: int(own.get(name, one.default)) for name, one in THRESHOLDS.items()}
