"""The form for a persona, with the look of its figure in storyboards."""

from functools import partial
from typing import Any, ClassVar

from django import forms
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from changes.forms import RecordForm
from core.forms import WholeNumberField
from journeys.models import Persona
from storyboards.looks import list_choices, list_color_choices, list_values, look_of

PREFIX = "figure_"  # of the fields for a figure's parameters: a persona has an age of its own


class LookField(forms.TypedChoiceField):
    """A parameter of a look. If the form is sent without it, the default from the art file applies."""

    def __init__(self, name: str, **kwargs: Any) -> None:
        self.name = name
        super().__init__(**{"choices": partial(list_choices, name), **kwargs})

    def clean(self, value: Any) -> Any:
        return super().clean(value or list_values(self.name)[0])


class LookColorField(LookField):
    """A color of a look. Each choice shows a spot of the color and its name."""

    widget = forms.RadioSelect

    def __init__(self, name: str, **kwargs: Any) -> None:
        super().__init__(name, choices=partial(list_color_choices, name), **kwargs)


class LookForm(forms.Form):
    """The parameters of a figure's look."""

    figure_age = LookField("age", label=_("Age group"))
    figure_body = LookField("body", label=_("Body"))
    figure_skin = LookColorField("skin", label=_("Skin"), coerce=int)
    figure_hair = LookField("hair", label=_("Hair"))
    figure_beard = LookField("beard", label=_("Beard"))
    figure_hair_color = LookColorField("hair_color", label=_("Hair color"))
    figure_clothes = LookField("clothes", label=_("Clothes"))
    figure_top = LookColorField("top", label=_("Top"))
    figure_bottom = LookColorField("bottom", label=_("Bottom"))
    figure_accent = LookColorField(
        "accent", label=_("Accent"), help_text=_("The color of a headscarf, a tie or an apron.")
    )
    figure_headscarf = forms.BooleanField(label=_("Headscarf"), required=False)
    figure_glasses = forms.BooleanField(label=_("Glasses"), required=False)
    figure_wheelchair = forms.BooleanField(label=_("Wheelchair"), required=False)
    figure_stick = forms.BooleanField(label=_("Walking stick"), required=False)

    def get_look(self) -> dict[str, Any]:
        """Return the valid parameters."""
        names = LookForm.base_fields.keys() & self.cleaned_data.keys()
        return {name.removeprefix(PREFIX): self.cleaned_data[name] for name in names}


class PersonaForm(RecordForm, LookForm):
    """A persona, and the look of its figure. Without a figure, storyboards choose one."""

    age = WholeNumberField(label=_("Age"), min_value=0, max_value=32_767)
    figure_chosen = forms.BooleanField(
        label=_("Choose how this persona looks"),
        required=False,
        help_text=_("The persona looks the same in every frame, and changes in all at once."),
    )

    class Meta:
        model = Persona
        fields: ClassVar = ["name", "age", "summary"]

    def __init__(self, *args: Any, instance: Persona | None = None, **kwargs: Any) -> None:
        figure = instance.figure if instance else {}
        initial = {"figure_chosen": bool(figure), **look_values(figure)}
        super().__init__(*args, instance=instance, initial=initial, **kwargs)

    def persona_fields(self) -> list[forms.BoundField]:
        """Return the persona's own fields."""
        return [self[name] for name in self._meta.fields or ()]

    def look_fields(self) -> list[forms.BoundField]:
        """Return the fields of the figure's look."""
        return [self[name] for name in LookForm.base_fields]

    def changed_values(self) -> dict[str, Any]:
        figure = self._get_figure()
        changed = {} if figure == self.instance.figure else {"figure": figure}
        return super().changed_values() | changed

    def _get_figure(self) -> dict[str, Any]:
        """Return the figure with the changed parameters, or {} if no look is chosen.

        Stored parameters that the form can't show are kept.
        """
        stored = self.instance.figure
        if not self.cleaned_data["figure_chosen"]:
            return {}
        look = self.get_look()
        changed = {name: look[name] for name in look if PREFIX + name in self.changed_data}
        return {**stored, **changed} if stored else look


def look_values(figure: dict[str, Any]) -> dict[str, Any]:
    """Return the values of LookForm's fields for a figure."""
    return {PREFIX + name: value for name, value in look_of(figure).items()}


def look_query(figure: dict[str, Any]) -> str:
    """Return the query string with which FigureView draws a figure. Equal looks have the same query string."""
    return urlencode(
        {name: value for name, value in look_values(figure).items() if value is not False}
    )
