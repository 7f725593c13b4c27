"""Every write about ownership, from the rooms that hold their rules."""

from ownership.claims import claim_make, claim_withdraw
from ownership.directorships import (
    deputy_end,
    deputy_name,
    directorship_accept,
    directorship_decline,
    directorship_end,
    directorship_propose,
    directorship_withdraw,
    mandate_set,
)
from ownership.flags import flag_acknowledge, flag_dismiss
from ownership.offices import office_appoint, office_end

__all__ = [
    "claim_make",
    "claim_withdraw",
    "deputy_end",
    "deputy_name",
    "directorship_accept",
    "directorship_decline",
    "directorship_end",
    "directorship_propose",
    "directorship_withdraw",
    "flag_acknowledge",
    "flag_dismiss",
    "mandate_set",
    "office_appoint",
    "office_end",
]
