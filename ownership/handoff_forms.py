"""Forms for hand-offs: the text, a signature, a breach and its answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.edit_conflicts import EditConflictMixin
from core.forms import DayField, ServiceForm
from core.text import isolated
from ownership.models import Breach, HandOff


class HandOffForm(ServiceForm):
    exit_criteria = forms.CharField(
        label=_("Exit criteria"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What the earlier stage has done before customers leave it."),
    )
    forward_service = forms.CharField(
        label=_("How soon the earlier stage passes customers on"), max_length=200, required=False
    )
    entry_criteria = forms.CharField(
        label=_("Entry criteria"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What the later stage needs in order to take customers on."),
    )
    return_service = forms.CharField(
        label=_("How soon the later stage takes them on, or gives them back"),
        max_length=200,
        required=False,
    )


class HandOffEditForm(EditConflictMixin, HandOffForm):
    """Form for an existing hand-off. Detects conflicting edits."""


class SignForm(ServiceForm):
    """Form to sign the revision of a hand-off that was shown."""

    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, handoff: HandOff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.handoff = handoff
        self.initial["revision"] = handoff.revision

    def clean_revision(self) -> int:
        """Refuse to sign another revision than the one shown. The form then carries the current one."""
        shown: int = self.cleaned_data["revision"]
        if shown != self.handoff.revision:
            self.data = {**self.data.dict(), "revision": self.handoff.revision}
            raise forms.ValidationError(
                gettext("The hand-off has changed in the meantime. Read it, then sign.")
            )
        return shown


class BreachForm(ServiceForm):
    side = forms.ChoiceField(
        label=_("Who didn’t keep the hand-off?"),
        choices=Breach.Side.choices,
        widget=forms.RadioSelect,
    )
    description = forms.CharField(
        label=_("What happened"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    evidence = forms.CharField(
        label=_("Evidence"),
        max_length=500,
        help_text=_("A link, a ticket or a figure. The other side reads it."),
    )
    happened_on = DayField(label=_("When"), from_today=0)

    def __init__(self, *args: Any, handoff: HandOff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["side"].choices = [  # type: ignore[attr-defined]
            (Breach.Side.FROM, isolated(handoff.from_stage.title)),
            (Breach.Side.TO, isolated(handoff.to_stage.title)),
        ]


class BreachAnswerForm(ServiceForm):
    answer = forms.CharField(
        label=_("Your answer"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What will you do so that it doesn’t happen again? The other side reads it."),
    )
