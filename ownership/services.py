"""Ownership writes, gathered from the modules that implement them."""

from ownership.appointments import appointment_create, appointment_end
from ownership.audit import run_audit
from ownership.cases import case_answer, case_close, case_open
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
from ownership.rulings import Decision, appeal_grant, appeal_make, appeal_reject, contest_rule

__all__ = [
    "Decision",
    "appeal_grant",
    "appeal_make",
    "appeal_reject",
    "case_answer",
    "case_close",
    "case_open",
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
    "mandate_update",
    "run_audit",
    "appointment_create",
    "appointment_end",
]
