"""Ownership records (directorships, claims, contests, hand-offs, appointments, flags ...), and audit runs.

Ops can't write these records, because each type has rules that only its services enforce. StageStanding
determines who is responsible for a stage, according to these records.
"""

from ownership.models.appointments import Appointment
from ownership.models.attestations import Attestation
from ownership.models.cases import Case, CaseAnswer
from ownership.models.claims import Claim
from ownership.models.contests import Appeal, Contest, Party, Ruling
from ownership.models.contributors import Contributor
from ownership.models.directorships import Deputy, Directorship
from ownership.models.flags import AuditRun, Flag
from ownership.models.handoffs import Breach, HandOff, HandOffSignature, HandOffStanding
from ownership.models.history import Spell, Tenure
from ownership.models.reorganizations import Reorganization
from ownership.models.standings import StageStanding
from ownership.models.volunteers import Volunteer

__all__ = [
    "Appeal",
    "Appointment",
    "Attestation",
    "AuditRun",
    "Case",
    "CaseAnswer",
    "Breach",
    "Claim",
    "Contest",
    "Contributor",
    "Deputy",
    "Directorship",
    "Flag",
    "HandOff",
    "HandOffSignature",
    "HandOffStanding",
    "Party",
    "Reorganization",
    "Ruling",
    "Spell",
    "StageStanding",
    "Tenure",
    "Volunteer",
]
