"""Forms for contests: a party's case, a decision, an appeal and its answer."""

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.forms import ServiceForm
from core.pickers import PickerField
from journeys.models import Step
from ownership.models import Contest, Party, Ruling, StageStanding
from ownership.rulings import Decision
from people.models import Person
from people.queries import PERSON_SEARCH, present_persons


class CaseForm(ServiceForm):
    statement = forms.CharField(
        label=_("Your case"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Why should you answer for this stage? The other party reads it, too."),
    )
    can_change_soon = forms.ChoiceField(
        label=_("Can you change what customers experience within 30 days?"),
        choices=[("", _("Don’t say")), *Party.Ability.choices],
        required=False,
    )


class DecisionForm(ServiceForm):
    """Form for a ruling: a choice, what it needs, and a reason.

    `version` is that of the contest when the form was shown. `choice` is `uphold:` and the id of a party's person,
    or the kind of another ruling. The cleaned data has the Decision as `decision`.
    """

    version = forms.IntegerField(widget=forms.HiddenInput)
    choice = forms.ChoiceField(
        label=_("Decision"),
        widget=forms.RadioSelect,
        error_messages={
            "invalid_choice": _("This person no longer claims the stage. Choose again.")
        },
    )
    person = PickerField(
        PERSON_SEARCH,
        label=_("Person to propose"),
        empty_label=_("Choose a person"),
        required=False,
        help_text=_("They can accept or decline."),
    )
    first_party = forms.ModelChoiceField(
        Person.objects.none(), label=_("Keeps the first part"), required=False
    )
    second_party = forms.ModelChoiceField(
        Person.objects.none(), label=_("Gets the second part"), required=False
    )
    first_step = forms.ModelChoiceField(
        Step.objects.none(), label=_("Where the second part begins"), required=False
    )
    second_title = forms.CharField(
        label=_("Title of the second part"), max_length=200, required=False
    )
    reason = forms.CharField(
        label=_("Why"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Everyone involved reads it, and it is kept in the history."),
    )

    def __init__(self, *args: Any, contest: Contest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Party.objects.filter(contest=contest, left_at=None).select_related("person")
        is_director = StageStanding.objects.filter(
            stage=contest.stage_id, director=OuterRef("person")
        )
        # In the order of the cases on the page: first the stage's director.
        rows = rows.order_by(Exists(is_director).desc(), "pk")
        self.persons = {row.person_id: row.person for row in rows}
        self.contest = contest
        self.initial["version"] = contest.version
        fields: dict[str, Any] = self.fields
        fields["choice"].choices = [
            *(
                (f"uphold:{pk}", format_html("<bdi>{}</bdi>", person.name))
                for pk, person in self.persons.items()
            ),
            (Ruling.Kind.SPLIT.value, gettext("Split the stage")),
            (Ruling.Kind.OTHER.value, gettext("Somebody else")),
            (Ruling.Kind.NOBODY.value, gettext("Nobody for now")),
        ]
        fields["person"].offer(present_persons(contest.workspace_id), contest.workspace_id)
        for name in ("first_party", "second_party"):
            fields[name].queryset = Person.objects.filter(pk__in=self.persons)
        steps = Step.objects.filter(stage=contest.stage_id).order_by("position", "pk")
        fields["first_step"].queryset = steps

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if "choice" in values and "reason" in values:
            self._require_details(values)
            values["decision"] = self._decision(values)
        return values

    def clean_version(self) -> int:
        """Refuse a decision about cases that have changed since the form was shown.

        The form then carries the new version, so that submitting it again is a decision about the new cases.
        """
        shown: int = self.cleaned_data["version"]
        if shown != self.contest.version and self.contest.is_open:
            self.data = {**self.data.dict(), "version": self.contest.version}
            raise forms.ValidationError(
                gettext("The cases have changed in the meantime. Read them, then decide again.")
            )
        return shown

    def _require_details(self, values: dict[str, Any]) -> None:
        needed = {
            Ruling.Kind.OTHER.value: ("person",),
            Ruling.Kind.SPLIT.value: ("first_party", "second_party", "first_step"),
        }
        for name in needed.get(values["choice"], ()):
            if not values.get(name) and name not in self.errors:
                self.add_error(name, self.fields[name].error_messages["required"])

    def _decision(self, values: dict[str, Any]) -> Decision:
        kind, _separator, chosen = values["choice"].partition(":")
        reason = values["reason"]
        if kind == Ruling.Kind.UPHOLD:
            upheld = next(person for pk, person in self.persons.items() if str(pk) == chosen)
            return Decision(kind, reason, upheld)
        if kind == Ruling.Kind.SPLIT:
            return Decision(
                kind,
                reason,
                values.get("first_party"),
                values.get("second_party"),
                values.get("first_step"),
                values.get("second_title", ""),
            )
        if kind == Ruling.Kind.OTHER:
            return Decision(kind, reason, values.get("person"))
        return Decision(kind, reason)


class AppealForm(ServiceForm):
    grounds = forms.CharField(
        label=_("Grounds"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What did the ruling overlook? You can appeal once."),
    )


class AnswerForm(ServiceForm):
    answer = forms.CharField(
        label=_("Why"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everyone involved reads it."),
    )
