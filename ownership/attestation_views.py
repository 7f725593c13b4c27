"""The page on which a director attests."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from ownership import services
from ownership.attestation_forms import AttestationForm
from ownership.models import Directorship
from ownership.views import DirectorshipActionMixin, StageActionView


class AttestationMakeView(DirectorshipActionMixin, StageActionView):
    form_class = AttestationForm
    question = _("Do you still direct “{}”, and is its map true?")
    button_label = _("Yes, I attest")
    success_message = _("You attested for “{}”.")

    def get_label(self, record: Directorship) -> str:
        return record.stage.title

    def perform(self, record: Directorship, values: dict[str, Any], actor: Actor) -> None:
        services.attestation_make(directorship=record, actor=actor, **values)
