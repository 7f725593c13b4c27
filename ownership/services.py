"""Ownership writes, gathered from the modules that implement them."""

from ownership.appointments import appointment_create, appointment_end
from ownership.attestations import attestation_make
from ownership.audit import run_audit
from ownership.cases import case_answer, case_close, case_open
from ownership.claims import claim_create, claim_withdraw
from ownership.contests import party_ask, party_state
from ownership.contributors import (
    Cell,
    contributor_create,
    contributor_remove,
    contributor_update,
    responsibilities_update,
)
from ownership.directorships import (
    deputy_create,
    deputy_end,
    directorship_accept,
    directorship_decline,
    directorship_end,
    directorship_propose,
    directorship_withdraw,
)
from ownership.flags import flag_acknowledge, flag_dismiss
from ownership.handoffs import (
    breach_answer,
    breach_create,
    handoff_create,
    handoff_sign,
    handoff_update,
)
from ownership.mandates import Mandate, mandate_agree, mandate_update
from ownership.reorganizations import department_split, departments_merge, reorganization_plan
from ownership.rulings import Decision, appeal_grant, appeal_make, appeal_reject, contest_rule
from ownership.threshold_services import thresholds_update
from ownership.volunteers import volunteer_create, volunteer_withdraw

__all__ = [
    "Cell",
    "Decision",
    "Mandate",
    "appeal_grant",
    "appeal_make",
    "appeal_reject",
    "case_answer",
    "case_close",
    "case_open",
    "breach_answer",
    "breach_create",
    "contest_rule",
    "attestation_make",
    "contributor_create",
    "contributor_remove",
    "contributor_update",
    "responsibilities_update",
    "party_ask",
    "party_state",
    "claim_create",
    "claim_withdraw",
    "department_split",
    "departments_merge",
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
    "mandate_agree",
    "mandate_update",
    "reorganization_plan",
    "run_audit",
    "thresholds_update",
    "appointment_create",
    "appointment_end",
    "volunteer_create",
    "volunteer_withdraw",
]
