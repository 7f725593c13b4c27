"""Forms for absences."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from core.edit_conflicts import EditConflictMixin
from core.forms import DayField, ServiceForm
from core.pickers import PickerField
from people.queries import PERSON_SEARCH, present_persons


class AbsenceForm(ServiceForm):
    since = DayField(label=_("First day"), from_today=0)
    until = DayField(
        label=_("Last day"), help_text=_("The absence ends automatically after this day.")
    )
    stand_in = PickerField(
        PERSON_SEARCH,
        label=_("Stand-in"),
        required=False,
        empty_label=_("Nobody"),
        help_text=_(
            "Gets this person’s notices, but none of their rights. Without a stand-in, notices go to the next person "
            "in charge at once."
        ),
    )

    def __init__(self, *args: Any, workspace_id: UUID, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        persons = present_persons(workspace_id).exclude(member=None)
        self.fields["stand_in"].offer(persons, workspace_id)  # type: ignore[attr-defined]


class AbsenceEditForm(EditConflictMixin, AbsenceForm):
    """Form to edit an absence. Detects conflicting edits."""

    since = DayField(label=_("First day"))
