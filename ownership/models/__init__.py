"""Ownership records (directorships, deputies, claims, contests, cases, appointments and flags), and audit runs.

Ops can't write these records, because each type has rules that only its services enforce. StageStanding
determines who is responsible for a stage, according to these records.
"""

from ownership.models.appointments import Appointment
from ownership.models.cases import Case, CaseAnswer
from ownership.models.claims import Claim
from ownership.models.contests import Appeal, Contest, Party, Ruling
from ownership.models.directorships import Deputy, Directorship
from ownership.models.flags import AuditRun, Flag
from ownership.models.standings import StageStanding

__all__ = [
    "Appeal",
    "Appointment",
    "AuditRun",
    "Case",
    "CaseAnswer",
    "Claim",
    "Contest",
    "Deputy",
    "Directorship",
    "Flag",
    "Party",
    "Ruling",
    "StageStanding",
]
