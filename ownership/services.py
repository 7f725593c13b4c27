"""Ownership writes, gathered from the modules that implement them."""

from ownership.appointments import appointment_create, appointment_end
from ownership.audit import run_audit
from ownership.claims import claim_create, claim_withdraw
from ownership.contests import party_ask, party_state
from ownership.directorships import (
    deputy_create,
    deputy_end,
    directorship_accept,
    directorship_decline,
    directorship_end,
    directorship_propose,
    directorship_withdraw,
    mandate_update,
)
from ownership.flags import flag_acknowledge, flag_dismiss
from ownership.handoffs import (
    breach_answer,
    breach_create,
    handoff_create,
    handoff_sign,
    handoff_update,
)
from ownership.rulings import Decision, appeal_grant, appeal_make, appeal_reject, contest_rule

__all__ = [
    "Decision",
    "appeal_grant",
    "appeal_make",
    "appeal_reject",
    "breach_answer",
    "breach_create",
    "contest_rule",
    "party_ask",
    "party_state",
    "claim_create",
    "claim_withdraw",
    "deputy_end",
    "deputy_create",
    "directorship_accept",
    "directorship_decline",
    "directorship_end",
    "directorship_propose",
    "directorship_withdraw",
    "flag_acknowledge",
    "flag_dismiss",
    "handoff_create",
    "handoff_sign",
    "handoff_update",
    "mandate_update",
    "run_audit",
    "appointment_create",
    "appointment_end",
]
